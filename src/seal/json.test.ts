import { isDeepStrictEqual } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../model/limits.ts';
import { readJson } from './json.ts';

function read(text: string): ReturnType<typeof readJson> {
  return readJson(new TextEncoder().encode(text));
}

function nested(depth: number, open = '[', close = ']'): string {
  return open.repeat(depth) + close.repeat(depth);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

describe('readJson accepts', () => {
  it.each([
    ['a word', 'true', true],
    ['another word', 'false', false],
    ['null', 'null', null],
    ['white space around', ' \t\r\n1 \t\r\n', 1],
    ['the empty object', '{}', {}],
    ['the empty list', ' [ ] ', []],
    ['numbers of every form', '[0,-0,1.5,-2e3,4E+5,6e-7,10]', [0, -0, 1.5, -2000, 400_000, 6e-7, 10]],
    ['every escape', String.raw`"\"\\\/\b\f\n\r\tA"`, '"\\/\b\f\n\r\tA'],
    ['a surrogate pair by escapes', String.raw`"\ud83d\uDE00"`, '😀'],
    ['an escape that only looks like a surrogate', String.raw`"\ud7ff\uD123"`, '\ud7ff\ud123'],
    ['a backslash before the word ud800', String.raw`"\\ud800"`, String.raw`\ud800`],
    ['a quote hidden behind an escape', String.raw`{"a\"b":":"}`, { 'a"b': ':' }],
    ['brackets and colons inside texts', '["[[{{::"]', ['[[{{::']],
    ['the same key in different objects', '[{"a":1},{"a":{"a":2}}]', [{ a: 1 }, { a: { a: 2 } }]],
    ['keys that differ in case', '{"a":1,"A":2}', { a: 1, A: 2 }],
    ['characters beyond the basic plane', '"😀é鍵"', '😀é鍵'],
    ['U+2028 as it is', '"\u2028"', '\u2028'],
  ])('%s', (_what, text, value) => {
    expect(read(text)).toStrictEqual({ ok: true, value });
  });

  it('nesting to the limit', () => {
    expect(read(nested(LIMITS.depth)).ok).toBe(true);
    expect(read(nested(LIMITS.depth - 1, '{"a":', '}').replace('}', '1}')).ok).toBe(true);
    expect(read(`[${nested(LIMITS.depth - 1)},${nested(LIMITS.depth - 1)}]`).ok).toBe(true);
  });

  it('a key named __proto__ as a key like any other', () => {
    const answer = read('{"__proto__":{"isAdmin":true}}');
    const value = answer.ok ? (answer.value as object) : {};
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect('isAdmin' in value).toBe(false);
  });
});

describe('readJson refuses', () => {
  it.each([
    ['nothing', '', 'malformed', 'line 1, column 1: there is no value'],
    ['white space alone', ' \n ', 'malformed', 'line 2, column 2: there is no value'],
    ['a key twice', '{"a":1,\n "a":2}', 'duplicate_key', 'line 2, column 2: the key "a" is there twice'],
    ['a key twice, once escaped', String.raw`{"a":1,"\u0061":2}`, 'duplicate_key', 'line 1, column 8'],
    ['a key twice, far inside', '[[{"b":[{"c":1,"c":1}]}]]', 'duplicate_key', 'column 16: the key "c"'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}', 'duplicate_key', 'the key "__proto__" is there'],
    ['a second value', '{}{}', 'trailing_bytes', 'line 1, column 3: "{" follows the end of the value'],
    ['a NUL at the end', '{}\u0000', 'trailing_bytes', String.raw`"\u0000" follows`],
    ['a leading zero', '01', 'trailing_bytes', 'column 2: "1" follows'],
    ['a duplicate key and then more', '{"a":1,"a":1}x', 'duplicate_key', 'the key "a"'],
    ['a trailing comma in a list', '[1,]', 'malformed', 'column 4: "]" where a value should be'],
    ['a trailing comma in an object', '{"a":1,}', 'malformed', 'column 8: "}" where a key in quotes'],
    ['a missing comma', '[1 2]', 'malformed', 'column 4: "2" where a comma or ] should be'],
    [
      'a missing comma in an object',
      '{"a":1 "b":2}',
      'malformed',
      String.raw`"\"" where a comma or } should`,
    ],
    ['a missing colon', '{"a" 1}', 'malformed', 'column 6: "1" where a colon should be'],
    ['a missing value', '{"a":}', 'malformed', 'column 6: "}" where a value should be'],
    ['a bare key', '{a:1}', 'malformed', 'column 2: "a" where a key in quotes should be'],
    ['single quotes', "'a'", 'malformed', `column 1: "'" where a value should be`],
    ['an open list', '[1', 'malformed', 'column 3: the end where a comma or ] should be'],
    ['an open object', '{"a":1', 'malformed', 'column 7: the end where a comma or } should be'],
    ['an object with no key', '{', 'malformed', 'column 2: the end where a key in quotes should be'],
    ['an open text', '["ab', 'malformed', 'column 2: this text has no closing quote'],
    [
      'an open text that ends in a backslash',
      String.raw`"ab\ `.trim(),
      'malformed',
      'column 4: "\\\\" inside a text',
    ],
    ['an open key', '{"ab', 'malformed', 'column 2: this text has no closing quote'],
    ['a line feed in a text', '"a\nb"', 'malformed', String.raw`column 3: "\n" inside a text`],
    ['an unknown escape', String.raw`"a\x41"`, 'malformed', 'column 3: "\\\\" inside a text must be escaped'],
    ['a short unicode escape', String.raw`"\u12"`, 'malformed', 'column 2: "\\\\" inside a text'],
    [
      'a lone high surrogate',
      String.raw`["\ud800"]`,
      'malformed',
      'column 2: this text holds half of a surrogate',
    ],
    ['a lone low surrogate', String.raw`"\uDC00x"`, 'malformed', 'half of a surrogate pair'],
    ['halves in the wrong order', String.raw`"\uDC00\uD800"`, 'malformed', 'half of a surrogate pair'],
    ['half of a pair in a key', String.raw`{"\ud800":1}`, 'malformed', 'half of a surrogate pair'],
    ['a plus sign', '+1', 'malformed', '"+" where a value should be'],
    ['a lone minus', '-', 'malformed', '"-" where a value should be'],
    ['a number with no digit before the point', '.5', 'malformed', '"." where a value should be'],
    ['a number with no digit after the point', '1.', 'trailing_bytes', '"." follows'],
    ['a number with an empty exponent', '1e', 'trailing_bytes', '"e" follows'],
    ['NaN', 'NaN', 'malformed', '"N" where a value should be'],
    ['half a word', 'tru', 'malformed', '"t" where a value should be'],
    ['a word with a tail', 'nullx', 'trailing_bytes', '"x" follows'],
    ['a comment', '{/**/}', 'malformed', '"/" where a key in quotes should be'],
    ['a no-break space', '\u00a01', 'malformed', '"\u00a0" where a value should be'],
    [
      'a character that ends like a byte order mark',
      '\u2eff1',
      'malformed',
      '"\u2eff" where a value should be',
    ],
    ['an emoji for a value', '😀', 'malformed', '"😀" where a value should be'],
    [
      'a list one too deep',
      nested(LIMITS.depth + 1),
      'malformed',
      `column ${LIMITS.depth + 1}: nesting is deeper than 32`,
    ],
    [
      'an object one too deep',
      nested(LIMITS.depth + 1, '{"a":', '}'),
      'malformed',
      'nesting is deeper than 32',
    ],
    [
      'a list too deep with items between',
      `${'[1, '.repeat(LIMITS.depth + 1)}1${']'.repeat(LIMITS.depth + 1)}`,
      'malformed',
      'nesting is deeper than 32',
    ],
    ['depth without an end', '['.repeat(1_000_000), 'malformed', 'nesting is deeper than 32'],
    ['an error before the depth', `[x${nested(40)}]`, 'malformed', 'column 2: "x" where a value'],
  ])('%s', (_what, text, reason, detail) => {
    expect(read(text)).toMatchObject({ ok: false, reason, detail: expect.stringContaining(detail) });
    expect(read(text)).toMatchObject({
      detail: expect.stringMatching(/^is not strict JSON at line \d+, column \d+: /),
    });
  });

  it('a byte order mark', () => {
    const bytes = new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d]);
    const detail = 'starts with a byte order mark; save it as UTF-8 without one';
    expect(readJson(bytes)).toEqual({ ok: false, reason: 'malformed', detail });
  });

  it.each([
    ['a stray continuation', [0x22, 0x80, 0x22], 'line 1, column 2'],
    ['an overlong slash', [0x22, 0xc0, 0xaf, 0x22], 'line 1, column 2'],
    ['a surrogate in UTF-8', [0x0a, 0x22, 0xed, 0xa0, 0x80, 0x22], 'line 2, column 2'],
    ['a cut character', [0x22, 0xc3, 0xa9, 0xe9, 0x8d], 'line 1, column 3'],
    ['UTF-16', [0xff, 0xfe, 0x7b, 0x00], 'line 1, column 1'],
    ['half of a byte order mark', [0xef, 0xbb, 0x7b, 0x7d], 'line 1, column 1'],
    ['the other half', [0xef, 0x7b, 0xbf], 'line 1, column 1'],
    ['Latin-1', [0x7b, 0x22, 0xe9, 0x22, 0x3a, 0x31, 0x7d], 'line 1, column 3'],
  ])('what is not UTF-8: %s', (_what, bytes, place) => {
    const detail = `is not UTF-8 at ${place}`;
    expect(readJson(new Uint8Array(bytes))).toEqual({ ok: false, reason: 'malformed', detail });
  });

  it('a replacement character is a character like any other', () => {
    expect(read('"\ufffd"')).toEqual({ ok: true, value: '\ufffd' });
  });

  it('a byte order mark inside a text is a character, and outside it is none', () => {
    expect(read('"\ufeff"')).toEqual({ ok: true, value: '\ufeff' });
    expect(read('[\ufeff]')).toMatchObject({
      ok: false,
      detail: expect.stringContaining(String.raw`"\ufeff" where`),
    });
  });
});

