import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import { Fault } from '../fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { memoryLedger } from '../ledger/memory.ts';
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
    await cluster.gate.idle();
    expect(answer).toMatchObject({ accepted: false, lease: null });
    expect(answer.findings).toContain('binary_mismatch');
    const [state] = await cluster.gate.look('smars');
    expect([...(state?.quarantines.values() ?? [])]).toMatchObject([{ unproven: ['n2'] }]);
    expect(cluster.orders.at(-1)).toMatchObject({ take: [{ hostname: 'n2' }], give: [] });
    expect(cluster.pages).toHaveLength(1);
    await cluster.gate.receive('smars', cluster.shows('n2'));
    await cluster.gate.idle();
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

describe('proofs that come at once', () => {
  it('are one append with the lease they earn, which names each of them', async () => {
    const before = (await cluster.entries()).length;
    const answers = await Promise.all(
      ['n1', 'n2', 'n3'].map(async (host) => await cluster.gate.receive('smars', cluster.shows(host))),
    );
    expect(answers.map(({ lease }) => lease?.for_ms)).toEqual([30_000, 30_000, 30_000]);
    const written = (await cluster.entries()).slice(before);
    expect(written.map(({ kind }) => kind)).toEqual(['proof', 'proof', 'proof', 'lease']);
    expect(written.at(-1)?.body).toMatchObject({
      state: 'held',
      nodes: ['n1', 'n2', 'n3'].map((hostname, at) => ({ hostname, proof_seq: before + 1 + at })),
    });
  });

  it('are one append also when they come one after the other in one turn of the event loop', async () => {
    const before = (await cluster.entries()).length;
    const answers = [];
    for (const host of ['n1', 'n2', 'n3']) {
      answers.push(cluster.gate.receive('smars', cluster.shows(host)));
      for (let step = 0; step < 20; step += 1) await Promise.resolve();
    }
    await Promise.all(answers);
    expect((await kinds()).slice(before)).toEqual(['proof', 'proof', 'proof', 'lease']);
  });

  it('are several appends when they are very many, for everything else waits meanwhile', async () => {
    const before = (await cluster.entries()).length;
    const many = Array.from({ length: 130 }, () => cluster.shows('n1'));
    await Promise.all(many.map(async (each) => await cluster.gate.receive('smars', each)));
    const written = (await kinds()).slice(before);
    expect(written.flatMap((kind, at) => (kind === 'lease' ? [at] : []))).toEqual([128, 131]);
  });

  it('of one server count in the order in which they came', async () => {
    const right = cluster.shows('n1');
    cluster.run({ ...old, binary_sha256: C }, ['n1']);
    const wrong = cluster.shows('n1');
    const answers = await Promise.all([right, wrong].map((each) => cluster.gate.receive('smars', each)));
    expect(answers).toMatchObject([
      { accepted: true, lease: null },
      { accepted: false, lease: null },
    ]);
    const [state] = await cluster.gate.look('smars');
    expect([...(state?.quarantines.values() ?? [])]).toMatchObject([{ unproven: ['n1'] }]);
  });

  it('do not fail with one that nobody can judge', async () => {
    const answers = await Promise.allSettled([
      cluster.gate.receive('other', cluster.shows('n1')),
      cluster.gate.receive('smars', cluster.shows('n2')),
    ]);
    expect(answers).toMatchObject([
      { status: 'rejected', reason: { code: 'NOT_FOUND' } },
      { status: 'fulfilled', value: { accepted: true } },
    ]);
  });

  it('all hear of a disk that is full, but for those that are not written down', async () => {
    const inner = memoryLedger('tests');
    let isFull = false;
    const append: Ledger['append'] = async (facts, options) => {
      if (isFull) throw new Fault('CANNOT_WRITE', 'The disk is full.');
      return await inner.append(facts, options);
    };
    const full = clusterOf({ ledger: { ...inner, append } });
    full.run(old);
    await full.gate.adopt(received(old), 'alice');
    isFull = true;
    const answers = await Promise.allSettled([
      full.gate.receive('smars', full.shows('n1')),
      full.gate.weigh('smars', full.shows('n2')),
      full.gate.receive('smars', full.shows('n3')),
    ]);
    expect(answers).toMatchObject([
      { status: 'rejected', reason: { code: 'CANNOT_WRITE' } },
      { status: 'fulfilled', value: { accepted: true } },
      { status: 'rejected', reason: { code: 'CANNOT_WRITE' } },
    ]);
  });

  it('that were asked for are answered with no lease that was taken away while the others were written down', async () => {
    const inner = memoryLedger('tests');
    const written = Promise.withResolvers<void>();
    const waits = Promise.withResolvers<void>();
    let isSlow = false;
    const append: Ledger['append'] = async (facts, options) => {
      if (isSlow) {
        isSlow = false;
        waits.resolve();
        await written.promise;
      }
      return await inner.append(facts, options);
    };
    const slow = clusterOf({ ledger: { ...inner, append } });
    slow.run(old);
    await slow.gate.adopt(received(old), 'alice');
    isSlow = true;
    const answers = [
      slow.gate.receive('smars', slow.shows('n1')),
      slow.gate.weigh('smars', slow.shows('n2')),
    ];
    await waits.promise;
    const nodes = [{ hostname: 'n2', proof_seq: null }];
    const until = new Date(slow.clock.now).toISOString();
    const body = { cluster: 'smars', state: 'ended' as const, nodes, until, reason: 'quarantine' };
    await inner.append([{ kind: 'lease', body }], { expected: 'any', now: slow.clock.now });
    written.resolve();
    expect(await Promise.all(answers)).toMatchObject([
      { accepted: true, lease: { for_ms: 30_000 } },
      { accepted: true, lease: null },
    ]);
  });
});
