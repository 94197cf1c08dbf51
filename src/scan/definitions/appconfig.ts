import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { instantOf } from './labels.ts';
import { flagsInMap, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { booleanAt, childOf, entriesOf, itemsOf, textAt, type MaybeTree } from './tree.ts';
import { isOnAnywhere } from './value-type.ts';

/**
 * Feature flags of AWS AppConfig (type AWS.AppConfig.FeatureFlags): `version`, `flags` by key, and `values`, where a flag is
 * `enabled` itself or in one of its `_variants`. A flag with attributes is an object to the code, one without is on or off.
 */
export const appConfig: DefinitionReader = {
  format: 'appconfig',
  fits: ({ tree }) => {
    const keys = entriesOf(tree);
    return (
      keys.has('version') &&
      (keys.has('flags') || childOf(tree, 'values')?.kind === 'map') &&
      !keys.has('features')
    );
  },
  read: (file) => {
    const flags = childOf(file.tree, 'flags');
    if (flags?.kind !== 'map')
      throw brokenFile(file.path, flags?.line ?? 1, 'has no map of flags under `flags`');
    return flagsInMap(file, flags).map((flag) => draftOf(file, flag));
  },
};

function draftOf({ tree }: DefinitionFile, { flag, line, map }: NamedFlag): Draft {
  const value = childOf(tree, 'values', flag);
  return {
    flag,
    line,
    type: entriesOf(childOf(map, 'attributes')).size > 0 ? 'object' : 'boolean',
    purpose: textAt(map, 'description') ?? textAt(map, 'name'),
    bound: isEnabled(value),
    last_modified: instantOf(childOf(map, '_updatedAt')),
    expires: instantOf(childOf(map, '_deprecation', 'date')),
  };
}

function isEnabled(value: MaybeTree): boolean | null {
  const variants = itemsOf(childOf(value, '_variants'));
  return isOnAnywhere([booleanAt(value, 'enabled'), ...variants.map((each) => booleanAt(each, 'enabled'))]);
}
