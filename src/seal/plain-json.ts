import { LIMITS } from '../model/limits.ts';

const QUOTE = 0x22;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * The value of an ordinary JSON document, or undefined when something in it is odd and it must be looked at carefully. `text` is
 * `bytes` decoded. One pass over the bytes counts keys and depth, JSON.parse makes the value, and a key that is there twice shows
 * as one that was written and is missing: this costs little more than JSON.parse alone.
 */
export function readPlainJson(bytes: Uint8Array, text: string): unknown {
  const keys = countWrittenKeys(bytes);
  if (keys === undefined) return undefined;
  const value = parseOrNothing(text);
  return countKeys(value) === keys ? value : undefined;
}

/** Undefined when nesting is too deep, or an escape could be half of a surrogate pair. */
function countWrittenKeys(bytes: Uint8Array): number | undefined {
  let keys = 0;
  let depth = 0;
  const length = bytes.length;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      for (at += 1; at < length && bytes[at] !== QUOTE; at += 1) {
        if (bytes[at] !== BACKSLASH) continue;
        if (isSurrogateEscape(bytes, at)) return undefined;
        at += 1;
      }
    } else if (byte === COLON) {
      keys += 1;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      depth += 1;
      if (depth > LIMITS.depth) return undefined;
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      depth -= 1;
    }
  }
  return keys;
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
  const members = Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) count += countKeys(member);
  return count;
}
