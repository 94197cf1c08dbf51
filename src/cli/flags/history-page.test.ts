import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { flag, manifest, sha } from '../../../test/world/documents.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import { FlagHistory } from '../../model/flag-history.ts';
import type { Manifest } from '../../model/manifest.ts';
import { manifestDigest } from '../../seal/digest.ts';
import { COMMANDS } from '../commands.ts';
import { runCommandLine } from '../run.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'haunted-history-'));

function write(generation: number, more: Partial<Manifest>, previous: string | null): string {
  const draft = manifest({
    generation,
    binary_sha256: sha(String(generation)),
    previous_manifest_sha256: previous,
    ...more,
  });
  const sealed = { ...draft, manifest_sha256: manifestDigest(draft) };
  writeFileSync(path.join(folder, `${draft.cluster}-${generation}.json`), JSON.stringify(sealed));
  return sealed.manifest_sha256;
}

const rows = (...table: FlagOwnership[]) => ({ flag_ownership_table: table });
const x = (more: Partial<FlagOwnership> = {}) => flag('x', more);

beforeAll(() => {
  const one = write(1, rows(x(), flag('y')), null);
  const two = write(2, rows(x({ state: 'retired' }), flag('y')), one);
  write(3, rows(x(), flag('y', { owner: null })), two);
  write(1, { ...rows(flag('z')), cluster: 'other' }, null);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

async function run(...words: string[]) {
  const session = testIo({ cwd: folder, now: 0 });
  const exit = await runCommandLine(['flags', 'history', ...words], COMMANDS, '0.1.0', session.io);
  return { exit, stdout: session.stdout(), stderr: session.stderr() };
}

const SMARS = ['--history', '.', '--cluster', 'smars'];

describe('haunted flags history', () => {
  it('prints the life of a flag', async () => {
    const { exit, stdout, stderr } = await run('x', ...SMARS);
    expect(stderr).toBe('');
    expect(exit).toBe(0);
    expect(stdout).toBe(
      [
        'x: 2 lives in 3 manifests of smars, 1 finding',
        'GENERATION  MANIFEST      WHEN        STATE    TYPE     OWNER   MEANING  WHAT HAPPENED',
        '1           deployment-1  2012-07-22  live     boolean  team-a  m:x      born',
        '2           deployment-2  2012-07-22  retired  boolean  team-a  m:x      tombstoned',
        '3           deployment-3  2012-07-22  live     boolean  team-a  m:x      returned, resurrected',
        '',
        '  generation 1: It appears for the first time; it means m:x.',
        '  generation 2: It is retired: the code is gone, and the name stays taken.',
        '  generation 3: It is back after it was gone; it means m:x.',
        "  generation 3: Flag 'x' was removed in deployment-2 (generation 2) and is back in the new manifest.",
        '',
      ].join('\n'),
    );
  });

  it('lists all flags, those with findings first', async () => {
    const { stdout } = await run(...SMARS);
    expect(stdout).toBe(
      [
        '2 flags in 3 manifests of smars',
        'FLAG  LIVES  MEANINGS  STATE  FINDINGS',
        'x     2      1         live   1',
        'y     1      1         live   0',
        '',
      ].join('\n'),
    );
  });

  it('gives the document as JSON', async () => {
    const { stdout } = await run('y', ...SMARS, '--format', 'json');
    const { flags } = FlagHistory.parse(JSON.parse(stdout));
    expect(flags.map(({ flag: name, events }) => [name, events.map(({ happened }) => happened)])).toEqual([
      ['y', [['born'], ['owner_changed']]],
    ]);
  });

  it.each<[string, string[], string]>([
    ['two flags', ['x', 'y', ...SMARS], 'Give one flag at most'],
    ['no history', ['x'], '--history is missing'],
    [
      'several clusters',
      ['x', '--history', '.'],
      'The manifests are of several clusters (other, smars): say which with --cluster.',
    ],
    [
      'another cluster',
      ['x', '--history', '.', '--cluster', 'nowhere'],
      'No manifest of the history is of the cluster "nowhere"; they are of other, smars.',
    ],
    ['an unknown flag', ['q', ...SMARS], 'None of the 3 manifests of smars knows the flag "q"'],
  ])('is refused with %s', async (_, words, sentence) => {
    const { exit, stderr } = await run(...words);
    expect(exit).toBe(1);
    expect(stderr).toContain(sentence);
  });

  it('takes the only cluster there is', async () => {
    const { exit, stdout } = await run('z', '--history', 'other-1.json');
    expect(exit).toBe(0);
    expect(stdout).toContain('z: 1 life in 1 manifest of other, nothing found');
  });
});
