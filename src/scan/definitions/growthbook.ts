import type { FlagDefinition } from '../../model/flag-definition.ts';
import type { FlagType } from '../../model/flag.ts';
import { expiryIn, instantOf, ownerIn } from './labels.ts';
import { flagsInList, flagsInMap, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { booleanAt, childOf, entriesOf, itemsOf, textAt, type MapTree, type MaybeTree } from './tree.ts';
import { commonType, defaultOf, isOnAnywhere } from './value-type.ts';

const TYPES: ReadonlyMap<string, FlagType> = new Map([
  ['boolean', 'boolean'],
  ['string', 'string'],
  ['number', 'number'],
  ['json', 'object'],
]);

/**
 * GrowthBook's features: what its SDKs load (`features` by key, with `defaultValue` and `rules`; only what an environment serves is
 * in it, so all of it is set), or what its API answers (`features` as a list with `id` and `valueType`).
 */
export const growthBook: DefinitionReader = {
  format: 'growthbook',
  fits: ({ tree }) => {
    const features = childOf(tree, 'features');
    if (features?.kind === 'map') return isEmpty(features) || hasFlagLike(features, isSdkFeature);
    return hasFlagLike(listOf(tree), isApiFeature);
  },
  read: (file) => {
    const features = childOf(file.tree, 'features');
    return features?.kind === 'map'
      ? flagsInMap(file, features).map(sdkDraft)
      : flagsInList(file, listOf(file.tree), 'id').map(apiDraft);
  },
};

function listOf(tree: MaybeTree): MaybeTree {
  return tree?.kind === 'list' ? tree : childOf(tree, 'features');
}

function isEmpty(features: MapTree): boolean {
  return features.entries.size === 0;
}

function isSdkFeature(feature: MapTree): boolean {
  return feature.entries.has('defaultValue') || childOf(feature, 'rules')?.kind === 'list';
}

function isApiFeature(feature: MapTree): boolean {
  return TYPES.has(textAt(feature, 'valueType') ?? '');
}

function sdkDraft({ flag, line, map }: NamedFlag): Draft {
  const value = childOf(map, 'defaultValue');
  const ruled = itemsOf(childOf(map, 'rules')).flatMap((rule) => [
    childOf(rule, 'force'),
    ...itemsOf(childOf(rule, 'variations')),
  ]);
  return {
    flag,
    line,
    owner: ownerIn(map),
    type: commonType([value, ...ruled].filter((each) => each !== null)),
    default: defaultOf(value),
    purpose: textAt(map, 'description'),
    bound: true,
    expires: expiryIn(map),
  };
}

function apiDraft({ flag, line, map }: NamedFlag): Draft {
  const type = TYPES.get(textAt(map, 'valueType') ?? '') ?? null;
  const environments = [...entriesOf(childOf(map, 'environments')).values()].map((entry) => entry.value);
  const isArchived = booleanAt(map, 'archived') === true;
  return {
    flag,
    line,
    owner: textAt(map, 'ownerEmail') ?? ownerIn(map),
    type,
    default: writtenDefault(textAt(map, 'defaultValue'), type),
    purpose: textAt(map, 'description'),
    state: isArchived ? 'retired' : null,
    bound: isArchived ? false : isOnAnywhere(environments.map((each) => booleanAt(each, 'enabled'))),
    last_modified: instantOf(childOf(map, 'dateUpdated')),
  };
}

/** The API writes every default as a text. */
function writtenDefault(text: string | null, type: FlagType | null): FlagDefinition['default'] {
  if (text === null || type === null || type === 'object') return null;
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : null;
  if (type === 'string') return defaultOf({ kind: 'scalar', line: 1, value: text });
  return text.trim() === '' || !Number.isFinite(Number(text)) ? null : Number(text);
}
