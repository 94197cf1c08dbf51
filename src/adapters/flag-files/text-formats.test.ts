import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from './dotenv.ts';
import { parseProperties } from './properties.ts';
import { parseToml } from './toml.ts';

describe('a .env file', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['plain settings', 'A=1\nB = two words \n', { A: '1', B: 'two words' }],
    ['yes and no', 'A=true\nB=FALSE\nC=yes', { A: true, B: false, C: 'yes' }],
    ['nothing', 'A=\nB=""\n', { A: '', B: '' }],
    ['comments', '# c\nA=1 # c\nB="x # y" # c\nC=x#y\nD=# c', { A: '1', B: 'x # y', C: 'x#y', D: '' }],
    ['export', 'export A=1\nexport\tB=2', { A: '1', B: '2' }],
    ['quotes', `A='x $y \\n'\nB="x\\n\\"y\\""`, { A: 'x $y \\n', B: 'x\n"y"' }],
    ['several lines', 'A="one\ntwo"\nB=3', { A: 'one\ntwo', B: '3' }],
    ['line ends of Windows', 'A=1\r\nB=2\r\n', { A: '1', B: '2' }],
    ['dots and dashes', 'a.b-c=1', { 'a.b-c': '1' }],
    ['a setting that is repeated: the last counts', 'A=1\nA=2', { A: '2' }],
    ['equals signs in values', 'A=b=c', { A: 'b=c' }],
  ])('holds %s', (_what, text, expected) => {
    expect({ ...parseDotenv(text, '.env') }).toEqual(expected);
  });

  it.each([
    ['no assignment', 'A=1\nnonsense', 2],
    ['a name that is none', 'A=1\n\n1A=2', 3],
    ['an open quote', 'A=1\nB="x\ny', 2],
    ['an open single quote', "A='x", 1],
  ])('is refused with %s', (_what, text, line) => {
    expect(() => parseDotenv(text, '/srv/.env')).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringContaining(`/srv/.env line ${line}`),
      }),
    );
  });

  it('is read as Node reads it', () => {
    const name = fc.stringMatching(/^[A-Z_]{1,8}$/);
    const value = fc.oneof(
      fc.stringMatching(/^[a-z0-9:/.-]{0,12}$/),
      fc.stringMatching(/^"[a-z #=$]{0,12}"$/),
      fc.stringMatching(/^'[a-z "#]{0,12}'$/),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const text = pairs.map(([key, each]) => `${key}=${each}\n`).join('');
        const ours = Object.fromEntries(
          Object.entries(parseDotenv(text, '.env')).map(([key, each]) => [key, String(each)]),
        );
        expect(ours).toEqual({ ...parseEnv(text) });
      }),
    );
  });
});

describe('a .properties file', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['the three separators', 'a=1\nb: 2\nc 3\nd=\ne', { a: '1', b: '2', c: '3', d: '', e: '' }],
    ['yes and no', 'a=true\nb=False', { a: true, b: false }],
    ['comments', '# c\n  ! c\na=1 # not one', { a: '1 # not one' }],
    ['lines that go on', 'a=one,\\\n   two\nb=3', { a: 'one,two', b: '3' }],
    ['a backslash that does not go on', 'a=one\\\\\nb=3', { a: 'one\\', b: '3' }],
    ['escapes', String.raw`a\ b\=c=\u0041\t\:x`, { 'a b=c': 'A\t:x' }],
    ['dots', 'ff.rlp.enabled = true', { 'ff.rlp.enabled': true }],
    ['a setting that is repeated: the last counts', 'a=1\na=2', { a: '2' }],
  ])('holds %s', (_what, text, expected) => {
    expect({ ...parseProperties(text, 'x.properties') }).toEqual(expected);
  });

  it.each([
    ['no key', 'a=1\n=2', 2],
    ['half an escape', 'a=1\n\nb=\\u12', 3],
  ])('is refused with %s', (_what, text, line) => {
    expect(() => parseProperties(text, '/srv/x.properties')).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringContaining(`/srv/x.properties line ${line}`),
      }),
    );
  });
});

describe('a TOML file', () => {
  it('holds tables, whole numbers of any size and dates', () => {
    expect(
      parseToml('rlp = true\nbig = 9223372036854775807\n[flags]\npower_peg = false\nmode = "x"\n', 'f.toml'),
    ).toEqual({
      rlp: true,
      big: 9223372036854775807n,
      flags: { power_peg: false, mode: 'x' },
    });
  });

  it.each([
    ['a broken line', 'a = 1\nb =', 2],
    ['a key twice', 'a = 1\na = 2', 2],
    ['a number that is none', 'a = 1\n\nb = 1x', 3],
  ])('is refused with %s', (_what, text, line) => {
    expect(() => parseToml(text, '/srv/f.toml')).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringContaining(`/srv/f.toml line ${line}`),
      }),
    );
  });

  it('is refused when it is nested beyond reason', () => {
    expect(() => parseToml(`a = ${'['.repeat(5_000)}`, 'f.toml')).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT' }),
    );
  });
});
