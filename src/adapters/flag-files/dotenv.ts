import { Fault } from '../../fault.ts';

const LINE = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*=\s*(.*)$/s;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/**
 * The assignments of a .env file: `NAME=value`, with or without `export`, quotes and a comment; a quoted value may span lines; the
 * last of two assignments counts, as in a shell. `$NAME` is left as it is. The words true and false are switches, the rest is
 * text. Fault: BAD_INPUT naming the line.
 */
export function parseDotenv(text: string, file: string): Record<string, string | boolean> {
  const values: Record<string, string | boolean> = Object.create(null) as Record<string, string | boolean>;
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const start = at;
    let line = (lines[at] ?? '').trim();
    if (line === '' || line.startsWith('#')) continue;
    while (opensQuote(line) && at + 1 < lines.length) line += `\n${lines[(at += 1)] ?? ''}`;
    const match = LINE.exec(line.trim());
    if (match === null || opensQuote(line))
      throw new Fault(
        'BAD_INPUT',
        `${file} line ${start + 1} is no assignment: it must be NAME=value with closed quotes.`,
        {
          file,
          line: start + 1,
        },
      );
    values[match[1] ?? ''] = switchOrText(unquoted(match[2] ?? ''));
  }
  return values;
}

/** Whether a value begins with a quote that the text does not close. */
function opensQuote(line: string): boolean {
  const value = LINE.exec(line.trim())?.[2] ?? '';
  if (value.startsWith("'")) return value.indexOf("'", 1) === -1;
  return value.startsWith('"') && !/^"(?:[^"\\]|\\.)*"/s.test(value);
}

function unquoted(value: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/s.exec(value);
  if (double !== null)
    return (double[1] ?? '').replaceAll(/\\(.)/gs, (_all, letter: string) => ESCAPES[letter] ?? letter);
  const single = /^'([^']*)'/s.exec(value);
  return single === null ? value.replace(/(?:^|\s+)#.*$/s, '').trim() : (single[1] ?? '');
}

/** A text format knows only text; the two words every reader takes for yes and no are shown as such. */
export function switchOrText(text: string): string | boolean {
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : text;
}
