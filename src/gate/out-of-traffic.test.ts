import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, received, sealed } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import { Fault } from '../fault.ts';
import { memoryLedger } from '../ledger/memory.ts';
import { heldLeases } from '../ledger/state.ts';
import { trafficDesk } from './traffic-desk.ts';
import type { TrafficOrder } from './ports.ts';

const old = sealed({ generation: 1, binary_sha256: sha('a') });
const wrong = { ...old, binary_sha256: sha('d') };

let cluster: Cluster;

async function opened(traffic: NonNullable<Parameters<typeof clusterOf>[0]>['traffic'] = {}): Promise<void> {
  cluster = clusterOf({ traffic });
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
}

async function held(): Promise<readonly string[]> {
  const [state] = await cluster.gate.look('smars');
  return state === undefined ? [] : heldLeases(state, cluster.clock.now).map(({ hostname }) => hostname);
}

beforeEach(async () => {
  await opened();
});

describe('a server that is wrong', () => {
  it.each([
    [0, []],
    [1, ['n1']],
    [2, ['n1', 'n2']],
  ])('takes out the others too under `all`, down to a floor of %i', async (floor, left) => {
    await opened({ takes_out: 'all', floor });
    cluster.run(wrong, ['n3']);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    expect(await held()).toEqual(left);
    for (const host of ['n1', 'n2']) {
      const { lease } = await cluster.gate.receive('smars', cluster.shows(host));
      expect([host, lease !== null]).toEqual([host, left.includes(host)]);
    }
    expect(cluster.orders.at(-1)?.take.map(({ hostname }) => hostname)).toEqual(
      ['n1', 'n2', 'n3'].filter((host) => !left.includes(host)),
    );
  });

  it('is told out again by a gate that starts anew, since the one before may have died first', async () => {
    cluster.run(wrong, ['n3']);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    const reopened = clusterOf({ ledger: cluster.ledger });
    reopened.run(old);
    reopened.servers.delete('n3');
    await reopened.gate.prove('smars');
    expect(reopened.orders.at(-1)?.take.map(({ hostname }) => hostname)).toEqual(['n3']);
  });

  it('pages once, however often it is found', async () => {
    cluster.run(wrong, ['n3']);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    await cluster.gate.prove('smars');
    await cluster.gate.prove('smars');
    expect(cluster.pages).toHaveLength(1);
  });
});

describe('a quarantine', () => {
  it('gets more names, and no second one is opened beside it, while nothing was changed', async () => {
    cluster.servers.delete('n3');
    await cluster.gate.prove('smars');
    cluster.servers.delete('n2');
    await cluster.gate.prove('smars');
    const [state] = await cluster.gate.look('smars');
    expect([...(state?.quarantines.values() ?? [])].map(({ unproven }) => unproven)).toEqual([['n2', 'n3']]);
    expect([state?.oddities, cluster.pages.length]).toEqual([[], 1]);
  });

  it('asks again in vain no oftener than a lease lasts', async () => {
    cluster.servers.delete('n3');
    await cluster.gate.prove('smars');
    let asks = 0;
    // Its agent proves it unasked, and it never answers when it is asked.
    cluster.onAsk = () => {
      asks += 1;
      cluster.servers.delete('n3');
    };
    const prove = async (): Promise<void> => {
      cluster.run(old);
      await cluster.gate.receive('smars', cluster.shows('n3'));
      await expect.poll(async () => (await cluster.entries()).at(-1)?.kind).not.toBe('proof');
    };
    await prove();
    await expect.poll(() => asks).toBe(1);
    cluster.clock.now += 10_000;
    await prove();
    cluster.clock.now += 10_000;
    await prove();
    expect(asks).toBe(1);
  });
});

