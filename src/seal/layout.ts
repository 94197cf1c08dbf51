// Below this, comparing byte by byte is quicker than asking for it.
const SHORT = 40;

/** Whether `literal` stands at `at`, before `end`. */
export function isAt(bytes: Buffer, at: number, end: number, literal: Buffer): boolean {
  const length = literal.length;
  if (at + length > end) return false;
  if (length > SHORT) return bytes.compare(literal, 0, length, at, at + length) === 0;
  for (let index = 0; index < length; index += 1) if (bytes[at + index] !== literal[index]) return false;
  return true;
}

/** Whether a byte inside a JSON text means itself: ASCII, not escaped, no control character, not the closing quote. */
export function isPlainText(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
}
