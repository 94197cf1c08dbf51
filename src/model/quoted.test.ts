import { describe, expect, it } from 'vitest';
import { quoted } from './quoted.ts';

describe('quoted', () => {
  it.each([
    ['a plain word', 'smars', '"smars"'],
    ['a quote and a backslash', 'a"b\\', String.raw`"a\"b\\"`],
    ['a line feed and an escape', '\n\u001b', String.raw`"\n\u001b"`],
    ['C1 controls', '\u007f\u009b\u009f', String.raw`"\u007f\u009b\u009f"`],
    ['a reversal', 'a\u202eb\u2066', String.raw`"a\u202eb\u2066"`],
    [
      'characters of no width',
      '\u200b\u200f\u2060\u00ad\ufeff',
      String.raw`"\u200b\u200f\u2060\u00ad\ufeff"`,
    ],
    ['line separators', '\u2028\u2029', String.raw`"\u2028\u2029"`],
    ['a tag, which is two units long', '\u{e0041}', String.raw`"\udb40\udc41"`],
    ['another script', '鍵é😀', '"鍵é😀"'],
  ])('shows %s', (_what, text, shown) => {
    expect(quoted(text)).toBe(shown);
  });

  it.each([
    [80, 80, ''],
    [81, 80, '…'],
  ])('cuts a text of %i characters at %i', (length, kept, mark) => {
    expect(quoted('x'.repeat(length))).toBe(`"${'x'.repeat(kept)}${mark}"`);
  });

  it('cuts where it is told to', () => {
    expect(quoted('abc', 2)).toBe('"ab…"');
  });
});
