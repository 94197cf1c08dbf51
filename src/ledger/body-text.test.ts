import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../seal/canonical.ts';
import { bodyText } from './body-text.ts';

describe('the text of a body', () => {
  it('is the RFC 8785 form of any object of JSON', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('10', '9', '0a', '__proto__', '', 'toJSON'),
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 3 },
        fc.string({ unit: 'binary' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie('any'), { maxLength: 4 }),
        fc.dictionary(name, tie('any'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(name, any, { maxKeys: 4 }), (body) => {
        expect(bodyText(body)).toBe(canonicalize(body));
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['numbers as names', '{"10":1,"9":2,"!":3}', '{"!":3,"10":1,"9":2}'],
    ['the same inside a list', '{"a":[{"b":1},{"2":1,"10":2}]}', '{"a":[{"b":1},{"10":2,"2":1}]}'],
    ['the name of the prototype', '{"b":1,"__proto__":{"a":1}}', '{"__proto__":{"a":1},"b":1}'],
    ['a name of a method', '{"toJSON":"x","a":1}', '{"a":1,"toJSON":"x"}'],
  ])('is right for %s', (_, given, text) => {
    expect(bodyText(JSON.parse(given) as object)).toBe(text);
  });

  it.each([
    ['half of a surrogate pair', { document: 'a\ud800' }],
    ['half of one in a list', { findings: ['\udc00'] }],
    ['half of one in a name', { '\ud800': 1 }],
    ['no number', { a: Number.NaN }],
    ['nothing', { a: undefined }],
    ['a list of nothing', { a: Array.from({ length: 3 }) }],
    ['a list with a hole', { a: Object.assign([1], { length: 3 }) }],
    ['a function', { a: () => 1 }],
    ['a large number', { a: 1n }],
  ])('is refused for %s, which has no canonical form', (_, body) => {
    expect(() => bodyText(body)).toThrow(TypeError);
  });
});
