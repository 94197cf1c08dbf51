import type { FlagType } from '../../model/flag.ts';
import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { expiryIn, ownerIn } from './labels.ts';
import { flagsInList, flagsInMap, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { childOf, entriesOf, scalarOf, textAt, type MapTree, type Tree } from './tree.ts';
import { commonType, defaultOf } from './value-type.ts';

/**
 * flagd's definitions (flagd.dev/schema/v0/flags.json): `flags` is a map, or a list of flags with a `key`. What a flag's
 * `metadata` does not say, the file's does. All variants of a flag have one type.
 */
export const flagd: DefinitionReader = {
  format: 'flagd',
  fits: ({ tree }) => {
    const flags = childOf(tree, 'flags');
    if (flags === null || flags.kind === 'scalar') return textAt(tree, '$schema')?.includes('flagd') ?? false;
    const isEmpty = entriesOf(flags).size === 0 && flags.kind === 'map';
    return hasFlagLike(flags, isFlagdFlag) || (isEmpty && childOf(tree, 'values') === null);
  },
  read: (file) => {
    const flags = childOf(file.tree, 'flags');
    if (flags === null || flags.kind === 'scalar')
      throw brokenFile(
        file.path,
        flags?.line ?? file.tree?.line ?? 1,
        'has no map or list of flags under `flags`',
      );
    const named = flags.kind === 'list' ? flagsInList(file, flags, 'key') : flagsInMap(file, flags);
    return named.map((flag) => draftOf(file, flag));
  },
};

function isFlagdFlag(flag: MapTree): boolean {
  const state = textAt(flag, 'state');
  return (
    childOf(flag, 'variants')?.kind === 'map' ||
    flag.entries.has('defaultVariant') ||
    state === 'ENABLED' ||
    state === 'DISABLED'
  );
}

function draftOf(file: DefinitionFile, { flag, line, map }: NamedFlag): Draft {
  const metadata = childOf(map, 'metadata');
  const setMetadata = childOf(file.tree, 'metadata');
  const variants = entriesOf(childOf(map, 'variants'));
  const values = [...variants.values()].map((entry) => entry.value);
  const chosen = scalarOf(childOf(map, 'defaultVariant'));
  return {
    flag,
    line,
    owner: ownerIn(metadata) ?? ownerIn(map) ?? ownerIn(setMetadata),
    type: oneType(file, flag, line, values),
    default: chosen === null ? null : defaultOf(variants.get(String(chosen))?.value ?? null),
    purpose: textAt(map, 'description') ?? textAt(metadata, 'description'),
    bound: isEnabled(file, flag, map),
    expires: expiryIn(metadata) ?? expiryIn(map),
  };
}

function oneType(file: DefinitionFile, flag: string, line: number, values: readonly Tree[]): FlagType | null {
  const type = commonType(values);
  if (type === null && values.length > 0)
    throw brokenFile(
      file.path,
      line,
      `gives the flag ${JSON.stringify(flag)} variants that are not all of one type`,
    );
  return type;
}

/** DISABLED is, in flagd's words, as if the flag did not exist: nothing sets it. */
function isEnabled(file: DefinitionFile, flag: string, map: MapTree): boolean | null {
  const entry = map.entries.get('state');
  if (entry === undefined) return null;
  const state = scalarOf(entry.value);
  if (state === 'ENABLED' || state === 'DISABLED') return state === 'ENABLED';
  throw brokenFile(
    file.path,
    entry.line,
    `gives the flag ${JSON.stringify(flag)} a state that is neither ENABLED nor DISABLED`,
  );
}
