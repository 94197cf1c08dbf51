/** Limits within which every platform must pass baggage on (W3C Baggage, 3.3.2). Beyond them members get lost on the way. */
export const BAGGAGE_LIMITS = { members: 64, bytes: 8_192 } as const;

/** One list member of a baggage header: its key and value as written, and the text it was, properties and all. */
export type Member = { readonly key: string; readonly value: string; readonly raw: string };

/**
 * The list members of a baggage header, in order. Members of others are never looked into, and passed on as they
 * came. Empty members between commas are none (RFC 9110, 5.6.1).
 */
export function readMembers(baggage: string): Member[] {
  return baggage
    .split(',')
    .filter((raw) => raw.trim() !== '')
    .map((raw) => {
      const [pair = ''] = raw.split(';', 1);
      const at = pair.indexOf('=');
      return at === -1
        ? { key: pair.trim(), value: '', raw }
        : { key: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim(), raw };
    });
}

/** What is wrong with baggage of this text: one clause, or null when it is within the limits. */
export function sizeProblem(baggage: string): string | null {
  const bytes = Buffer.byteLength(baggage);
  if (bytes > BAGGAGE_LIMITS.bytes) return `it has ${bytes} bytes, and ${BAGGAGE_LIMITS.bytes} are allowed`;
  const members = readMembers(baggage).length;
  if (members > BAGGAGE_LIMITS.members)
    return `it has ${members} members, and ${BAGGAGE_LIMITS.members} are allowed`;
  return null;
}
