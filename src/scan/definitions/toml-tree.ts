import { openToml } from '../toml-document.ts';
import { brokenFile } from './broken-file.ts';
import { tomlKeyLines } from './toml-key-lines.ts';
import type { Tree } from './tree.ts';

/**
 * What a TOML text says. Lines are those of the keys of the file's top level, where flags are named; what lies deeper has the line
 * of the key around it. Throws BAD_INPUT naming the line for what openToml refuses.
 */
export function tomlTree(text: string, file: string): Tree {
  const opened = openToml(text);
  if (!opened.ok)
    throw brokenFile(file, opened.line, `is not TOML we can use: ${opened.clause}`, opened.cause);
  const lines = tomlKeyLines(text);
  const entries = Object.entries(opened.value as Record<string, unknown>).map(([key, value]) => {
    const line = lines.get(key) ?? 1;
    return [key, { line, value: treeOf(value, line) }] as const;
  });
  return { kind: 'map', line: 1, entries: new Map(entries) };
}

function treeOf(value: unknown, line: number): Tree {
  if (Array.isArray(value)) return { kind: 'list', line, items: value.map((item) => treeOf(item, line)) };
  if (value instanceof Date) return { kind: 'scalar', line, value: value.toISOString() };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => [key, { line, value: treeOf(item, line) }] as const,
    );
    return { kind: 'map', line, entries: new Map(entries) };
  }
  const isPlain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
  return { kind: 'scalar', line, value: isPlain ? value : null };
}
