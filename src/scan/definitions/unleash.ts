import type { FlagType } from '../../model/flag.ts';
import { instantOf } from './labels.ts';
import { flagsInList, hasFlagLike, type NamedFlag } from './named-flags.ts';
import type { DefinitionReader, Draft } from './reader.ts';
import { booleanAt, childOf, entriesOf, itemsOf, textAt, type MaybeTree } from './tree.ts';
import { isOnAnywhere } from './value-type.ts';

// What stands beside `features` in an export, of the old form or the new.
const SIBLINGS = [
  'featureStrategies',
  'featureEnvironments',
  'tagTypes',
  'strategies',
  'projects',
  'environments',
];

/**
 * An export of Unleash: `features` is a list of flags with a `name`. In the old form a feature says itself whether it is
 * `enabled`; in the new one `featureEnvironments` says it for each environment. What is archived is retired.
 */
export const unleash: DefinitionReader = {
  format: 'unleash',
  fits: ({ tree }) => {
    const features = childOf(tree, 'features');
    const hasSiblings = SIBLINGS.some((key) => childOf(tree, key)?.kind === 'list');
    if (features === null)
      return hasSiblings && entriesOf(tree).has('version') && entriesOf(tree).has('projects');
    if (features.kind !== 'list') return false;
    return (
      hasFlagLike(features, (each) => textAt(each, 'name') !== null && !each.entries.has('valueType')) ||
      hasSiblings
    );
  },
  read: (file) => {
    const on = environmentsByFlag(file.tree);
    return flagsInList(file, childOf(file.tree, 'features'), 'name').map((flag) => draftOf(flag, on));
  },
};

type Environments = ReadonlyMap<string, readonly MaybeTree[]>;

function environmentsByFlag(tree: MaybeTree): Environments {
  const byFlag = new Map<string, MaybeTree[]>();
  for (const item of itemsOf(childOf(tree, 'featureEnvironments'))) {
    const flag = textAt(item, 'featureName') ?? textAt(item, 'name');
    if (flag === null) continue;
    const known = byFlag.get(flag);
    if (known === undefined) byFlag.set(flag, [item]);
    else known.push(item);
  }
  return byFlag;
}

function draftOf({ flag, line, map }: NamedFlag, byFlag: Environments): Draft {
  const environments = [...(byFlag.get(flag) ?? []), ...itemsOf(childOf(map, 'environments'))];
  const archivedAt = instantOf(childOf(map, 'archivedAt'));
  const isArchived = booleanAt(map, 'archived') === true || archivedAt !== null;
  const on = isOnAnywhere([
    booleanAt(map, 'enabled'),
    ...environments.map((each) => booleanAt(each, 'enabled')),
  ]);
  return {
    flag,
    line,
    type: typeOf([map, ...environments]),
    purpose: textAt(map, 'description'),
    state: isArchived ? 'retired' : null,
    bound: isArchived ? false : on,
    last_modified: archivedAt,
  };
}

/** Without variants a flag is on or off; with them the code may ask for the variant as well, and the export does not say which. */
function typeOf(holders: readonly MaybeTree[]): FlagType | null {
  const hasVariants = holders.some((holder) => itemsOf(childOf(holder, 'variants')).length > 0);
  return hasVariants ? null : 'boolean';
}
