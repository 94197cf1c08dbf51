import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { flagsInList, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader } from './reader.ts';
import { booleanAt, childOf, itemsOf, numberAt, textAt, type Tree } from './tree.ts';

/**
 * Kubernetes' list of feature gates (test/compatibility_lifecycle/reference/versioned_feature_list.yaml): name and one spec for
 * each version at which the gate changed. The default is that of the newest version. A register: nothing in it sets a gate.
 */
export const kubernetes: DefinitionReader = {
  format: 'kubernetes',
  fits: ({ tree }) =>
    tree?.kind === 'list' && hasFlagLike(tree, (each) => each.entries.has('versionedSpecs')),
  read: (file) =>
    flagsInList(file, file.tree, 'name').map((gate) => ({
      flag: gate.flag,
      line: gate.line,
      type: 'boolean',
      default: booleanAt(newestSpec(file, gate), 'default'),
    })),
};

function newestSpec(file: DefinitionFile, { flag, line, map }: NamedFlag): Tree {
  const [first, ...others] = itemsOf(childOf(map, 'versionedSpecs'));
  if (first === undefined)
    throw brokenFile(file.path, line, `gives the gate ${JSON.stringify(flag)} no list of versionedSpecs`);
  return others.reduce(
    (newest, each) => (isNewer(versionOf(each), versionOf(newest)) ? each : newest),
    first,
  );
}

/** `1.10` is newer than `1.9`, so a version is a list of numbers. */
function versionOf(spec: Tree): readonly number[] {
  return (textAt(spec, 'version') ?? String(numberAt(spec, 'version') ?? ''))
    .split('.')
    .map((part) => Number.parseInt(part, 10) || 0);
}

function isNewer(a: readonly number[], b: readonly number[]): boolean {
  const differs = a.findIndex((part, index) => part !== (b[index] ?? 0));
  return differs !== -1 && (a[differs] ?? 0) > (b[differs] ?? 0);
}
