import { Fault } from '../../fault.ts';
import { switchOrText } from './dotenv.ts';

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

/**
 * The keys of a Java .properties file (java.util.Properties): `key=value`, `key: value` or `key value`, comments with # or !, a
 * backslash at the end of a line goes on with the next, \uXXXX. The last of two equal keys counts. Fault: BAD_INPUT naming the line.
 */
export function parseProperties(text: string, file: string): Record<string, string | boolean> {
  const values: Record<string, string | boolean> = Object.create(null) as Record<string, string | boolean>;
  const lines = text.split(/\r\n|\n|\r/);
  for (let at = 0; at < lines.length; at += 1) {
    const start = at;
    let line = (lines[at] ?? '').trimStart();
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    while (/(?:^|[^\\])(?:\\\\)*\\$/.test(line) && at + 1 < lines.length)
      line = line.slice(0, -1) + (lines[(at += 1)] ?? '').trimStart();
    const match = /^((?:\\.|[^\\:=\s])*)\s*[:=]?\s*(.*)$/s.exec(line);
    const key = unescaped(match?.[1] ?? '', file, start + 1);
    if (match === null || key === '')
      throw new Fault('BAD_INPUT', `${file} line ${start + 1} has no key; write key=value.`, {
        file,
        line: start + 1,
      });
    values[key] = switchOrText(unescaped(match[2] ?? '', file, start + 1));
  }
  return values;
}

function unescaped(text: string, file: string, line: number): string {
  return text.replaceAll(/\\(u([0-9a-fA-F]{4})|[^])/g, (_all, letter: string, hex: string | undefined) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (letter === 'u')
      throw new Fault(
        'BAD_INPUT',
        String.raw`${file} line ${line}: \u must be followed by four hex digits.`,
        { file, line },
      );
    return ESCAPES[letter] ?? letter;
  });
}
