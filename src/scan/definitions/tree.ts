/** A definition file as values that know their line, counted from 1, whatever language it is written in. */
export type Tree = MapTree | ListTree | ScalarTree;
export type MapTree = {
  readonly kind: 'map';
  readonly line: number;
  readonly entries: ReadonlyMap<string, TreeEntry>;
};
type ListTree = { readonly kind: 'list'; readonly line: number; readonly items: readonly Tree[] };
export type ScalarTree = {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
};
/** One key of a map: `line` is the key's, which may lie before its value's. */
export type TreeEntry = { readonly line: number; readonly value: Tree };

// Rules inside flag definitions nest far deeper than our own documents; each level costs a stack frame or two.
export const MAX_TREE_DEPTH = 128;

/** Nothing at all, where a file says nothing. */
export type MaybeTree = Tree | null;

const NO_ENTRIES: ReadonlyMap<string, TreeEntry> = new Map();

/** The entries of a map; none for anything else. */
export function entriesOf(tree: MaybeTree): ReadonlyMap<string, TreeEntry> {
  return tree?.kind === 'map' ? tree.entries : NO_ENTRIES;
}

/** The items of a list; none for anything else. */
export function itemsOf(tree: MaybeTree): readonly Tree[] {
  return tree?.kind === 'list' ? tree.items : [];
}

/** What stands under a chain of keys; null when any of them is missing. */
export function childOf(tree: MaybeTree, ...keys: readonly string[]): MaybeTree {
  return keys.reduce<MaybeTree>((at, key) => entriesOf(at).get(key)?.value ?? null, tree);
}

/** The text under a chain of keys; null when there is none or it is no text. */
export function textAt(tree: MaybeTree, ...keys: readonly string[]): string | null {
  const value = scalarOf(childOf(tree, ...keys));
  return typeof value === 'string' ? value : null;
}

/** The number under a chain of keys; null when there is none or it is no number. */
export function numberAt(tree: MaybeTree, ...keys: readonly string[]): number | null {
  const value = scalarOf(childOf(tree, ...keys));
  return typeof value === 'number' ? value : null;
}

/** True or false under a chain of keys; null when there is neither. */
export function booleanAt(tree: MaybeTree, ...keys: readonly string[]): boolean | null {
  const value = scalarOf(childOf(tree, ...keys));
  return typeof value === 'boolean' ? value : null;
}

/** A scalar's value; null for a map, a list and nothing, too. */
export function scalarOf(tree: MaybeTree): ScalarTree['value'] {
  return tree?.kind === 'scalar' ? tree.value : null;
}

/** The tree as plain values. What is shared in the tree stays shared, so that aliases of aliases cost nothing. */
export function plainValue(tree: Tree, made = new Map<Tree, unknown>()): unknown {
  if (tree.kind === 'scalar') return tree.value;
  const known = made.get(tree);
  if (known !== undefined) return known;
  const value =
    tree.kind === 'list'
      ? tree.items.map((item) => plainValue(item, made))
      : Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plainValue(entry.value, made)]));
  made.set(tree, value);
  return value;
}
