import { quoted } from '../../model/quoted.ts';
import { brokenFile } from './broken-file.ts';
import { MAX_TREE_DEPTH, type Tree, type TreeEntry } from './tree.ts';

type Cursor = { readonly text: string; readonly file: string; at: number; line: number };

// The tokens of RFC 8259, sections 3, 6 and 7, each looked for at the cursor only.
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * What a JSON text says, with its lines. Comments (`//` and between `/*` and its end) and a comma before a closing bracket are
 * passed over, as in Chromium's and many editors' files. The YAML library would read JSON, too, at ten times the time and
 * with far more memory. Throws BAD_INPUT naming the line for anything else, a key twice, and nesting beyond MAX_TREE_DEPTH.
 */
export function jsonTree(text: string, file: string): Tree {
  const cursor: Cursor = { text, file, at: 0, line: 1 };
  skipBlank(cursor);
  const tree = readValue(cursor, 1);
  skipBlank(cursor);
  if (cursor.at < text.length) throw problem(cursor, `${found(cursor)} follows the end of the value`);
  return tree;
}

/** `depth` is how deep a container that starts here would be. */
function readValue(cursor: Cursor, depth: number): Tree {
  const { line } = cursor;
  const first = cursor.text[cursor.at];
  if (first === '"') return { kind: 'scalar', line, value: readString(cursor) };
  if (first === '{' || first === '[') {
    if (depth > MAX_TREE_DEPTH) throw problem(cursor, `nesting is deeper than ${MAX_TREE_DEPTH}`);
    cursor.at += 1;
    return first === '{' ? readMap(cursor, line, depth) : readList(cursor, line, depth);
  }
  const start = cursor.at;
  if (!skip(cursor, WORD) && !skip(cursor, NUMBER))
    throw problem(cursor, `${found(cursor)} where a value should be`);
  const value = JSON.parse(cursor.text.slice(start, cursor.at)) as number | boolean | null;
  return { kind: 'scalar', line, value };
}

function readList(cursor: Cursor, line: number, depth: number): Tree {
  const items: Tree[] = [];
  skipBlank(cursor);
  while (!take(cursor, ']')) {
    items.push(readValue(cursor, depth + 1));
    endMember(cursor, ']');
  }
  return { kind: 'list', line, items };
}

function readMap(cursor: Cursor, line: number, depth: number): Tree {
  const entries = new Map<string, TreeEntry>();
  skipBlank(cursor);
  while (!take(cursor, '}')) {
    const keyLine = cursor.line;
    if (cursor.text[cursor.at] !== '"')
      throw problem(cursor, `${found(cursor)} where a key in quotes should be`);
    const key = readString(cursor);
    if (entries.has(key)) throw problem(cursor, `the key ${quoted(key)} is there twice`);
    skipBlank(cursor);
    if (!take(cursor, ':')) throw problem(cursor, `${found(cursor)} where a colon should be`);
    skipBlank(cursor);
    entries.set(key, { line: keyLine, value: readValue(cursor, depth + 1) });
    endMember(cursor, '}');
  }
  return { kind: 'map', line, entries };
}

/** After a member comes a comma or the closing bracket; the cursor stops before the next member or at the bracket. */
function endMember(cursor: Cursor, close: string): void {
  skipBlank(cursor);
  if (cursor.text[cursor.at] === close) return;
  if (!take(cursor, ',')) throw problem(cursor, `${found(cursor)} where a comma or ${close} should be`);
  skipBlank(cursor);
}

function readString(cursor: Cursor): string {
  const start = cursor.at;
  cursor.at += 1;
  let isPlain = true;
  skip(cursor, PLAIN);
  while (!take(cursor, '"')) {
    if (cursor.at === cursor.text.length) throw problem(cursor, 'a text has no closing quote');
    if (!skip(cursor, ESCAPE))
      throw problem(cursor, `${found(cursor)} inside a text must be escaped properly`);
    isPlain = false;
    skip(cursor, PLAIN);
  }
  return isPlain
    ? cursor.text.slice(start + 1, cursor.at - 1)
    : (JSON.parse(cursor.text.slice(start, cursor.at)) as string);
}

/** Passes over blanks and comments, and counts the lines: nothing else in JSON may hold a line feed. */
function skipBlank(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === 0x0a) cursor.line += 1;
    else if (code === 0x2f) {
      skipComment(cursor);
      continue;
    } else if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return;
    cursor.at += 1;
  }
}

function skipComment(cursor: Cursor): void {
  const isBlock = cursor.text[cursor.at + 1] === '*';
  if (!isBlock && cursor.text[cursor.at + 1] !== '/') throw problem(cursor, 'a lone slash is no comment');
  const end = cursor.text.indexOf(isBlock ? '*/' : '\n', cursor.at + 2);
  if (end === -1 && isBlock) throw problem(cursor, 'a comment has no end');
  const after = end === -1 ? cursor.text.length : end + (isBlock ? 2 : 0);
  for (let at = cursor.at; at < after; at += 1) if (cursor.text.charCodeAt(at) === 0x0a) cursor.line += 1;
  cursor.at = after;
}

/** Whether the token is at the cursor; the cursor moves past it. An empty match counts as none. */
function skip(cursor: Cursor, token: RegExp): boolean {
  token.lastIndex = cursor.at;
  token.test(cursor.text);
  const isThere = token.lastIndex > cursor.at;
  if (isThere) cursor.at = token.lastIndex;
  return isThere;
}

function take(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at += 1;
  return true;
}

function problem(cursor: Cursor, clause: string): Error {
  return brokenFile(cursor.file, cursor.line, `is not JSON we can use: ${clause}`);
}

function found(cursor: Cursor): string {
  const point = cursor.text.codePointAt(cursor.at);
  return point === undefined ? 'the end of the text' : quoted(String.fromCodePoint(point));
}
