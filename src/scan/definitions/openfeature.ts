import type { FlagType } from '../../model/flag.ts';
import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { expiryIn, ownerIn } from './labels.ts';
import { flagsInList, flagsInMap, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { childOf, entriesOf, textAt, type MapTree, type MaybeTree } from './tree.ts';
import { defaultOf } from './value-type.ts';

const TYPES: ReadonlyMap<string, FlagType> = new Map([
  ['boolean', 'boolean'],
  ['string', 'string'],
  ['integer', 'integer'],
  ['float', 'float'],
  ['object', 'object'],
]);

/**
 * The manifest of the OpenFeature CLI, version 0: `flags` is a map of flags with `flagType` and `defaultValue`; or, as its sync
 * sources give it, a list of flags with `key` and `type`. It is a list of names and types: nothing in it sets a flag.
 */
export const openFeature: DefinitionReader = {
  format: 'openfeature',
  fits: ({ tree }) => {
    const flags = childOf(tree, 'flags');
    const isNamed = textAt(tree, '$schema')?.includes('flag-manifest') ?? false;
    return (
      (isNamed && tree?.kind === 'map' && tree.entries.has('flags')) || hasFlagLike(flags, isManifestFlag)
    );
  },
  read: (file) => {
    const flags = childOf(file.tree, 'flags');
    if (flags === null || flags.kind === 'scalar')
      throw brokenFile(file.path, flags?.line ?? 1, 'has no map of flags under `flags`');
    const named = flags.kind === 'list' ? flagsInList(file, flags, 'key') : flagsInMap(file, flags);
    return named.map((flag) => draftOf(file, flag));
  },
};

function isManifestFlag(flag: MapTree): boolean {
  return (
    flag.entries.has('flagType') ||
    (TYPES.has(textAt(flag, 'type') ?? '') && flag.entries.has('defaultValue'))
  );
}

function draftOf(file: DefinitionFile, { flag, line, map }: NamedFlag): Draft {
  const said = entriesOf(map).get('flagType') ?? entriesOf(map).get('type');
  const type = TYPES.get(textAt(map, 'flagType') ?? textAt(map, 'type') ?? '');
  const name = JSON.stringify(flag);
  if (type === undefined)
    throw brokenFile(
      file.path,
      said?.line ?? line,
      `gives the flag ${name} no \`flagType\` of ${[...TYPES.keys()].join(', ')}`,
    );
  const value = map.entries.get('defaultValue');
  if (value !== undefined && !isOfType(value.value, type))
    throw brokenFile(file.path, value.line, `gives the flag ${name} a default that is no ${type}`);
  return {
    flag,
    line,
    owner: ownerIn(map),
    type,
    default: defaultOf(value?.value ?? null),
    purpose: textAt(map, 'description'),
    expires: expiryIn(map),
  };
}

/** Nothing is allowed as a default of any type: a manifest under way may not have one yet. */
function isOfType(tree: MaybeTree, type: FlagType): boolean {
  if (tree === null) return true;
  if (tree.kind !== 'scalar') return type === 'object';
  if (tree.value === null) return true;
  if (type === 'integer') return Number.isInteger(tree.value);
  return typeof tree.value === (type === 'float' ? 'number' : type);
}
