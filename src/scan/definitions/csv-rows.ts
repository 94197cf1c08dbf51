import { brokenFile } from './broken-file.ts';

/** One row of a table and the line, from 1, on which it begins. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[] };

const QUOTED = /"([^"]*(?:""[^"]*)*)"/y;
const BARE = /[^",\r\n]*/y;
const ROW_END = /\r?\n|\r|$/y;

/**
 * The rows of a text with comma-separated values (RFC 4180), without the empty ones. Throws BAD_INPUT naming the line for a quote
 * that is not closed or stands in the middle of a cell.
 */
export function csvRows(text: string, file: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  let line = 1;
  let at = 0;
  while (at < text.length) {
    const begins = line;
    const cells: string[] = [];
    for (;;) {
      const cell = match(QUOTED, text, at) ?? match(BARE, text, at) ?? '';
      line += cell.split('\n').length - 1;
      at += cell.length;
      cells.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell.trim());
      if (text[at] !== ',') break;
      at += 1;
    }
    const end = match(ROW_END, text, at);
    if (end === null)
      throw brokenFile(file, line, 'is no table we can use: a quote is not closed or stands inside a cell');
    at += end.length;
    line += 1;
    if (cells.some((cell) => cell !== '')) rows.push({ line: begins, cells });
  }
  return rows;
}

function match(token: RegExp, text: string, at: number): string | null {
  token.lastIndex = at;
  return token.exec(text)?.[0] ?? null;
}
