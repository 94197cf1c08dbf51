import { isMap, isScalar, isSeq, type Document, type LineCounter } from 'yaml';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { lineOfNode, openYaml } from '../../scan/yaml-document.ts';

/** A YAML (or JSON) text as plain values, and where in the text each of them stands. */
export type YamlText = {
  readonly value: unknown;
  /** The line, from 1, of the value at a path, or of the nearest value around it; null when nothing is known. */
  readonly lineOf: (path: readonly PropertyKey[]) => number | null;
};

// An alias repeats what it points at; a few are a convenience, a million are an attack.
const MAX_ALIASES = 64;

/**
 * What a YAML text says. Throws BAD_INPUT, with file and line, for what openYaml refuses, too many aliases, and nesting deeper
 * than LIMITS.depth. YAML 1.2: `yes` and `no` are words.
 */
export function parseYaml(text: string, file: string): YamlText {
  const opened = openYaml(text);
  if (!opened.ok) throw refusal(file, opened.line, opened.clause, opened.cause);
  const { document, lines } = opened;
  const value = valueOf(document, file);
  if (isDeeperThan(value, LIMITS.depth))
    throw refusal(file, null, `its values are nested deeper than ${LIMITS.depth}`);
  return { value, lineOf: (path) => lineAt(document, lines, path) };
}

function valueOf(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: MAX_ALIASES });
  } catch (error) {
    // The library recurses, and counts aliases only here: both end in a plain RangeError or ReferenceError.
    const reason = error instanceof ReferenceError ? 'it uses too many aliases' : 'it is nested too deep';
    throw refusal(file, null, reason, error);
  }
}

function refusal(file: string, line: number | null, reason: string, cause?: unknown): Fault {
  const where = line === null ? file : `${file} line ${line}`;
  return new Fault('BAD_INPUT', `${where} is not YAML we can use: ${reason}.`, { file, line }, cause);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((item) => isDeeperThan(item, levels - 1));
}

function lineAt(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | null {
  let node: unknown = document.contents;
  let line = lineOfNode(node, lines);
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(step));
      line = lineOfNode(pair?.key, lines) ?? line;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      line = lineOfNode(node, lines) ?? line;
    } else break;
  }
  return line;
}
