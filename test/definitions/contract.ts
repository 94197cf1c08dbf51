import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/fault.ts';
import type { FlagDefinition } from '../../src/model/flag-definition.ts';
import { readDefinitions } from '../../src/scan/definitions/read-definitions.ts';

/** What one format of flag definitions is tried with; every reader keeps the same contract. */
export type FormatCases = {
  readonly format: string;
  readonly path: string;
  /** A sound file, and all that it says; what is left out here is null. */
  readonly good: string;
  readonly flags: readonly (Partial<FlagDefinition> & { readonly flag: string; readonly line: number })[];
  /** A sound file with flags of these names, in this order. */
  readonly withNames: (names: readonly string[]) => string;
  /** What a file without flags says: nothing, or that it cannot be known for one. */
  readonly withoutFlags: 'nothing' | 'unknown';
  /** The good file with fields that no reader knows, where it is not JSON: into JSON they are put by themselves. */
  readonly foreign?: string;
  /** Broken files, the line they break on, and a part of the sentence. */
  readonly broken: readonly (readonly [what: string, text: string, line: number, says: string])[];
};

/** Names that are easily lost: prefixes of one another, dots, slashes, other scripts, words of a language, of JavaScript. */
const ODD_NAMES = [
  'rlp',
  'rlp-frontend',
  'rlp.front/end',
  'a:b#c',
  'größe_旗🚩',
  'on',
  '1.0',
  'null',
  'constructor',
  'toString',
];

const SILENT = {
  owner: null,
  type: null,
  default: null,
  purpose: null,
  target: null,
  state: null,
  bound: null,
  last_modified: null,
  last_modified_by: null,
  expires: null,
  entry: null,
};

/** What a text is refused with: code and sentence. Anything but a Fault is a bug and is thrown on. */
function refusal(path: string, text: string): string {
  try {
    const flags = readDefinitions({ path, text });
    return `read as ${flags[0]?.format ?? 'nothing'}: ${flags.length}`;
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
}

/** Registers the tests that every format must pass. */
export function keepsTheContract(cases: FormatCases): void {
  const { format, path, good, withNames } = cases;
  const file = path;
  const namesIn = (text: string): string[] => readDefinitions({ path, text }).map(({ flag }) => flag);

  describe(`${format} definitions in ${path}`, () => {
    it('say what they say, and no more', () => {
      const expected = cases.flags.map((flag) => ({ ...SILENT, format, file, ...flag }));
      expect(readDefinitions({ path, text: good })).toEqual(expected);
    });

    it('are named on the lines on which they stand', () => {
      const lines = good.split('\n');
      for (const { flag, line } of readDefinitions({ path, text: good }))
        expect(lines[(line ?? 0) - 1]).toContain(format === 'nimbus' ? (flag.split('.').at(-1) ?? '') : flag);
    });

    it('have the same lines with a byte order mark and with the line ends of Windows', () => {
      const text = `\ufeff${good.replaceAll('\n', '\r\n')}`;
      expect(readDefinitions({ path, text }).map(({ flag, line }) => [flag, line])).toEqual(
        cases.flags.map(({ flag, line }) => [flag, line]),
      );
    });

    it('keep odd names byte for byte', () => {
      const lists = format === 'gitlab' ? ODD_NAMES.map((name) => [name]) : [ODD_NAMES];
      for (const names of lists) expect(namesIn(withNames(names))).toEqual(names);
    });

    it.each([
      ['an escape', 'a\u001bb'],
      ['a bidirectional override', 'a\u202eb'],
      ['257 characters', 'x'.repeat(257)],
    ])('are refused with a name that holds %s', (_what, name) => {
      expect(refusal(path, withNames([name]))).toMatch(/^BAD_INPUT .*:\d+ /);
    });

    it.each(format === 'gitlab' ? [] : [['peg', 'rlp', 'peg']])(
      'are refused when a flag is there twice',
      (...names) => {
        const said = refusal(path, withNames(names));
        expect(said).toMatch(/^BAD_INPUT .*:\d+ .*(?:"peg".* twice|redefine)/);
      },
    );

    it.each(format === 'gitlab' ? [] : [cases.withoutFlags])('hold %s without flags', (expected) => {
      const said = refusal(path, withNames([]));
      expect(said).toMatch(expected === 'nothing' ? /^read as nothing: 0$/ : /^BAD_INPUT .*:1 holds no/);
    });

    it.each(path.endsWith('.json') ? [good.trimEnd()] : [])(
      'are refused wherever they are cut off',
      (whole) => {
        const accepted = Array.from({ length: whole.length }, (_, length) => length).filter(
          (length) => !refusal(path, whole.slice(0, length)).startsWith('BAD_INPUT'),
        );
        expect(accepted).toEqual([]);
      },
    );

    const foreign = cases.foreign ?? (path.endsWith('.json') ? withForeignFields(cases) : null);
    it.each(foreign === null ? [] : [foreign])('keep unknown fields out', (text) => {
      const expected = cases.flags.map(({ line: _line, ...flag }) => ({ ...SILENT, format, file, ...flag }));
      const read = readDefinitions({ path, text });
      expect(text).not.toBe(good);
      expect(read.map(({ line: _line, ...flag }) => flag)).toEqual(expected);
    });

    it.each(cases.broken)('are refused with %s', (_what, text, line, says) => {
      const said = refusal(path, text);
      expect(said).toContain(`BAD_INPUT ${path}:${line} `);
      expect(said).toContain(says);
      expect(said).not.toContain('\n');
    });
  });
}

/** The good JSON with a foreign field in the map of each flag: after the brace that its name opens, or before its name. */
function withForeignFields({ good, flags }: FormatCases): string {
  const lines = good.split('\n');
  const field = '"x-unknown": { "deep": [1, null, { "name": "x" }] }';
  for (const { flag, line } of flags) {
    const text = lines[line - 1] ?? '';
    const opens = `${JSON.stringify(flag)}: {`;
    const follows = text.includes(`${opens}}`) ? '' : ', ';
    if (text.includes(opens)) lines[line - 1] = text.replace(opens, `${opens} ${field}${follows}`);
    else if (!text.trimStart().startsWith(`${JSON.stringify(flag)}:`))
      lines[line - 1] = text.replace('"', `${field}, "`);
  }
  return lines.join('\n');
}

/** A JSON text of a value, each field on a line of its own. */
export function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The text of a JSON map in the order given, keys twice and all, which no JavaScript object can hold. */
export function jsonMap(entries: readonly (readonly [string, unknown])[]): string {
  return `{\n${entries.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',\n')}\n}`;
}
