import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { ownerIn } from './labels.ts';
import { flagsInList } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { booleanAt, childOf, entriesOf, itemsOf, scalarOf, textAt, type TreeEntry } from './tree.ts';

/**
 * Microsoft's feature management, in an appsettings.json or by itself: `feature_management.feature_flags`, a list of flags with `id`
 * and `enabled`; and the older `FeatureManagement`, a map of names to true, false or `EnabledFor`. The rest of the file is settings.
 */
export const featureManagement: DefinitionReader = {
  format: 'feature-management',
  fits: ({ tree }) =>
    childOf(tree, 'feature_management', 'feature_flags')?.kind === 'list' ||
    childOf(tree, 'FeatureManagement')?.kind === 'map',
  read: (file) => [
    ...flagsInList(file, childOf(file.tree, 'feature_management', 'feature_flags'), 'id').map(
      ({ flag, line, map }) => {
        // With variants the code may ask for the variant as well, and the file does not say which.
        const hasVariants = itemsOf(childOf(map, 'variants')).length > 0;
        return {
          flag,
          line,
          owner: ownerIn(map),
          type: hasVariants ? null : 'boolean',
          purpose: textAt(map, 'description') ?? textAt(map, 'display_name'),
          bound: booleanAt(map, 'enabled'),
        } satisfies Draft;
      },
    ),
    ...[...entriesOf(childOf(file.tree, 'FeatureManagement'))].map(([flag, entry]) =>
      olderDraft(file, flag, entry),
    ),
  ],
};

function olderDraft({ path }: DefinitionFile, flag: string, { line, value }: TreeEntry): Draft {
  if (value.kind === 'map') {
    const filters = childOf(value, 'EnabledFor');
    return { flag, line, type: 'boolean', bound: filters === null ? null : itemsOf(filters).length > 0 };
  }
  // .NET keeps every setting as a text.
  const on = String(scalarOf(value)).toLowerCase();
  if (on !== 'true' && on !== 'false')
    throw brokenFile(
      path,
      line,
      `sets the flag ${JSON.stringify(flag)} to what is neither true, false nor a map`,
    );
  return { flag, line, type: 'boolean', bound: on === 'true' };
}
