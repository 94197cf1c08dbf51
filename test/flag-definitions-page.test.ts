import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDefinitions } from '../src/scan/definitions/read-definitions.ts';
import { READERS } from '../src/scan/definitions/readers.ts';

const page = readFileSync(path.join(import.meta.dirname, '../docs/flag-definitions.md'), 'utf8');
const examples = [...page.matchAll(/^### `([\w.-]+)`\n[^`]*(?:`[^`\n]+`[^`]*)*\n```(\w+)\n([^]*?)^```$/gm)];

describe('docs/flag-definitions.md', () => {
  it('has a row for every format, in the order in which they are tried', () => {
    const rows = [...page.matchAll(/^\| `([\w.-]+)` \|/gm)].map(([, format]) => format);
    expect(rows).toEqual(READERS.map((reader) => reader.format));
  });

  it('has an example of every format that has no page of its own', () => {
    const shown = examples.map(([, format = '']) => format);
    expect([...shown, 'flags.yaml'].sort()).toEqual(READERS.map((reader) => reader.format).sort());
  });

  it.each(examples.map(([, format = '', ending = '', text = '']) => [format, ending, text]))(
    'shows a file of %s that is read',
    (format, ending, text) => {
      const flags = readDefinitions({ path: `example.${ending}`, text });
      expect(flags.map((flag) => flag.format)).toEqual(flags.map(() => format));
      expect(flags.map((flag) => flag.flag.toLowerCase()).join(' ')).toMatch(/rlp|retail/);
    },
  );
});