describe('traffic that cannot be told, because the ledger cannot be read any more,', () => {
  /** The kind of entry after which nothing can be read. */
  let lastWritten: string | null;

  beforeEach(async () => {
    lastWritten = null;
    let isLost = false;
    const inner = memoryLedger('tests');
    const lost = new Fault('LEDGER_CORRUPT', 'The ledger is damaged.');
    cluster = clusterOf({
      ledger: {
        ...inner,
        head: async () => (isLost ? await Promise.reject(lost) : await inner.head()),
        append: async (facts, options) => {
          const head = await inner.append(facts, options);
          isLost = facts.some(({ kind }) => kind === lastWritten);
          return head;
        },
      },
    });
    cluster.run(old);
    await cluster.gate.adopt(received(old), 'alice');
  });

  it('is paged when a server goes wrong', async () => {
    lastWritten = 'quarantine_opened';
    cluster.run(wrong, ['n3']);
    expect(await cluster.gate.receive('smars', cluster.shows('n3'))).toMatchObject({ accepted: false });
    await cluster.gate.idle();
    expect(cluster.pages.map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/is in quarantine: .* Traffic was not told: The ledger is damaged\.$/),
    ]);
  });

  it('is paged when a server is right again', async () => {
    cluster.run(wrong, ['n3']);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    await cluster.gate.idle();
    cluster.pages.length = 0;
    lastWritten = 'lease';
    cluster.run(old);
    cluster.clock.now += 1_000;
    expect((await cluster.gate.receive('smars', cluster.shows('n3'))).lease).not.toBeNull();
    await cluster.gate.idle();
    expect(cluster.pages.map(({ sentence }) => sentence)).toContain(
      'Traffic was not told: The ledger is damaged.',
    );
  });
});

describe('a lease that ran out', () => {
  it('comes to life again by no clock that is set back', async () => {
    cluster.clock.now += 60_000;
    cluster.servers.delete('n3');
    await cluster.gate.prove('smars');
    cluster.clock.now -= 60_000;
    expect(await held()).toEqual(['n1', 'n2']);
  });
});

const give = (hostname: string): TrafficOrder => ({
  cluster: 'smars',
  give: [{ hostname, until: 'x', proof_seq: 1 }],
  take: [],
});

describe('traffic', () => {
  it('is told what the ledger says when its turn comes, one order after the other', async () => {
    const told: TrafficOrder[] = [];
    const first = Promise.withResolvers<null>();
    const { order } = trafficDesk({
      live: { refresh: async () => (await liveOf()).refresh() },
      chance: { now: () => cluster.clock.now },
      acts: {
        order: async (asked) => {
          told.push(asked);
          return told.length === 1 ? await first.promise : null;
        },
      },
    });
    const slow = order(give('n1'));
    const stale = order(give('n3'));
    cluster.run(wrong, ['n3']);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    const take = { cluster: 'smars', give: [], take: [{ hostname: 'n3', reason: 'it is wrong' }] };
    const out = order(take);
    first.resolve(null);
    await Promise.all([slow, stale, out, order(take)]);
    expect(told.map((each) => [each.give.length, each.take.length])).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('may be slow: agents are told of each order at once, and once that they are out', async () => {
    const heard: string[] = [];
    const first = Promise.withResolvers<null>();
    const { order, letIn } = trafficDesk({
      live: { refresh: async () => (await liveOf()).refresh() },
      chance: { now: () => cluster.clock.now },
      acts: {
        order: async () => await first.promise,
        announce: ({ give, take }) => {
          heard.push(
            ...give.map(({ hostname }) => `+${hostname}`),
            ...take.map(({ hostname }) => `-${hostname}`),
          );
        },
      },
    });
    const take = { cluster: 'smars', give: [], take: [{ hostname: 'n3', reason: 'it is wrong' }] };
    const slow = [order(give('n1')), order(take)];
    await expect.poll(() => heard).toEqual(['+n1']);
    cluster.run(wrong, ['n3']);
    await cluster.gate.receive('smars', cluster.shows('n3'));
    slow.push(order(take), order(take));
    await expect.poll(() => heard).toEqual(['+n1', '-n3']);
    await letIn('smars', { hostname: 'n3', until: 'x', proof_seq: 1 });
    slow.push(order(take));
    await expect.poll(() => heard).toEqual(['+n1', '-n3', '-n3']);
    first.resolve(null);
    await Promise.all(slow);
  });

  it('tells an agent of each time that its lease was taken, also when nobody has said in between that it had one', async () => {
    let heard = 0;
    const { order } = trafficDesk({
      live: { refresh: async () => (await liveOf()).refresh() },
      chance: { now: () => cluster.clock.now },
      acts: { order: async () => null, announce: ({ take }) => (heard += take.length) },
    });
    const take = { cluster: 'smars', give: [], take: [{ hostname: 'n3', reason: 'it is wrong' }] };
    for (const runs of [wrong, old, wrong]) {
      cluster.run(runs, ['n3']);
      cluster.clock.now += 1_000;
      await cluster.gate.receive('smars', cluster.shows('n3'));
      await cluster.gate.idle();
      await order(take);
    }
    expect(heard).toBe(2);
  });
});

async function liveOf() {
  const { liveState } = await import('./live.ts');
  return liveState(cluster.ledger ?? memoryLedger('none'));
}
