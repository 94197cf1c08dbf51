import { findJsonProblem, lineAndColumn } from './json-problem.ts';
import type { JsonProblem } from './json-problem.ts';
import { readPlainJson } from './plain-json.ts';

export type JsonRead = { readonly ok: true; readonly value: unknown } | JsonProblem;

/**
 * Which value do these bytes hold, read strictly? RFC 8259 and nothing more: UTF-8 without a byte order mark, one value, no key
 * twice in an object, no half of a surrogate pair, no nesting beyond LIMITS.depth. Two readers that disagree about a signed
 * document can be made to act differently on it, so what JSON leaves open is refused here. Never throws.
 */
export function readJson(bytes: Uint8Array): JsonRead {
  const text = decodeUtf8(bytes);
  if (typeof text !== 'string') return text;
  const value = readPlainJson(bytes, text);
  if (value !== undefined) return { ok: true, value };
  return findJsonProblem(text) ?? { ok: true, value: JSON.parse(text) as unknown };
}

function decodeUtf8(bytes: Uint8Array): string | JsonProblem {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    return malformed('starts with a byte order mark; save it as UTF-8 without one');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
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

function malformed(detail: string): JsonProblem {
  return { ok: false, reason: 'malformed', detail };
}
