import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, DONE, FAILED, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import { Fault } from '../fault.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { memoryLedger } from '../ledger/memory.ts';
import type { Outcome } from './gate.ts';
import { heldLeases } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';

const old = sealed({ generation: 1, binary_sha256: sha('a') });
const next = sealed({
  generation: 2,
  binary_sha256: sha('b'),
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let cluster: Cluster;
let change: string;
/** Whether verdicts cannot be written. */
let isFull: boolean;

async function stateNow(): Promise<ClusterState> {
  const [state] = await cluster.gate.look('smars');
  if (state === undefined) throw new Error('no such cluster');
  return state;
}

async function begun(action: 'deploy' | 'rollback', manifest: typeof old): Promise<string> {
  const { change: begun } = await cluster.gate.begin(wish(action, manifest));
  if (begun === null) throw new Error('it was not let through');
  return begun.change;
}

/** The gate writes that the command ended, and dies. Another one starts over the same ledger, and what ran goes on to run. */
async function diesAfter(outcome: Outcome): Promise<void> {
  const facts = [{ kind: 'change_ended', body: { cluster: 'smars', change, ...outcome } }] as const;
  await cluster.ledger.append(facts, { expected: 'any', now: cluster.clock.now });
  const { servers, clock } = cluster;
  // One that starts later: reports of the one before are older by their own numbers.
  cluster = clusterOf({ ledger: cluster.ledger, firstSequence: 1_000 });
  for (const [host, server] of servers) cluster.servers.set(host, server);
  cluster.clock.now = clock.now + 5_000;
}

async function shows(...hosts: readonly string[]): Promise<void> {
  for (const host of hosts) await cluster.gate.receive('smars', cluster.shows(host));
  await cluster.gate.idle();
}

beforeEach(async () => {
  isFull = false;
  const disk = memoryLedger('tests');
  const append: Ledger['append'] = async (facts, options) => {
    if (isFull && facts.some(({ kind }) => kind === 'verdict'))
      throw new Fault('CANNOT_WRITE', 'The disk is full.');
    return await disk.append(facts, options);
  };
  cluster = clusterOf({ ledger: { ...disk, append } });
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
  change = await begun('deploy', next);
});

describe('the question after a failed change whose gate died', () => {
  beforeEach(async () => {
    cluster.run(next, ['n1']);
    await diesAfter(FAILED);
  });

  it('is carried on once every server has shown itself, and ends in the quarantine of the change', async () => {
    await shows('n1', 'n2');
    expect([cluster.questions.length, (await stateNow()).quarantines.size]).toEqual([0, 0]);
    await shows('n3');
    expect(cluster.questions).toMatchObject([{ event_id: change, hostnames: ['n1', 'n2', 'n3'] }]);
    const [quarantine] = (await stateNow()).quarantines.values();
    expect(quarantine).toMatchObject({ event_id: change, unproven: ['n1'] });
    expect(cluster.pages).toHaveLength(1);
    expect(heldLeases(await stateNow(), cluster.clock.now).map(({ hostname }) => hostname)).toEqual([
      'n2',
      'n3',
    ]);
  });

  it('waits no longer than a lease for a server that does not come back', async () => {
    cluster.servers.delete('n3');
    await shows('n1', 'n2');
    cluster.clock.now += 29_999;
    await shows('n2');
    expect(cluster.questions).toEqual([]);
    cluster.clock.now += 1;
    await shows('n2');
    const [quarantine] = (await stateNow()).quarantines.values();
    expect(quarantine?.unproven).toEqual(['n1', 'n3']);
  });

  it.each([3_600_000, -3_600_000])(
    'waits as long when the clock leaps by %i ms after the start',
    async (leap) => {
      await shows('n1');
      cluster.clock.now += leap;
      await shows('n1', 'n2');
      expect(cluster.questions).toEqual([]);
      await shows('n1');
      expect(cluster.questions).toHaveLength(1);
    },
  );

  it('is asked once, and not again by what is shown after it', async () => {
    await shows('n1', 'n2', 'n3');
    cluster.clock.now += 60_000;
    await shows('n1', 'n2', 'n3');
    expect(cluster.questions).toHaveLength(1);
  });

  it('is asked again when it could not be written down', async () => {
    isFull = true;
    await shows('n1', 'n2', 'n3');
    expect(cluster.pages).toMatchObject([{ sentence: 'The disk is full.' }]);
    isFull = false;
    await shows('n1', 'n2');
    expect(cluster.questions).toHaveLength(1);
    await shows('n3');
    expect(cluster.questions).toHaveLength(2);
    expect((await stateNow()).quarantines.size).toBe(1);
  });

  it('pages once for what keeps it from being written down, however often it is tried', async () => {
    isFull = true;
    for (const _ of ['once', 'and again']) await shows('n1', 'n2', 'n3');
    expect(cluster.questions).toHaveLength(2);
    expect(cluster.pages).toHaveLength(1);
  });

  it('is left to the next gate by one that stops, for its servers could not answer any more', async () => {
    await cluster.gate.askNoMore();
    await shows('n1', 'n2', 'n3');
    expect(cluster.questions).toEqual([]);
  });

  it('is carried on by whoever says resume, under its own name', async () => {
    const settled = await cluster.gate.prove('smars');
    expect(settled).toMatchObject({ event_id: change, verdict: { verdict: 'QUARANTINE' } });
    expect((await cluster.gate.prove('smars')).event_id).not.toBe(change);
  });

  it('needs nobody when every server turns out to be in order', async () => {
    cluster.run(old);
    await shows('n1', 'n2', 'n3');
    expect(await stateNow()).toMatchObject({ last_verdict: { verdict: 'PROVEN', event_id: change } });
    expect([cluster.pages, (await stateNow()).quarantines.size]).toEqual([[], 0]);
  });
});

it('a rollback whose gate died is told for what it was', async () => {
  cluster.run(next);
  await cluster.gate.end('smars', change, DONE);
  change = await begun('rollback', old);
  cluster.run(old);
  await diesAfter(DONE);
  await shows('n1', 'n2', 'n3');
  expect((await stateNow()).incidents.get(change)?.rollback_type).toBe('clean');
});

it('nobody asks beside a gate that is about to ask, whatever servers show meanwhile', async () => {
  cluster.onAsk = async () => {
    for (const host of ['n1', 'n2', 'n3']) await cluster.gate.receive('smars', cluster.shows(host));
  };
  const before = cluster.questions.length;
  await cluster.gate.end('smars', change, FAILED);
  await cluster.gate.idle();
  expect(cluster.questions.length - before).toBe(1);
});
