import { flagsInList, hasFlagLike } from './named-flags.ts';
import { ownerIn } from './labels.ts';
import type { DefinitionReader } from './reader.ts';
import { childOf, itemsOf, scalarOf, type MapTree } from './tree.ts';

/**
 * Chromium's flag-metadata.json, a list in JSON with comments: name, owners, milestone at which the flag expires. The first owner
 * is the best contact (docs/flag_ownership.md there). A milestone is no time, so `expires` stays unknown.
 */
export const chromium: DefinitionReader = {
  format: 'chromium',
  fits: ({ tree }) =>
    tree?.kind === 'list' &&
    hasFlagLike(tree, (each) => each.entries.has('expiry_milestone') || isOwned(each)),
  read: (file) =>
    flagsInList(file, file.tree, 'name').map(({ flag, line, map }) => ({ flag, line, owner: ownerIn(map) })),
};

/** Flagsmith's lists of features have owners, too, but as maps. */
function isOwned(entry: MapTree): boolean {
  const owners = itemsOf(childOf(entry, 'owners'));
  return (
    entry.entries.has('name') &&
    owners.length > 0 &&
    owners.every((owner) => typeof scalarOf(owner) === 'string')
  );
}
