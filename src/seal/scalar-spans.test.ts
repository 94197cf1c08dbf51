import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scalarSpans } from './scalar-spans.ts';

/** Every text and number of a document by its place, the straightforward way. */
function scalarsOf(value: unknown, place: string): readonly (readonly [string, string | number])[] {
  if (typeof value === 'string' || typeof value === 'number') return [[place, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const step = Array.isArray(value) ? `[${key}]` : place === '' ? key : `.${key}`;
    return scalarsOf(inner, `${place}${step}`);
  });
}

describe('scalarSpans', () => {
  it('finds every text and number where it stands, whatever blanks are between', () => {
    const document = fc
      .jsonValue({ maxDepth: 4, stringUnit: 'binary' })
      .filter((value) => !JSON.stringify(value).includes('""'));
    fc.assert(
      fc.property(document, fc.constantFrom(undefined, 1, '\t\r'), (value, blanks) => {
        const text = JSON.stringify(value, null, blanks);
        const bytes = Buffer.from(text);
        const found = scalarSpans(bytes, () => true).map(({ place, kind, start, end }) => {
          const said = bytes.subarray(start, end).toString();
          return [place, JSON.parse(kind === 'text' ? `"${said}"` : said) as unknown];
        });
        expect(found).toEqual(scalarsOf(JSON.parse(text), ''));
      }),
    );
  });

  it('gives the wanted paths only, with the same path for every place in a list', () => {
    const bytes = Buffer.from('{"a":[{"b":1,"c":"x"},{"b":-2.5e1}],"b":3, "n":null,"e":[],"o":{}}');
    expect(
      scalarSpans(bytes, (path) => path === 'a[].b').map(({ place, kind, start, end }) => [
        place,
        kind,
        bytes.subarray(start, end).toString(),
      ]),
    ).toEqual([
      ['a[0].b', 'number', '1'],
      ['a[1].b', 'number', '-2.5e1'],
    ]);
  });
});
