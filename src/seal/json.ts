import { LIMITS } from '../model/limits.ts';
import { findJsonProblem, lineAndColumn } from './json-problem.ts';
import type { JsonProblem } from './json-problem.ts';

export type JsonRead = { readonly ok: true; readonly value: unknown } | JsonProblem;

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Which value do these bytes hold, read strictly? RFC 8259 and nothing more: UTF-8 without a byte order mark, one value, no key
 * twice in an object, no half of a surrogate pair, no nesting beyond LIMITS.depth. Two readers that disagree about a signed
 * document can be made to act differently on it, so what JSON leaves open is refused here. Never throws.
 *
 * Ordinary documents take the quick way: one pass over the bytes counts keys and depth, JSON.parse makes the value, and a
 * duplicate shows as a key that was written and is not there. Only a document with something odd is walked again, to say where.
 */
export function readJson(bytes: Uint8Array): JsonRead {
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return text;
  const skimmed = skim(bytes);
  if (skimmed.isPlain) {
    const value = parseOrNothing(text);
    if (value !== undefined && countKeys(value) === skimmed.keys) return { ok: true, value };
  }
  return findJsonProblem(text) ?? { ok: true, value: JSON.parse(text) as unknown };
}

function decodeUtf8(bytes: Uint8Array): string | JsonProblem {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return malformed('starts with a byte order mark; save it as UTF-8 without one');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return malformed(`is not UTF-8 ${placeOfBadByte(bytes)}`);
  }
}

/** A bad byte is decoded to U+FFFD, so the first byte that does not come back is where the text stops being UTF-8. */
function placeOfBadByte(bytes: Uint8Array): string {
  const again = new TextEncoder().encode(new TextDecoder('utf-8').decode(bytes));
  const at = bytes.findIndex((byte, index) => byte !== again[index]);
  // As a stream, so that the first bytes of a broken character do not count as one.
  const before = new TextDecoder('utf-8').decode(bytes.subarray(0, at), { stream: true });
  return lineAndColumn(before, before.length);
}

/** Counts keys in one pass. Plain is: no deeper than allowed, and no escape that could be half of a surrogate pair. */
function skim(bytes: Uint8Array): { readonly isPlain: boolean; readonly keys: number } {
  let keys = 0;
  let depth = 0;
  const length = bytes.length;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      at += 1;
      for (let inside = bytes[at]; inside !== QUOTE && at < length; inside = bytes[at]) {
        if (inside === BACKSLASH) {
          if (isSurrogateEscape(bytes, at)) return { isPlain: false, keys };
          at += 1;
        }
        at += 1;
      }
    } else if (byte === COLON) {
      keys += 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > LIMITS.depth) return { isPlain: false, keys };
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return { isPlain: true, keys };
}

/** `\ud`: D000 to DFFF. Half of these are no surrogates, and cost a second look and nothing else. */
function isSurrogateEscape(bytes: Uint8Array, at: number): boolean {
  const digit = bytes[at + 2];
  return bytes[at + 1] === 0x75 && (digit === 0x64 || digit === 0x44);
}

/** JSON.parse never returns undefined, so undefined stands for "not JSON". */
function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countKeys(item);
    return count;
  }
  for (const item of Object.values(value)) {
    count += 1;
    if (typeof item === 'object') count += countKeys(item);
  }
  return count;
}

function malformed(detail: string): JsonProblem {
  return { ok: false, reason: 'malformed', detail };
}
