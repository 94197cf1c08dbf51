import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../model/limits.ts';
import { readPlainJson } from './plain-json.ts';

function read(text: string): unknown {
  return readPlainJson(new TextEncoder().encode(text), text);
}

describe('readPlainJson', () => {
  it.each([
    ['a word', 'null', null],
    ['a number', '-1.5e3', -1500],
    ['an empty text', '""', ''],
    ['keys', '{"a":{"b":[{"c":1}]},"d":null}', { a: { b: [{ c: 1 }] }, d: null }],
    ['colons, braces and quotes in texts', String.raw`{"a:\"{[":":{[\\"}`, { 'a:"{[': ':{[\\' }],
    ['an escaped backslash before ud800', String.raw`"\\ud800"`, String.raw`\ud800`],
    ['an escape of another character', String.raw`"\u00d8\u0041"`, '\u00d8A'],
    ['an escape that is no u before a d', String.raw`"\nd8\td"`, '\nd8\td'],
    ['a text that begins with ud', '"ud800"', 'ud800'],
    [
      'many lists beside each other',
      `[${Array.from({ length: 99 }, () => '[]').join()}]`,
      Array.from({ length: 99 }, () => []),
    ],
    [
      'many objects beside each other',
      `[${Array.from({ length: 99 }, () => '{}').join()}]`,
      Array.from({ length: 99 }, () => ({})),
    ],
    [
      'nesting to the limit',
      '['.repeat(LIMITS.depth) + ']'.repeat(LIMITS.depth),
      JSON.parse('['.repeat(LIMITS.depth) + ']'.repeat(LIMITS.depth)),
    ],
  ])('reads at once %s', (_what, text, value) => {
    expect(read(text)).toStrictEqual(value);
  });

  it.each([
    ['a list too deep', '['.repeat(LIMITS.depth + 1) + ']'.repeat(LIMITS.depth + 1)],
    ['an object too deep', '{"a":'.repeat(LIMITS.depth) + '{}' + '}'.repeat(LIMITS.depth)],
    [
      'a list too deep, with items between',
      `${'[1, '.repeat(LIMITS.depth + 1)}1${']'.repeat(LIMITS.depth + 1)}`,
    ],
    [
      'an object too deep, with blanks between',
      `${'{ "a" : '.repeat(LIMITS.depth + 1)}1${'}'.repeat(LIMITS.depth + 1)}`,
    ],
    ['a key twice', '{"a":1,"a":1}'],
    ['a key twice in one of many objects', '[{"a":1},{"b":{"c":1,"c":2}},{"d":1}]'],
    ['a surrogate by escape', String.raw`"\ud83d\ude00"`],
    ['a surrogate by escape in capitals', String.raw`"\uD83D\uDE00"`],
    ['a surrogate behind other escapes', String.raw`"\n\\\ud83d\ude00"`],
    ['half a text', '"a'],
    ['half a text with an escape at its end', '"a\\'],
    ['no JSON', '{"a":1'],
    ['nothing', ''],
  ])('leaves for a careful look %s', (_what, text) => {
    expect(read(text)).toBeUndefined();
  });

  it('reads at once whatever JSON.stringify writes of ordinary values', () => {
    const isRead = fc.property(
      fc.jsonValue({ maxDepth: 6 }),
      (value) => read(JSON.stringify(value)) !== undefined,
    );
    expect(fc.check(isRead).counterexample).toBeNull();
  });
});
