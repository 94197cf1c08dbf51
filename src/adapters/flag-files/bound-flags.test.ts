import { describe, expect, it } from 'vitest';
import type { BoundFlag } from '../../model/node-report.ts';
import { boundFlagsIn } from './bound-flags.ts';

const file = '/etc/smars/flags.json';

function flagsIn(value: unknown): Omit<BoundFlag, 'source'>[] {
  return boundFlagsIn({ value, file }).map(({ source: _source, ...flag }) => flag);
}

describe('a flag file', () => {
  it('binds what it sets, off and nothing too', () => {
    expect(
      boundFlagsIn({ value: { rlp: true, power_peg: false, mode: 'fast', limit: 12.5, odd: null }, file }),
    ).toEqual([
      { flag: 'rlp', value: true, source: 'file:/etc/smars/flags.json' },
      { flag: 'power_peg', value: false, source: 'file:/etc/smars/flags.json' },
      { flag: 'mode', value: 'fast', source: 'file:/etc/smars/flags.json' },
      { flag: 'limit', value: 12.5, source: 'file:/etc/smars/flags.json' },
      { flag: 'odd', value: null, source: 'file:/etc/smars/flags.json' },
    ]);
  });

  it.each<[string, unknown, unknown[]]>([
    [
      'joins nested keys with dots',
      { a: { b: { c: 1 } }, 'd.e': 2 },
      [
        { flag: 'a.b.c', value: 1 },
        { flag: 'd.e', value: 2 },
      ],
    ],
    ['leaves lists out', { a: [1, { b: 2 }], c: [] }, []],
    [
      'leaves its schema out, at the top only',
      { $schema: 'x', a: { $schema: 'y' } },
      [{ flag: 'a.$schema', value: 'y' }],
    ],
    [
      'takes a meaning',
      { rlp: { value: true, meaning: 'm:rlp' } },
      [{ flag: 'rlp', value: true, meaning: 'm:rlp' }],
    ],
    [
      'takes a meaning of null',
      { rlp: { value: true, meaning: null } },
      [{ flag: 'rlp', value: true, meaning: null }],
    ],
    ['takes a value without a meaning', { rlp: { value: 'x' } }, [{ flag: 'rlp', value: 'x' }]],
    [
      'takes a map with more in it for a map',
      { a: { value: 1, other: 2 } },
      [
        { flag: 'a.value', value: 1 },
        { flag: 'a.other', value: 2 },
      ],
    ],
    ['takes a value that is a map for a map', { a: { value: { b: 1 } } }, [{ flag: 'a.value.b', value: 1 }]],
    [
      'merges what YAML calls <<',
      { '<<': { a: 1, b: 1 }, b: 2 },
      [
        { flag: 'a', value: 1 },
        { flag: 'b', value: 2 },
      ],
    ],
    [
      'merges several, the first first',
      { '<<': [{ a: 1 }, { a: 2, b: 2 }] },
      [
        { flag: 'a', value: 1 },
        { flag: 'b', value: 2 },
      ],
    ],
    ['shows a date as text', { at: new Date(0) }, [{ flag: 'at', value: '1970-01-01T00:00:00.000Z' }]],
    [
      'shows numbers that JSON cannot hold as text',
      { a: Infinity, b: 2n ** 63n },
      [
        { flag: 'a', value: 'Infinity' },
        { flag: 'b', value: '9223372036854775808' },
      ],
    ],
    ['does not know a value that is too long', { a: 'x'.repeat(4_097) }, [{ flag: 'a', value: null }]],
    ['binds nothing when it is empty', {}, []],
    [
      'has flags that only look special',
      JSON.parse('{"__proto__": true, "constructor": {"name": 1}}'),
      [
        { flag: '__proto__', value: true },
        { flag: 'constructor.name', value: 1 },
      ],
    ],
  ])('%s', (_what, value, expected) => {
    expect(flagsIn(value)).toEqual(expected);
  });

  it.each<[string, unknown, string, string]>([
    ['a list', [1], 'BAD_INPUT', 'not a list'],
    ['a word', 'rlp', 'BAD_INPUT', 'not a string'],
    ['nothing', null, 'BAD_INPUT', 'not nothing'],
    ['an empty name', { '': true }, 'BAD_INPUT', 'is no flag name'],
    ['a name with a control character', { 'a\u001b': true }, 'BAD_INPUT', 'is no flag name'],
    ['a name that is too long', { ['x'.repeat(257)]: true }, 'BAD_INPUT', 'is no flag name'],
    ['a meaning that is no text', { a: { value: 1, meaning: 7 } }, 'BAD_INPUT', 'the meaning of "a"'],
    [
      'too many flags',
      Object.fromEntries(Array.from({ length: 20_001 }, (_item, at) => [`f${at}`, true])),
      'TOO_LARGE',
      '20001 flags',
    ],
  ])('is refused when it holds %s', (_what, value, code, sentence) => {
    expect(() => flagsIn(value)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(sentence) }),
    );
  });
});

