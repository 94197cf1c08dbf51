import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import type { CommandFolder } from '../../../test/fixtures/command-folder.ts';
import { NOW, sha } from '../../../test/world/documents.ts';
import { openLedger } from '../../adapters/sqlite/ledger.ts';

let here: CommandFolder;
beforeEach(() => {
  here = commandFolder(NOW);
});
afterEach(() => here.remove());

describe('a ledger that is not there', () => {
  it.each([
    ['quarantine', 'list'],
    ['quarantine', 'show'],
    ['quarantine', 'release'],
    ['resume'],
    ['manifest', 'release', '3f9c'],
    ['incidents', 'classify', 'rollback-1', '--type', 'clean'],
    ['rollback', '--cluster', 'smars', '--to', 'plan.json', '--dry-run'],
  ])('is no history in which all is well, and is not made: %s', async (...words) => {
    here.write('plan.json', '{}');
    const said = await here.run(...words, '--ledger', 'typo.db');
    expect(said).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringContaining('[NOT_FOUND]') });
    expect(said.stderr).toContain('typo.db does not exist');
    expect(existsSync(path.join(here.folder, 'typo.db'))).toBe(false);
  });
});

it('a cluster that the ledger does not know is not one without a quarantine', async () => {
  const ledger = openLedger(path.join(here.folder, 'ledger.db'));
  const body = { cluster: 'smars', manifest_sha256: sha('a'), deployment_id: 'smars-1', generation: 1 };
  await ledger.append(
    [{ kind: 'manifest_accepted', body: { ...body, standing: 'in_force', document: null } }],
    {
      expected: 'any',
      now: NOW,
    },
  );
  await ledger.close();
  const list = async (cluster: string) =>
    await here.run('quarantine', 'list', '--ledger', 'ledger.db', '--cluster', cluster);
  expect(await list('smars')).toMatchObject({ exit: 0, stdout: 'No cluster is in quarantine.\n' });
  expect(await list('smrs')).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining('The ledger knows no cluster smrs'),
  });
});

describe('a state folder in which no control plane ever ran', () => {
  it.each([
    ['agent', 'list'],
    ['agent', 'token', '--cluster', 'smars', '--hostname', 'smars-01'],
  ])('has nobody who joined, and nobody who may: %s %s', async (...words) => {
    const said = await here.run(...words, '--state', 'typo');
    expect(said).toMatchObject({ exit: 1, stdout: '', stderr: expect.stringContaining('[NOT_FOUND]') });
    expect(existsSync(path.join(here.folder, 'typo'))).toBe(false);
  });
});

it.each(['', '3f9', '3F9C', 'smars_42'])(
  'a refused manifest is not released by %j, which names none',
  async (start) => {
    const said = await here.run('manifest', 'release', start, '--ledger', 'ledger.db');
    expect(said).toMatchObject({ exit: 1, stderr: expect.stringContaining('[BAD_USAGE]') });
  },
);
