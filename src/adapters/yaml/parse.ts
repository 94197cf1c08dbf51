import { isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Document, type Scalar } from 'yaml';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';

/** A YAML (or JSON) text as plain values, and where in the text each of them stands. */
export type YamlText = {
  readonly value: unknown;
  /** The line, from 1, of the value at a path, or of the nearest value around it; null when nothing is known. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | null;
};

// An alias repeats what it points at; a few are a convenience, a million are an attack.
const MAX_ALIASES = 64;

/**
 * What a YAML text says. Throws BAD_INPUT, with file and line, for syntax errors, duplicate keys, unknown tags, too many
 * aliases, several documents in one text, and nesting deeper than LIMITS.depth. YAML 1.2: `yes` and `no` are words. A key is
 * the text that stands there: a flag named `1.0` or `on` must not become another name.
 */
export function parseYaml(text: string, file: string): YamlText {
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
      throw refusal(file, lines.linePos(problem.pos[0]).line, problem.message, problem);
    const repeated = repeatedKey(document.contents);
    if (repeated !== null)
      throw refusal(
        file,
        offsetLine(repeated, lines),
        `the key ${JSON.stringify(repeated.value)} is there twice`,
      );
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    if (isDeeperThan(value, LIMITS.depth))
      throw refusal(file, null, `its values are nested deeper than ${LIMITS.depth}`);
    return { value, lineOf: (path) => lineAt(document, lines, path) };
  } catch (error) {
    if (error instanceof Fault) throw error;
    // The library recurses, and counts aliases only when values are made: both end in a plain RangeError or ReferenceError.
    const reason = error instanceof ReferenceError ? 'it uses too many aliases' : 'it is nested too deep';
    throw refusal(file, null, reason, error);
  }
}

function refusal(file: string, line: number | null, reason: string, cause?: unknown): Fault {
  const where = line === null ? file : `${file} line ${line}`;
  const clause = reason.replace(/\.$/, '').replaceAll(/\s+/g, ' ');
  return new Fault('BAD_INPUT', `${where} is not YAML we can use: ${clause}.`, { file, line }, cause);
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

function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents;
  let line = offsetLine(node, lines);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      line = offsetLine(pair?.key, lines) ?? line;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      line = offsetLine(node, lines) ?? line;
    } else break;
  }
  return line;
}

function offsetLine(node: unknown, lines: LineCounter): number | null {
  return isNode(node) && node.range ? lines.linePos(node.range[0]).line : null;
}
