import type { FlagType } from '../../model/flag.ts';
import { instantOf } from './labels.ts';
import { flagsInList, flagsInMap, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import {
  booleanAt,
  childOf,
  entriesOf,
  itemsOf,
  numberAt,
  textAt,
  type MapTree,
  type MaybeTree,
  type Tree,
} from './tree.ts';
import { commonType, defaultOf, isOnAnywhere, typeOfValue } from './value-type.ts';

/**
 * LaunchDarkly's flags: an answer of its API (`items`, a bare list, or one flag), or the data of its SDKs and file source
 * (`flags` by key, `flagValues` for bare values). A flag has a `key` and `variations`. What is archived is retired.
 */
export const launchDarkly: DefinitionReader = {
  format: 'launchdarkly',
  fits: ({ tree }) =>
    (tree?.kind === 'map' && isApiFlag(tree)) ||
    hasFlagLike(listOf(tree), isApiFlag) ||
    hasFlagLike(childOf(tree, 'flags'), hasVariations) ||
    childOf(tree, 'flagValues')?.kind === 'map',
  read: (file) => {
    const { tree } = file;
    if (tree?.kind === 'map' && isApiFlag(tree)) {
      const key = tree.entries.get('key');
      return [draftOf({ flag: textAt(tree, 'key') ?? '', line: key?.line ?? tree.line, map: tree })];
    }
    const listed = flagsInList(file, listOf(tree), 'key').map(draftOf);
    const mapped = flagsInMap(file, childOf(tree, 'flags')).map(draftOf);
    return [...listed, ...mapped, ...valuesOf(childOf(tree, 'flagValues'))];
  },
};

function listOf(tree: MaybeTree): MaybeTree {
  return tree?.kind === 'list' ? tree : childOf(tree, 'items');
}

function hasVariations(flag: MapTree): boolean {
  return childOf(flag, 'variations')?.kind === 'list';
}

function isApiFlag(flag: MapTree): boolean {
  const kind = textAt(flag, 'kind');
  return flag.entries.has('key') && (hasVariations(flag) || kind === 'boolean' || kind === 'multivariate');
}

function draftOf({ flag, line, map }: NamedFlag): Draft {
  const environments = [...entriesOf(childOf(map, 'environments')).values()].map((entry) => entry.value);
  const values = itemsOf(childOf(map, 'variations')).map(valueOfVariation);
  const isArchived = booleanAt(map, 'archived') === true;
  const off = numberAt(map, 'defaults', 'offVariation') ?? numberAt(map, 'offVariation');
  return {
    flag,
    line,
    owner:
      textAt(map, '_maintainer', 'email') ??
      textAt(map, 'maintainerTeamKey') ??
      textAt(map, '_maintainerTeam', 'key'),
    type: typeOf(map, values),
    default: off === null ? null : defaultOf(values[off] ?? null),
    purpose: textAt(map, 'description'),
    state: isArchived ? 'retired' : null,
    bound: isArchived
      ? false
      : isOnAnywhere([booleanAt(map, 'on'), ...environments.map((each) => booleanAt(each, 'on'))]),
    last_modified: latest([
      ...environments.map((each) => numberAt(each, 'lastModified')),
      numberAt(map, 'archivedDate'),
    ]),
  };
}

/** The API gives variations as maps with a `value`; the SDKs' data gives the bare values. */
function valueOfVariation(variation: Tree): Tree {
  return childOf(variation, 'value') ?? variation;
}

function typeOf(map: MapTree, values: readonly Tree[]): FlagType | null {
  return commonType(values) ?? (textAt(map, 'kind') === 'boolean' ? 'boolean' : null);
}

function latest(times: readonly (number | null)[]): string | null {
  const known = times.filter((time) => time !== null);
  if (known.length === 0) return null;
  return instantOf({ kind: 'scalar', line: 1, value: Math.max(...known) });
}

function valuesOf(tree: MaybeTree): readonly Draft[] {
  return [...entriesOf(tree)].map(([flag, { line, value }]) => ({
    flag,
    line,
    type: typeOfValue(value),
    bound: true,
  }));
}
