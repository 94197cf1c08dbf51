import { brokenFile } from './broken-file.ts';
import type { DefinitionFile } from './definition-file.ts';
import { entriesOf, itemsOf, type MapTree, type MaybeTree } from './tree.ts';

/** A flag's name, the line that names it, and what the file says about it. */
export type NamedFlag = { readonly flag: string; readonly line: number; readonly map: MapTree };

/** The flags of a map of flags. Throws BAD_INPUT for an entry that is no map. */
export function flagsInMap(file: DefinitionFile, tree: MaybeTree): readonly NamedFlag[] {
  return [...entriesOf(tree)].map(([flag, { line, value }]) => {
    if (value.kind !== 'map')
      throw brokenFile(file.path, line, `has no map of fields for the flag ${JSON.stringify(flag)}`);
    return { flag, line, map: value };
  });
}

/** The flags of a list whose items name themselves under `key`. Throws BAD_INPUT for an item without a name. */
export function flagsInList(file: DefinitionFile, tree: MaybeTree, key: string): readonly NamedFlag[] {
  return itemsOf(tree).map((item) => {
    const name = entriesOf(item).get(key);
    if (item.kind !== 'map' || name?.value.kind !== 'scalar' || typeof name.value.value !== 'string')
      throw brokenFile(
        file.path,
        item.line,
        `has a flag here without a text under ${JSON.stringify(key)} to name it`,
      );
    return { flag: name.value.value, line: name.value.line, map: item };
  });
}

/** Whether any flag of a map or list is a map that this test holds for: enough to know a format by. */
export function hasFlagLike(tree: MaybeTree, test: (flag: MapTree) => boolean): boolean {
  const values =
    tree?.kind === 'map' ? [...tree.entries.values()].map((entry) => entry.value) : itemsOf(tree);
  return values.some((value) => value.kind === 'map' && test(value));
}

/** A map of flags without the `$schema` that editors like to have beside them; no flag is named so. */
export function withoutSchema(tree: MaybeTree): MaybeTree {
  if (tree?.kind !== 'map' || !tree.entries.has('$schema')) return tree;
  return { ...tree, entries: new Map([...tree.entries].filter(([key]) => key !== '$schema')) };
}
