import path from 'node:path';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { brokenFile } from './broken-file.ts';
import { csvRows, type CsvRow } from './csv-rows.ts';
import { jsonTree } from './json-tree.ts';
import { tomlTree } from './toml-tree.ts';
import type { MaybeTree, Tree } from './tree.ts';
import { yamlTree } from './yaml-tree.ts';

/** A definition file whose language is known: a tree for JSON, YAML and TOML, rows for CSV, lines for a plain text. */
export type DefinitionFile = {
  readonly path: string;
  readonly tree: MaybeTree;
  readonly rows: readonly CsvRow[] | null;
  readonly lines: readonly string[] | null;
};

type Language = 'json' | 'yaml' | 'toml' | 'csv' | 'text';

const LANGUAGE_BY_ENDING: ReadonlyMap<string, Language> = new Map([
  ['.json', 'json'],
  ['.json5', 'json'],
  ['.jsonc', 'json'],
  ['.yaml', 'yaml'],
  ['.yml', 'yaml'],
  ['.toml', 'toml'],
  ['.csv', 'csv'],
]);

const TOML_START = /^(?:\[\[?[\w\s."'-]+\]\]?\s*(?:#.*)?$|(?:[\w.-]+|"[^"]*"|'[^']*')\s*=)/;
const COMMENT_LINES = /^(?:\s*(?:#.*|\/\/.*)?\n)+/;

/**
 * A definition file's text, read in the language it is written in: by the file's ending, and where that says nothing by how the
 * text begins. Throws BAD_INPUT naming the line when it is broken or empty, and TOO_LARGE.
 */
export function openDefinitionFile(file: { readonly path: string; readonly text: string }): DefinitionFile {
  // Windows' editors put a byte order mark before what they save.
  const text = file.text.startsWith('\ufeff') ? file.text.slice(1) : file.text;
  if (text.length > LIMITS.document_bytes)
    throw new Fault(
      'TOO_LARGE',
      `${file.path} is larger than ${LIMITS.document_bytes} bytes; give the flags in several files.`,
      {
        file: file.path,
      },
    );
  if (text.trim() === '') throw brokenFile(file.path, 1, 'is empty; it should define flags');
  const nothing: DefinitionFile = { path: file.path, tree: null, rows: null, lines: null };
  const language = languageOf(file.path, text);
  if (language === 'csv') return { ...nothing, rows: csvRows(text, file.path) };
  if (language === 'text') return { ...nothing, lines: text.split(/\r\n|\n|\r/) };
  return { ...nothing, tree: treeOf(language, text, file.path) };
}

function languageOf(file: string, text: string): Language {
  const ending = path.extname(file).toLowerCase();
  const named = LANGUAGE_BY_ENDING.get(ending);
  if (named !== undefined) return named;
  const start = text.replace(COMMENT_LINES, '').trimStart();
  const [first = ''] = start.split('\n', 1);
  if (/^(?:"?[\w ]+"?,)+"?[\w ]+"?\s*$/.test(first)) return 'csv';
  if (ending === '.txt' && !/^[[{]/.test(start)) return 'text';
  if (TOML_START.test(first)) return 'toml';
  return /^[[{]/.test(start) ? 'json' : 'yaml';
}

function treeOf(language: 'json' | 'yaml' | 'toml', text: string, file: string): Tree {
  if (language === 'toml') return tomlTree(text, file);
  if (language === 'json') return jsonTree(text, file);
  // Most that looks like JSON is JSON, and reading it as such is ten times as fast.
  if (!/^\s*[[{]/.test(text)) return yamlTree(text, file);
  try {
    return jsonTree(text, file);
  } catch (error) {
    if (error instanceof Fault) return yamlTree(text, file);
    throw error;
  }
}
