import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import type { EntryKind } from '../model/entry.ts';

const [A, B, C] = [sha('a'), sha('b'), sha('d')];
const old = sealed({ generation: 1, binary_sha256: A });
const next = sealed({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let cluster: Cluster;

beforeEach(async () => {
  cluster = clusterOf();
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
});

async function kinds(): Promise<readonly EntryKind[]> {
  return (await cluster.entries()).map(({ kind }) => kind);
}

describe('proofs that come one by one', () => {
  it('earn a lease', async () => {
    expect(await cluster.gate.receive('smars', cluster.shows('n1'))).toMatchObject({
      accepted: true,
      findings: [],
      lease: { for_ms: 30_000, binary_sha256: A },
    });
  });

  it('of another binary take the lease away, and put the cluster into quarantine', async () => {
    cluster.run({ ...old, binary_sha256: C }, ['n2']);
    const answer = await cluster.gate.receive('smars', cluster.shows('n2'));
    expect(answer).toMatchObject({ accepted: false, lease: null });
    expect(answer.findings).toContain('binary_mismatch');
    const [state] = await cluster.gate.look('smars');
    expect([...(state?.quarantines.values() ?? [])]).toMatchObject([{ unproven: ['n2'] }]);
    expect(cluster.orders.at(-1)).toMatchObject({ take: [{ hostname: 'n2' }], give: [] });
    expect(cluster.pages).toHaveLength(1);
    await cluster.gate.receive('smars', cluster.shows('n2'));
    expect(cluster.pages).toHaveLength(1);
  });

  it('end the quarantine by themselves when the last one is right again, by asking all', async () => {
    cluster.run({ ...old, binary_sha256: C }, ['n2']);
    await cluster.gate.receive('smars', cluster.shows('n2'));
    cluster.run(old);
    cluster.clock.now += 1_000;
    const asked = new Promise<void>((resolve) => {
      cluster.onAsk = resolve;
    });
    expect(await cluster.gate.receive('smars', cluster.shows('n2'))).toMatchObject({ accepted: true });
    await asked;
    await expect.poll(async () => (await cluster.gate.look('smars'))[0]?.quarantines.size).toBe(0);
  });

  it('open no quarantine while a change is under way, and earn no lease on the new binary', async () => {
    await cluster.gate.begin(wish('deploy', next));
    cluster.run(next, ['n1']);
    expect(await cluster.gate.receive('smars', cluster.shows('n1'))).toMatchObject({ lease: null });
    const [state] = await cluster.gate.look('smars');
    expect(state?.quarantines.size).toBe(0);
    expect(await kinds()).toContain('lease');
  });

  it('shown twice are worth nothing the second time, and take nothing', async () => {
    const shown = cluster.shows('n1');
    await cluster.gate.receive('smars', shown);
    const before = (await cluster.entries()).length;
    expect(await cluster.gate.receive('smars', shown)).toMatchObject({
      accepted: false,
      findings: ['proof_replayed'],
    });
    expect((await cluster.entries()).length).toBe(before);
  });

  it('of a cluster that nobody adopted are a fault', async () => {
    await expect(cluster.gate.receive('other', cluster.shows('n1'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
