import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findJsonProblem, lineAndColumn } from './json-problem.ts';

describe('findJsonProblem finds nothing in', () => {
  it.each([
    ['an empty object', '{}'],
    ['an empty object with blanks', ' { \t} '],
    ['an empty list', '[]'],
    ['an empty list with blanks', ' [ \r\n] '],
    ['blanks at every place', ' { "a" : [ 1 , 2 ] , "b" : { } } '],
    ['tabs at every place', '\t{\t"a"\t:\t[\t1\t,\t2\t]\t,\t"b"\t:\t{\t}\t}\t'],
    ['line feeds at every place', '\n{\n"a"\n:\n[\n1\n,\n2\n]\n,\n"b"\n:\n{\n}\n}\n'],
    ['carriage returns at every place', '\r{\r"a"\r:\r[\r1\r,\r2\r]\r,\r"b"\r:\r{\r}\r}\r'],
    ['no blanks at all', '{"a":[1,2],"b":{},"c":"d"}'],
    ['the words', '[true,false,null]'],
    ['whole numbers', '[0,-0,1,-1,10,-1234567890]'],
    ['fractions', '[0.0,1.25,-10.125]'],
    ['exponents', '[1e1,1E1,1e+12,1e-12,1.5e30,-0e0]'],
    ['escapes', String.raw`"\"\\\/\b\f\n\r\tA\u00e9\uFFFF\ud83d\ude00 and \uD83D\uDE00 more"`],
    ['escapes in keys', String.raw`{"\u0061":1,"b":2,"\ud83d\ude00":3}`],
    ['a long text', `"${'x'.repeat(1000)}"`],
  ])('%s', (_what, text) => {
    expect(JSON.parse(text)).toBeDefined();
    expect(findJsonProblem(text)).toBeNull();
  });

  it('whatever JSON.stringify writes, with and without blanks', () => {
    const isSound = fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const texts = [JSON.stringify(value), JSON.stringify(value, null, '\t')];
      return texts.every((text) => findJsonProblem(text) === null);
    });
    expect(fc.check(isSound).counterexample).toBeNull();
  });
});

describe('lineAndColumn', () => {
  it.each([
    ['', 0, 1, 1],
    ['abc', 2, 1, 3],
    ['a\nb', 1, 1, 2],
    ['a\nb', 2, 2, 1],
    ['a\nbc\n\nd', 6, 4, 1],
    ['a\nbc\n\nd', 5, 3, 1],
    ['a\nbc\n\nd', 4, 2, 3],
    ['\n\n\n', 3, 4, 1],
    ['a\r\nb', 3, 2, 1],
  ])('of %j at %i is line %i, column %i', (text, at, line, column) => {
    expect(lineAndColumn(text, at)).toBe(`at line ${line}, column ${column}`);
  });
});
