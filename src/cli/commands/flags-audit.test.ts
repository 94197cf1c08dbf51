import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { demoReleases } from '../../../test/flag-memory/read-histories.ts';
import { flag, manifest, report, sha } from '../../../test/world/documents.ts';
import { FlagAudit } from '../../model/flag-audit.ts';
import { FlagScan } from '../../model/flag-scan.ts';
import { manifestDigest } from '../../seal/digest.ts';
import { COMMANDS } from '../commands.ts';
import { parseFlagFile } from '../manifest/read-flag-file.ts';
import { runCommandLine } from '../run.ts';

const FLAGS = `# the flags of billing
schema: haunted.flags/v1
flags:
  peg: # the old one
    owner: team-a
    purpose: "a test of 2003"
    type: boolean
    state: dormant   # since 2003
    bound: false
  "new one":
    { owner: null, purpose: x, type: boolean, state: 'live', bound: true }
  gone: { owner: null, purpose: x, type: boolean, state: retired, bound: false }
`;

/** The scan of one release of the OpenTelemetry demo, as far as the history says. */
function demoScan(version: string): FlagScan {
  const release = demoReleases().find((each) => each.version === version);
  return FlagScan.parse({
    schema: 'haunted.flag-scan/v1',
    commit: 'abc',
    dirty: false,
    unreadable: [],
    flags: release?.flags.map(({ flag: name, state, where }) => ({
      flag: name,
      grade: 'evaluated',
      defined: state === 'live',
      definitions: [],
      owner: null,
      owner_source: null,
      last_modified: '2026-07-17T00:00:00Z',
      last_modified_by: 'anna',
      type: null,
      default: null,
      purpose: null,
      target: null,
      meaning: 'm:1',
      state,
      verification: 'not_verified',
      sites: where.map(({ file, line }) => ({ file, line, column: 1, symbol: null, kind: 'read' })),
    })),
  });
}

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-audit-'));
  const draft = manifest({
    generation: 1,
    binary_sha256: sha('b'),
    flag_ownership_table: [flag('peg', { state: 'dormant', where: [{ file: 'peg.c', line: 12 }] })],
  });
  const files = {
    'm.json': JSON.stringify({ ...draft, manifest_sha256: manifestDigest(draft) }),
    'r.json': JSON.stringify(report('n1', sha('b'), { bound_flags: [{ flag: 'peg', source: 'env:PEG' }] })),
    'scan.json': JSON.stringify(demoScan('3.0.0')),
    'flags.yaml': FLAGS,
    'a.ts': "client.getBooleanValue('new-cart', false);\n",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

async function run(words: string[], stdin = '') {
  const session = testIo({ cwd: folder, now: Date.parse('2026-08-01T00:00:00Z'), stdin });
  const exit = await runCommandLine(['flags', 'audit', ...words], COMMANDS, '0.1.0', session.io);
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

describe('haunted flags audit', () => {
  it('finds the flag that the demo reads and defines nowhere, from a file and from standard input', async () => {
    const { exit, stdout } = await run(['--scan', 'scan.json']);
    expect(exit).toBe(0);
    expect(stdout).toBe(
      [
        '1 CORPSE, none of them bound.',
        '',
        'loadGeneratorFloodHomepage: dormant',
        '  owner      unknown',
        '  touched    2026-07-17 by anna, 15 days ago',
        '  set by     nothing that is known',
        '  1 delete',
        '             src/load-generator/script.js:220 (read)',
        '  2 shackle  haunted flags audit --shackle loadGeneratorFloodHomepage --flags flags.yaml',
        '',
      ].join('\n'),
    );
    const piped = await run(['--scan', '-'], JSON.stringify(demoScan('3.0.0')));
    expect(piped.stdout).toBe(stdout);
  });

  it('says what binds a corpse, and with --strict ends with 2', async () => {
    const words = ['--manifest', 'm.json', '--evidence', 'r.json', '--history', 'm.json'];
    const { exit, stdout } = await run([...words, '--format', 'json', '--strict']);
    expect(exit).toBe(2);
    expect(FlagAudit.parse(JSON.parse(stdout))).toMatchObject({
      reports: 1,
      corpses: [{ flag: 'peg', is_bound: true, bound_by: [{ by: 'host', where: 'n1 env:PEG' }] }],
    });
    expect((await run(['--manifest', 'm.json', '--strict'])).exit).toBe(0);
    expect((await run([...words, '--format', 'markdown'])).stdout).toContain(
      '<code>peg</code> | dormant, BOUND',
    );
  });

  it('scans a folder by itself', async () => {
    const { stdout } = await run(['.', '--format', 'json']);
    expect(FlagAudit.parse(JSON.parse(stdout)).corpses).toMatchObject([
      { flag: 'new-cart', state: 'dormant', delete: [{ file: 'a.ts', line: 1, kind: 'read' }] },
    ]);
  });

  it('adds a row for a flag that the file does not list, as an orphan is not', async () => {
    const before = readFileSync(path.join(folder, 'flags.yaml'), 'utf8');
    const { exit } = await run(['--shackle', 'an: "orphan"', '--flags', 'flags.yaml']);
    const after = readFileSync(path.join(folder, 'flags.yaml'), 'utf8');
    writeFileSync(path.join(folder, 'flags.yaml'), before);
    expect(exit).toBe(0);
    expect(after.startsWith(before.trimEnd())).toBe(true);
    expect(parseFlagFile(after, 'flags.yaml').flags['an: "orphan"']).toMatchObject({
      owner: null,
      state: 'shackled',
      bound: false,
      verification: 'not_verified',
    });
  });

  it('shackles flags in a flags.yaml and leaves every other character as it was', async () => {
    const { exit, stderr } = await run(['--shackle', 'peg', '--shackle', 'new one', '--flags', 'flags.yaml']);
    expect(exit).toBe(0);
    expect(stderr).toContain('peg, new one shackled');
    expect(stderr).toContain("'new one' is still `bound: true`");
    expect(readFileSync(path.join(folder, 'flags.yaml'), 'utf8')).toBe(
      FLAGS.replace('state: dormant', 'state: shackled').replace("state: 'live'", 'state: shackled'),
    );
  });

  it.each<[string, string[], string]>([
    ['nothing', [], 'There is nothing to audit'],
    ['a folder and a scan', ['.', '--scan', 'scan.json'], 'Give one source folder, or a scan'],
    ['--shackle without a file', ['--shackle', 'peg'], '--shackle writes into one flags.yaml'],
    ['--flags alone', ['--flags', 'flags.yaml'], '--flags names the file that --shackle writes'],
    ['a tombstone', ['--shackle', 'gone', '--flags', 'flags.yaml'], 'a tombstone stays one'],
    ['a scan that is none', ['--scan', 'm.json'], 'The scan m.json'],
  ])('is refused with %s', async (_, words, sentence) => {
    const { exit, stderr } = await run(words);
    expect(exit).toBe(1);
    expect(stderr).toContain(sentence);
    expect(readFileSync(path.join(folder, 'flags.yaml'), 'utf8')).toBe(FLAGS);
  });
});
