import { describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { readDefinitions } from './read-definitions.ts';
import { READERS } from './readers.ts';

const FLAGD = '{"flags": {"rlp": {"state": "ENABLED", "variants": {"on": true}, "defaultVariant": "on"}}}';
const GO = 'rlp:\n  variations: {on: true}\n';

function said(path: string, text: string): string {
  try {
    const [first] = readDefinitions({ path, text });
    return `${first?.format} ${first?.flag} ${first?.line}`;
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
}

describe('the formats of flag definitions', () => {
  it('have names of their own', () => {
    const names = READERS.map((reader) => reader.format);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(12);
  });
});

describe('a definition file', () => {
  it.each([
    ['JSON, whatever it is called', 'flags.ffconfig.json', FLAGD, 'flagd rlp 1'],
    ['JSON that is called YAML', 'flags.yaml', FLAGD, 'flagd rlp 1'],
    ['YAML that looks like JSON', 'flags.yml', '{flags: {rlp: {state: ENABLED}}}', 'flagd rlp 1'],
    ['JSON without an ending', 'flags', FLAGD, 'flagd rlp 1'],
    ['JSON after comments', 'flags', `// a comment\n\n${FLAGD}`, 'flagd rlp 3'],
    ['JSON that is called text', 'flags.txt', FLAGD, 'flagd rlp 1'],
    ['YAML without an ending', 'flags', `# a comment\n${GO}`, 'go-feature-flag rlp 2'],
    ['TOML without an ending', 'flags', '# a\n[rlp.variations]\non = true\n', 'go-feature-flag rlp 2'],
    ['TOML that starts with a key', 'flags', 'rlp.variations.on = true\n', 'go-feature-flag rlp 1'],
    ['a table without an ending', 'flags', 'Name,Stage\nrlp,GA\n', 'grafana rlp 2'],
    ['a table that is called text', 'flags.txt', 'Name,Owner\nrlp,me\n', 'grafana rlp 2'],
    ['an ending in capitals', 'FLAGS.JSON', FLAGD, 'flagd rlp 1'],
  ])('may be %s', (_what, path, text, expected) => {
    expect(said(path, text)).toBe(expected);
  });

  it.each([
    ['nothing', 'f.json', '', 'BAD_INPUT f.json:1 is empty; it should define flags.'],
    ['blanks', 'f.txt', '\n \n', 'BAD_INPUT f.txt:1 is empty; it should define flags.'],
    ['a byte order mark', 'f.yaml', '\ufeff', 'BAD_INPUT f.yaml:1 is empty; it should define flags.'],
    [
      'settings',
      'f.json',
      '\n{"port": 80}',
      'BAD_INPUT f.json:2 holds no flag definitions that haunted knows',
    ],
    ['a list of words', 'f.yaml', '- a\n- b\n', 'BAD_INPUT f.yaml:1 holds no flag definitions'],
    ['prose', 'README.md', 'Flags are fun.\n', 'BAD_INPUT README.md:1 holds no flag definitions'],
    ['another table', 'f.csv', 'a,b\n1,2\n', 'BAD_INPUT f.csv:1 holds no flag definitions'],
    ['a schema', 'f.json', '{"flags": {"type": "object", "properties": {}}}', 'BAD_INPUT f.json:1 holds no'],
    ['a text', 'f.json', '"rlp"', 'BAD_INPUT f.json:1 holds no flag definitions'],
    ['half a surrogate pair', 'f.json', '{"flagValues": {"a\\ud800": true}}', 'names a flag "a\\ud800"'],
    ['YAML in JSON', 'f.json', GO, 'BAD_INPUT f.json:1 is not JSON we can use'],
    ['an alias bomb', 'f.yaml', `schema: haunted.flags/v1\nflags: &a [*a]\n`, 'BAD_INPUT f.yaml:2 '],
  ])('is refused when it holds %s', (_what, path, text, expected) => {
    expect(said(path, text)).toContain(expected);
    expect(said(path, text)).not.toContain('\n');
  });

  it('is refused with both lines when a flag is there twice', () => {
    expect(said('f.txt', 'rlp\npeg\n# again\nrlp\n')).toBe(
      'BAD_INPUT f.txt:4 defines the flag "rlp" twice; it is already there on line 1.',
    );
  });

  it.each([
    [LIMITS.flags, 'names f0 1'],
    [LIMITS.flags + 1, 'TOO_LARGE f.txt defines 20001 flags; haunted reads at most 20000 from one file.'],
  ])('with %i flags is read or refused', (count, expected) => {
    const text = Array.from({ length: count }, (_, at) => `f${at}`).join('\n');
    expect(said('f.txt', text)).toBe(expected);
  });

  it('is refused when it is larger than any document', () => {
    expect(said('f.txt', ' '.repeat(LIMITS.document_bytes + 1))).toContain('TOO_LARGE f.txt is larger than');
  });

  it('says foreign words as our own documents can hold them', () => {
    const flag = {
      flagType: 'string',
      defaultValue: 'x'.repeat(LIMITS.text + 1),
      description: ` two\n  lines\u0007 and ${'y'.repeat(LIMITS.text)}`,
      owner: 'z'.repeat(LIMITS.name + 1),
      expires: 'next year',
    };
    const [read] = readDefinitions({ path: 'f.json', text: JSON.stringify({ flags: { rlp: flag } }) });
    expect(read).toMatchObject({ default: null, owner: null, expires: null });
    expect(read?.purpose).toMatch(/^two lines and y+…$/);
    expect(read?.purpose).toHaveLength(LIMITS.text);
  });
});