describe('a flagd file', () => {
  const on = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
  it.each<[string, unknown, unknown[]]>([
    ['has the value of its default variant', { rlp: on }, [{ flag: 'rlp', value: true }]],
    [
      'is enabled when it does not say',
      { rlp: { variants: { a: 'x' }, defaultVariant: 'a' } },
      [{ flag: 'rlp', value: 'x' }],
    ],
    [
      'has no known value when disabled: the caller’s own default counts',
      { rlp: { ...on, state: 'DISABLED' } },
      [{ flag: 'rlp', value: null }],
    ],
    [
      'has no known value when it depends on the caller',
      { rlp: { ...on, targeting: { if: [] } } },
      [{ flag: 'rlp', value: null }],
    ],
    [
      'has a known value when its targeting is empty',
      { rlp: { ...on, targeting: {} } },
      [{ flag: 'rlp', value: true }],
    ],
    [
      'has no known value without a default',
      { rlp: { ...on, defaultVariant: null } },
      [{ flag: 'rlp', value: null }],
    ],
    [
      'has no known value with a default that is not there',
      { rlp: { ...on, defaultVariant: 'toString' } },
      [{ flag: 'rlp', value: null }],
    ],
    [
      'has no known value when that is a map',
      { rlp: { ...on, variants: { on: { a: 1 } } } },
      [{ flag: 'rlp', value: null }],
    ],
    [
      'carries its meaning in its metadata',
      { rlp: { ...on, metadata: { meaning: 'm:rlp', team: 'x' } } },
      [{ flag: 'rlp', value: true, meaning: 'm:rlp' }],
    ],
    ['keeps dots in names', { 'a.b': on }, [{ flag: 'a.b', value: true }]],
  ])('%s', (_what, flags, expected) => {
    expect(
      flagsIn({ $schema: 'https://flagd.dev/schema/v0/flags.json', flags, $evaluators: { x: {} } }),
    ).toEqual(expected);
  });

  it('says what its flags mean as the guard reads it, for one flag before the set', () => {
    const own = { ...on, metadata: { 'haunted.meaning': 'm:own', meaning: 'words' } };
    expect(flagsIn({ metadata: { 'haunted.meaning': 'm:set' }, flags: { rlp: own, peg: on } })).toEqual([
      { flag: 'rlp', value: true, meaning: 'm:own' },
      { flag: 'peg', value: true, meaning: 'm:set' },
    ]);
  });

  it('may be a list of flags with keys', () => {
    expect(
      flagsIn({
        flags: [
          { key: 'rlp', ...on },
          { key: 'peg', ...on, defaultVariant: 'off' },
        ],
      }),
    ).toEqual([
      { flag: 'rlp', value: true },
      { flag: 'peg', value: false },
    ]);
  });

  it('is refused with an entry that has no key', () => {
    expect(() => flagsIn({ flags: [on] })).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
    expect(() => flagsIn({ flags: { rlp: on, odd: 7 } })).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });

  it('is not any file with a map called flags', () => {
    expect(flagsIn({ flags: { rlp: true } })).toEqual([{ flag: 'flags.rlp', value: true }]);
    expect(flagsIn({ flags: [true] })).toEqual([]);
  });
});
