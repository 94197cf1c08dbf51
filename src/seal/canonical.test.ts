import npmCanonicalize from 'canonicalize';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from './canonical.ts';

function float64(hex: string): number {
  return Buffer.from(hex, 'hex').readDoubleBE();
}

describe('canonicalize', () => {
  it('gives the example of RFC 8785 section 3.2.4', () => {
    const input = String.raw`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],
      "string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`;
    expect(canonicalize(JSON.parse(input))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('sorts by UTF-16 units, as RFC 8785 section 3.2.3 shows', () => {
    const value = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect([...canonicalize(value).matchAll(/:"([^"]+)"/g)].map(([, name]) => name)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as %s (RFC 8785 appendix B)', (hex, text) => {
    expect(canonicalize(float64(hex))).toBe(text);
  });

  it.each([
    ['an empty object', {}, '{}'],
    ['an empty list', [], '[]'],
    ['keys that look like numbers', { 10: 1, 9: 2, a: 3 }, '{"10":1,"9":2,"a":3}'],
    ['a key that is the start of another', { ab: 1, a: 2 }, '{"a":2,"ab":1}'],
    ['objects in lists in objects', { b: [{ d: 1, c: [] }], a: null }, '{"a":null,"b":[{"c":[],"d":1}]}'],
    [
      '__proto__ as a key',
      JSON.parse('{"b":1,"__proto__":{"z":1,"a":2}}'),
      '{"__proto__":{"a":2,"z":1},"b":1}',
    ],
    ['words', [true, false, null], '[true,false,null]'],
  ])('writes %s', (_what, value, text) => {
    expect(canonicalize(value)).toBe(text);
  });

  it.each([
    ['undefined', undefined, 'a value of type undefined has no'],
    ['undefined in an object', { a: undefined }, 'a value of type undefined has no'],
    ['a hole in a list', Array.from({ length: 1 }), 'a value of type undefined has no'],
    ['NaN', Number.NaN, 'NaN has no'],
    ['Infinity', [Number.POSITIVE_INFINITY], 'Infinity has no'],
    ['a bigint', 1n, 'a value of type bigint has no'],
    ['a function', () => 1, 'a value of type function has no'],
    ['a symbol', Symbol('x'), 'a value of type symbol has no'],
    ['half of a surrogate pair', 'a\ud800', 'half of a surrogate pair has no'],
    ['half of a surrogate pair as a key', { '\udc00': 1 }, 'half of a surrogate pair has no'],
  ])('refuses %s, which JSON cannot hold', (_what, value, message) => {
    expect(() => canonicalize(value)).toThrow(TypeError);
    expect(() => canonicalize(value)).toThrow(`${message} canonical form`);
  });

  const values = fc
    .jsonValue({ maxDepth: 5, stringUnit: 'binary' })
    .filter((value) => JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/.test(JSON.stringify(value)));

  it('says what an independent implementation says', () => {
    const agrees = fc.property(values, (value) => canonicalize(value) === npmCanonicalize(value));
    expect(fc.check(agrees, { numRuns: 1000 }).counterexample).toBeNull();
  });

  it('says the same of what it wrote', () => {
    const isFixed = fc.property(values, (value) => {
      const text = canonicalize(value);
      return canonicalize(JSON.parse(text)) === text;
    });
    expect(fc.check(isFixed).counterexample).toBeNull();
  });

  it('does not mind the order of keys', () => {
    const isSame = fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).toReversed());
      return canonicalize(value) === canonicalize(turned);
    });
    expect(fc.check(isSame).counterexample).toBeNull();
  });
});