describe('readJson and JSON.parse', () => {
  const texts = fc.oneof(
    fc.json({ maxDepth: 6 }),
    fc.json({ maxDepth: 3 }).map((json) => JSON.stringify(JSON.parse(json), null, 2)),
    fc
      .tuple(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.constantFrom('', '"', '\\', '{', ',', ':', '0', '\\ud800', ' '),
      )
      .map(([json, at, piece]) => {
        const place = at % (json.length + 1);
        return json.slice(0, place) + piece + json.slice(place + (at % 2));
      }),
    fc
      .array(
        fc.constantFrom(
          '{',
          '}',
          '[',
          ']',
          '"a"',
          '"b"',
          ':',
          ',',
          '1',
          'null',
          '-',
          'e',
          '"\\u0061"',
          ' ',
          '\n',
        ),
      )
      .map((parts) => parts.join('')),
  );

  it('agree on every text that is accepted, and JSON.parse reads what is refused for strictness alone', () => {
    const agrees = fc.property(texts, (text) => {
      const answer = read(text.toWellFormed());
      const value = parsed(text.toWellFormed());
      if (answer.ok) return isDeepStrictEqual(answer.value, value);
      return value === undefined || /there twice|surrogate|deeper/.test(answer.detail);
    });
    expect(fc.check(agrees, { numRuns: 3000 }).counterexample).toBeNull();
  });

  it('agree on what JSON.stringify writes', () => {
    const agrees = fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      const answer = read(JSON.stringify(value));
      return answer.ok && isDeepStrictEqual(answer.value, JSON.parse(JSON.stringify(value)));
    });
    expect(fc.check(agrees).counterexample).toBeNull();
  });
});
