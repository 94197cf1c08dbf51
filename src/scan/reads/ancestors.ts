import type { Node } from 'web-tree-sitter';

// Real code is nested thirty deep; what lies higher than this says nothing more about a place.
const REACH = 256;

/** What stands around a node, from the inside out. Not without end: each step up is counted from the root of the tree. */
export function* ancestorsOf(node: Node): Generator<Node, void, undefined> {
  let current = node.parent;
  for (let steps = 0; current !== null && steps < REACH; steps += 1) {
    yield current;
    current = current.parent;
  }
}

const STATEMENT = /statement|declaration|definition|assignment|^command$/;

/** Does this node lie in a part of the file, or in a statement, that does not follow the grammar? */
export function isInBrokenPart(node: Node): boolean {
  if (!node.tree.rootNode.hasError) return false;
  if (node.type === 'ERROR' || node.isMissing) return true;
  let statement: Node | null = null;
  for (const around of ancestorsOf(node)) {
    if (around.type === 'ERROR') return true;
    if (STATEMENT.test(around.type)) statement ??= around;
  }
  return statement?.hasError ?? false;
}
