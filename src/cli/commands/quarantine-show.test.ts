import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import type { CommandFolder } from '../../../test/fixtures/command-folder.ts';
import { NOW, sha } from '../../../test/world/documents.ts';
import { clusterOf, received, sealed } from '../../../test/world/gated-cluster.ts';
import { openLedger } from '../../adapters/sqlite/ledger.ts';
import type { Fact } from '../../model/entry.ts';

let here: CommandFolder;
beforeEach(() => {
  here = commandFolder(NOW);
});
afterEach(() => here.remove());

it('a change that ended with nobody asking is not well, and is told with how to go on', async () => {
  const change = {
    cluster: 'smars',
    change: 'deploy-1',
    action: 'deploy' as const,
    manifest_sha256: sha('b'),
    from_manifest_sha256: sha('a'),
    nonce: 'nonce-1',
    actor: 'alice',
    reason: null,
    document: null,
  };
  const ended = { outcome: 'failed' as const, exit_status: 7, signal: null, reason: null };
  const facts: readonly Fact[] = [
    { kind: 'change_begun', body: change },
    { kind: 'change_ended', body: { cluster: 'smars', change: 'deploy-1', ...ended } },
  ];
  const ledger = openLedger(path.join(here.folder, 'ledger.db'));
  await ledger.append(facts, { expected: 'any', now: NOW });
  await ledger.close();
  const shown = await here.run('quarantine', 'show', '--ledger', 'ledger.db', '--cluster', 'smars');
  expect(shown.exit).toBe(3);
  expect(shown.stdout).toContain(
    'Nobody has asked the servers since deploy-1 ended (failed), so the cluster is unproven. Ask them: haunted resume\n',
  );
});

it('a server that was silent when it was asked is not shown by what it said before', async () => {
  const cluster = clusterOf({ ledger: openLedger(path.join(here.folder, 'ledger.db')) });
  const manifest = sealed({ generation: 1, binary_sha256: sha('a') });
  cluster.run(manifest);
  await cluster.gate.adopt(received(manifest), 'alice');
  cluster.run({ ...manifest, binary_sha256: sha('b') }, ['n2']);
  cluster.servers.delete('n3');
  await cluster.gate.prove('smars');
  await cluster.ledger.close();
  const shown = await here.run('quarantine', 'show', '--ledger', 'ledger.db');
  expect(shown.exit).toBe(4);
  expect(shown.stdout).toMatch(/^ {2}n1 {2}accepted .*\n {2}n2 {2}REFUSED .*\n {2}n3 {2}SILENT since /m);
});

it('a server that never showed anything is named', async () => {
  const cluster = clusterOf({ ledger: openLedger(path.join(here.folder, 'ledger.db')) });
  const manifest = sealed({ generation: 1, binary_sha256: sha('a') });
  cluster.run(manifest, ['n1', 'n2']);
  await cluster.gate.adopt(received(manifest), 'alice');
  await cluster.ledger.close();
  const shown = await here.run('quarantine', 'show', '--ledger', 'ledger.db');
  expect([shown.exit, shown.stdout]).toEqual([
    4,
    expect.stringContaining('  n3  SILENT  nothing shown yet\n'),
  ]);
});
