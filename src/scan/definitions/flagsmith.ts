import type { FlagType } from '../../model/flag.ts';
import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { ownerIn } from './labels.ts';
import { flagsInList, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import {
  booleanAt,
  childOf,
  entriesOf,
  itemsOf,
  scalarOf,
  textAt,
  type MapTree,
  type MaybeTree,
} from './tree.ts';
import { defaultOf } from './value-type.ts';

/**
 * Flagsmith's features: an environment document (`feature_states`), the flags that its API gives to SDKs (a list with `feature`),
 * or its list of features and its export (a list with `name` and `default_enabled`), bare or under `results`. A feature without
 * a value is on or off; with one, the code may ask for either, and nothing here says which.
 */
export const flagsmith: DefinitionReader = {
  format: 'flagsmith',
  fits: ({ tree }) => childOf(tree, 'feature_states')?.kind === 'list' || hasFlagLike(listOf(tree), isOne),
  read: (file) => {
    const list = listOf(file.tree);
    if (hasFlagLike(list, isState)) return itemsOf(list).map((item) => stateDraft(file, item));
    return flagsInList(file, list, 'name').map(featureDraft);
  },
};

function listOf(tree: MaybeTree): MaybeTree {
  return tree?.kind === 'list' ? tree : (childOf(tree, 'feature_states') ?? childOf(tree, 'results'));
}

function isOne(item: MapTree): boolean {
  return isState(item) || (item.entries.has('name') && item.entries.has('default_enabled'));
}

function isState(item: MapTree): boolean {
  return textAt(item, 'feature', 'name') !== null && item.entries.has('enabled');
}

function stateDraft({ path }: DefinitionFile, item: NonNullable<MaybeTree>): Draft {
  const feature = childOf(item, 'feature');
  const flag = textAt(feature, 'name');
  if (flag === null) throw brokenFile(path, item.line, 'has a flag here without a text at feature.name');
  return {
    flag,
    line: entriesOf(feature).get('name')?.line ?? item.line,
    owner: ownerIn(feature),
    type: typeOf(childOf(item, 'feature_state_value')),
    purpose: textAt(feature, 'description'),
    bound: booleanAt(item, 'enabled'),
  };
}

function featureDraft({ flag, line, map }: NamedFlag): Draft {
  const value = childOf(map, 'initial_value') ?? childOf(map, 'value');
  const type = typeOf(value);
  const isArchived = booleanAt(map, 'is_archived') === true;
  return {
    flag,
    line,
    owner: ownerIn(map),
    type,
    default: type === 'boolean' ? booleanAt(map, 'default_enabled') : defaultOf(value),
    purpose: textAt(map, 'description'),
    state: isArchived ? 'retired' : null,
    bound: isArchived ? false : booleanAt(map, 'enabled'),
  };
}

function typeOf(value: MaybeTree): FlagType | null {
  const said = scalarOf(value);
  return said === null || said === '' ? 'boolean' : null;
}
