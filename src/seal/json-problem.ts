import { LIMITS } from '../model/limits.ts';
import { quoted } from '../model/quoted.ts';

export type JsonProblem = {
  readonly ok: false;
  readonly reason: 'duplicate_key' | 'trailing_bytes' | 'malformed';
  /** A clause that follows the document's name: `is not JSON at line 3, column 7: …`. */
  readonly detail: string;
};

type Cursor = { readonly text: string; at: number };

// The tokens of RFC 8259, sections 3, 6 and 7, each looked for at the cursor only.
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/**
 * What keeps this text from being strict JSON, and at which line and column? Null when nothing does. Walks the text once
 * without building its value, and stops where nesting would pass LIMITS.depth. Never throws.
 */
export function findJsonProblem(text: string): JsonProblem | null {
  const cursor: Cursor = { text, at: 0 };
  skipSpace(cursor);
  if (cursor.at === text.length) return problem(cursor, 'malformed', 'there is no value');
  const inside = checkValue(cursor, 1);
  if (inside !== null) return inside;
  skipSpace(cursor);
  if (cursor.at === text.length) return null;
  return problem(cursor, 'trailing_bytes', `${found(cursor)} follows the end of the value`);
}

/** `at line 3, column 7`, counted from 1 in UTF-16 units, as editors count. */
export function lineAndColumn(text: string, at: number): string {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf('\n'); end !== -1 && end < at; end = text.indexOf('\n', start)) {
    line += 1;
    start = end + 1;
  }
  return `at line ${line}, column ${at - start + 1}`;
}

/** `depth` is how deep a container that starts here would be. */
function checkValue(cursor: Cursor, depth: number): JsonProblem | null {
  const first = cursor.text[cursor.at];
  if (first === '"') {
    const text = readString(cursor);
    return typeof text === 'string' ? null : text;
  }
  if (first === '{' || first === '[') {
    if (depth > LIMITS.depth) return problem(cursor, 'malformed', `nesting is deeper than ${LIMITS.depth}`);
    return first === '{' ? checkObject(cursor, depth) : checkArray(cursor, depth);
  }
  if (skip(cursor, WORD) || skip(cursor, NUMBER)) return null;
  return problem(cursor, 'malformed', `${found(cursor)} where a value should be`);
}

function checkArray(cursor: Cursor, depth: number): JsonProblem | null {
  cursor.at += 1;
  skipSpace(cursor);
  if (take(cursor, ']')) return null;
  for (;;) {
    skipSpace(cursor);
    const inside = checkValue(cursor, depth + 1);
    if (inside !== null) return inside;
    skipSpace(cursor);
    if (take(cursor, ']')) return null;
    if (!take(cursor, ','))
      return problem(cursor, 'malformed', `${found(cursor)} where a comma or ] should be`);
  }
}

function checkObject(cursor: Cursor, depth: number): JsonProblem | null {
  const seen = new Set<string>();
  cursor.at += 1;
  skipSpace(cursor);
  if (take(cursor, '}')) return null;
  for (;;) {
    skipSpace(cursor);
    const inside = checkKey(cursor, seen) ?? checkMember(cursor, depth);
    if (inside !== null) return inside;
    if (take(cursor, '}')) return null;
    if (!take(cursor, ','))
      return problem(cursor, 'malformed', `${found(cursor)} where a comma or } should be`);
  }
}

function checkKey(cursor: Cursor, seen: Set<string>): JsonProblem | null {
  const start = cursor.at;
  if (cursor.text[start] !== '"')
    return problem(cursor, 'malformed', `${found(cursor)} where a key in quotes should be`);
  const key = readString(cursor);
  if (typeof key !== 'string') return key;
  if (seen.has(key))
    return problem({ ...cursor, at: start }, 'duplicate_key', `the key ${quoted(key)} is there twice`);
  seen.add(key);
  return null;
}

function checkMember(cursor: Cursor, depth: number): JsonProblem | null {
  skipSpace(cursor);
  if (!take(cursor, ':')) return problem(cursor, 'malformed', `${found(cursor)} where a colon should be`);
  skipSpace(cursor);
  const inside = checkValue(cursor, depth + 1);
  skipSpace(cursor);
  return inside;
}

/** The text at the cursor with its escapes undone, since keys are equal when their characters are, however they are written. */
function readString(cursor: Cursor): string | JsonProblem {
  const start = cursor.at;
  cursor.at += 1;
  for (;;) {
    skip(cursor, PLAIN);
    if (take(cursor, '"')) break;
    if (cursor.at === cursor.text.length)
      return problem({ ...cursor, at: start }, 'malformed', 'this text has no closing quote');
    if (!skip(cursor, ESCAPE))
      return problem(cursor, 'malformed', `${found(cursor)} inside a text must be escaped properly`);
  }
  const value = JSON.parse(cursor.text.slice(start, cursor.at)) as string;
  if (value.isWellFormed()) return value;
  return problem({ ...cursor, at: start }, 'malformed', 'this text holds half of a surrogate pair');
}

/** Section 2: space, tab, line feed, carriage return, and no other blank. */
function skipSpace(cursor: Cursor): void {
  while (SPACES.has(cursor.text.charCodeAt(cursor.at))) cursor.at += 1;
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

function problem(cursor: Cursor, reason: JsonProblem['reason'], detail: string): JsonProblem {
  return {
    ok: false,
    reason,
    detail: `is not strict JSON ${lineAndColumn(cursor.text, cursor.at)}: ${detail}`,
  };
}

function found(cursor: Cursor): string {
  const point = cursor.text.codePointAt(cursor.at);
  return point === undefined ? 'the end' : quoted(String.fromCodePoint(point));
}
