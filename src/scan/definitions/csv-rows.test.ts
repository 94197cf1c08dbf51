import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRows } from './csv-rows.ts';

describe('the rows of a table', () => {
  it('hold what was written into them, on the lines on which they begin', () => {
    const cell = fc.stringMatching(/^[a-z ",\n]{1,6}$/);
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 1, maxLength: 3 }), { maxLength: 5 }), (table) => {
        let line = 1;
        const expected = table.map((cells) => {
          const row = { line, cells };
          line += 1 + cells.join('').split('\n').length - 1;
          return row;
        });
        const text = table
          .map((row) => row.map((each) => `"${each.replaceAll('"', '""')}"`).join(','))
          .join('\n');
        expect(csvRows(text, 'f')).toEqual(expected);
      }),
    );
  });

  it('are trimmed where they have no quotes, and empty ones are left out', () => {
    expect(csvRows('a , b\r\n\r\n,\r\n c\r\n', 'f')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 4, cells: ['c'] },
    ]);
  });

  it.each([
    ['that is not closed', 'a\n"b\nc', 2],
    ['with more after it', 'a\nb\n"c" d\n', 3],
    ['inside a cell', 'a"b"\n', 1],
  ])('are refused for a quote %s', (_what, text, line) => {
    expect(() => csvRows(text, 'f.csv')).toThrow(`f.csv:${line} is no table we can use: a quote`);
  });
});
