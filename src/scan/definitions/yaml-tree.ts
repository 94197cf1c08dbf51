import { isAlias, isMap, isScalar, isSeq, type LineCounter, type YAMLMap } from 'yaml';
import { Fault } from '../../fault.ts';
import { lineOfNode, openYaml } from '../yaml-document.ts';
import { brokenFile } from './broken-file.ts';
import { entriesOf, itemsOf, MAX_TREE_DEPTH, type Tree, type TreeEntry } from './tree.ts';

type Walk = {
  readonly file: string;
  readonly lines: LineCounter;
  /** What each anchor names, as read so far: an alias shares it, and so costs nothing however often it is used. */
  readonly anchors: Map<string, Tree>;
};

// The library takes about a second and 100 MB for each megabyte.
const MAX_YAML_UNITS = 8 * 1024 * 1024;

/**
 * What a YAML text says, with its lines; aliases are resolved and `<<` is merged. Throws BAD_INPUT, naming the line, for what
 * openYaml refuses, an alias of nothing or of what it stands in, and nesting beyond MAX_TREE_DEPTH; TOO_LARGE beyond 8 Mi characters.
 */
export function yamlTree(text: string, file: string): Tree {
  if (text.length > MAX_YAML_UNITS)
    throw new Fault(
      'TOO_LARGE',
      `${file} is larger than 8 MiB, which is the most for YAML; give it as JSON.`,
      {
        file,
      },
    );
  const opened = openYaml(text);
  if (!opened.ok) throw notYaml(file, opened.line, opened.clause, opened.cause);
  const walk: Walk = { file, lines: opened.lines, anchors: new Map() };
  return treeOf(opened.document.contents, 1, 0, walk);
}

/** `line` is used for what has none of its own, such as a value that is left out. */
function treeOf(node: unknown, line: number, depth: number, walk: Walk): Tree {
  const at = lineOfNode(node, walk.lines) ?? line;
  if (depth > MAX_TREE_DEPTH) throw notYaml(walk.file, at, `nesting is deeper than ${MAX_TREE_DEPTH}`);
  if (isAlias(node)) {
    const named = walk.anchors.get(node.source);
    if (named === undefined) throw notYaml(walk.file, at, 'an alias names nothing that stands before it');
    return named;
  }
  const tree = plainTree(node, at, depth, walk);
  if ((isMap(node) || isSeq(node) || isScalar(node)) && node.anchor !== undefined)
    walk.anchors.set(node.anchor, tree);
  return tree;
}

function plainTree(node: unknown, line: number, depth: number, walk: Walk): Tree {
  if (isMap(node)) return { kind: 'map', line, entries: mergedEntries(node, line, depth, walk) };
  if (isSeq(node)) {
    const items = node.items.map((item) => treeOf(item, line, depth + 1, walk));
    return { kind: 'list', line, items };
  }
  const value: unknown = isScalar(node) ? node.value : null;
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', line, value: isPlain ? value : null };
}

/** What a map says itself comes before what it merges, and of several merged maps the first that names a key counts. */
function mergedEntries(
  map: YAMLMap,
  line: number,
  depth: number,
  walk: Walk,
): ReadonlyMap<string, TreeEntry> {
  const own = new Map<string, TreeEntry>();
  for (const { key, value } of map.items) {
    const keyLine = lineOfNode(key, walk.lines) ?? line;
    own.set(isScalar(key) ? String(key.value) : '', {
      line: keyLine,
      value: treeOf(value, keyLine, depth + 1, walk),
    });
  }
  const merged = own.get('<<')?.value;
  if (merged?.kind !== 'map' && merged?.kind !== 'list') return own;
  own.delete('<<');
  for (const source of merged.kind === 'map' ? [merged] : itemsOf(merged))
    for (const [key, entry] of entriesOf(source)) if (!own.has(key)) own.set(key, entry);
  return own;
}

function notYaml(file: string, line: number | null, clause: string, cause?: unknown): Fault {
  return brokenFile(file, line, `is not YAML we can use: ${clause}`, cause);
}
