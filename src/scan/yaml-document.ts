import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Scalar } from 'yaml';

/** A YAML (or JSON) text as the library's document, and its lines; or why it is none, as a clause for a sentence. */
export type YamlDocument =
  | { readonly ok: true; readonly document: Document; readonly lines: LineCounter }
  | { readonly ok: false; readonly line: number | null; readonly clause: string; readonly cause: unknown };

/**
 * Is this text one sound YAML 1.2 document? Syntax errors, duplicate keys, unknown tags and several documents in one text are not.
 * Keys are the text that stands there: a flag named `1.0` or `on` must not become another name. Never throws.
 */
export function openYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      strict: true,
      stringKeys: true,
      // The library compares each key with every other of its map, which takes half a minute for 20,000; we look them up.
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    });
    const [problem] = [...document.errors, ...document.warnings];
    if (problem !== undefined)
      return {
        ok: false,
        line: lines.linePos(problem.pos[0]).line,
        clause: oneLine(problem.message),
        cause: problem,
      };
    const repeated = repeatedKey(document.contents);
    if (repeated === null) return { ok: true, document, lines };
    const clause = `the key ${JSON.stringify(repeated.value)} is there twice`;
    return { ok: false, line: lineOfNode(repeated, lines), clause, cause: undefined };
  } catch (error) {
    // The library recurses, and says no more than a plain RangeError when that goes too far.
    return { ok: false, line: null, clause: 'it is nested too deep', cause: error };
  }
}

/** The line, from 1, on which a node of the document begins; null when it is no node of the text. */
export function lineOfNode(node: unknown, lines: LineCounter): number | null {
  return isNode(node) && node.range ? lines.linePos(node.range[0]).line : null;
}

function oneLine(message: string): string {
  // The library recurses, and reports where that ended as a mistake in the text.
  if (message.startsWith('Maximum call stack')) return 'it is nested too deep';
  return message.replace(/\.$/, '').replaceAll(/\s+/g, ' ');
}

/** A key that a map holds twice; null when there is none. */
function repeatedKey(root: unknown): Scalar | null {
  const open: unknown[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isSeq(node)) for (const item of node.items) open.push(item);
    if (!isMap(node)) continue;
    const seen = new Set<unknown>();
    for (const { key, value } of node.items) {
      if (isScalar(key) && seen.has(key.value)) return key;
      if (isScalar(key)) seen.add(key.value);
      if (value !== null) open.push(value);
    }
  }
  return null;
}
