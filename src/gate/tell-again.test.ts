import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, received, sealed } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';

const HOSTS = ['n1', 'n2', 'n3', 'n4', 'n5'];
/** All but one that stays wrong, so that the quarantine goes on and nobody is told by its end. */
const MENDED = ['n1', 'n2', 'n3', 'n4'];
const manifest = sealed({ generation: 1, binary_sha256: sha('a'), cluster_inventory: HOSTS });
const wrong = { ...manifest, binary_sha256: sha('d') };

let cluster: Cluster;

/** Another process over the same ledger, and the same servers, so many milliseconds later. */
async function startsAnew(laterMs: number, onOrder: Cluster['onOrder'] = null): Promise<void> {
  const { servers, clock, ledger } = cluster;
  cluster = clusterOf({ ledger, firstSequence: 1_000 });
  for (const [host, server] of servers) cluster.servers.set(host, server);
  cluster.clock.now = clock.now + laterMs;
  cluster.onOrder = onOrder;
  await cluster.gate.tellAgain();
}

async function isInForce(other: typeof manifest): Promise<void> {
  const { manifest_sha256, deployment_id, generation } = other;
  const standing = 'in_force' as const;
  const document = JSON.stringify(other);
  const body = { cluster: 'smars', manifest_sha256, deployment_id, generation, standing, document };
  const { ledger, clock } = cluster;
  await ledger.append([{ kind: 'manifest_accepted', body }], { expected: 'any', now: clock.now });
}

async function shows(...hosts: readonly string[]): Promise<void> {
  await Promise.all(hosts.map(async (host) => await cluster.gate.receive('smars', cluster.shows(host))));
}

/** Each order with whom it lets in (+) and takes out (-). */
function told(): readonly string[] {
  return cluster.orders.map(({ give, take }) =>
    [...give.map(({ hostname }) => `+${hostname}`), ...take.map(({ hostname }) => `-${hostname}`)].join(' '),
  );
}

beforeEach(async () => {
  cluster = clusterOf();
  cluster.run(manifest);
  await cluster.gate.adopt(received(manifest), 'alice');
  cluster.run(wrong, ['n3', 'n5']);
  await shows('n3', 'n5');
  await cluster.gate.idle();
});

describe('traffic, when a control plane starts anew', () => {
  it('is told who is in and who is out, by the ledger', async () => {
    await startsAnew(1_000);
    await cluster.gate.idle();
    expect(told()).toEqual(['+n1 +n2 +n4 -n3 -n5']);
    expect(cluster.orders[0]?.take[0]?.reason).toMatch(/^its lease does not count any more \(entry \d+ /);
  });

  it('is told that a server is in again which the process before had told to be out', async () => {
    await startsAnew(1_000);
    cluster.run(manifest, MENDED);
    for (const _ of ['once', 'and again']) await shows('n3');
    await cluster.gate.idle();
    expect(told()).toEqual(['+n1 +n2 +n4 -n3 -n5', '+n3']);
  });

  it('is told of a lease that the process before gave and never told, though it has run out since', async () => {
    cluster.run(manifest, MENDED);
    cluster.clock.now += 1_000;
    cluster.onOrder = async () => await new Promise(() => undefined);
    expect((await cluster.gate.receive('smars', cluster.shows('n3'))).lease).not.toBeNull();
    await startsAnew(60_000);
    await cluster.gate.idle();
    expect(told()).toEqual(['-n5']);
    await shows('n3');
    await cluster.gate.idle();
    expect(told()).toEqual(['-n5', '+n3']);
  });

  it('lets a fleet in with few orders, however many come back while the program runs', async () => {
    cluster.run(manifest, MENDED);
    const slow = Promise.withResolvers<null>();
    await startsAnew(60_000, async () => await slow.promise);
    await shows('n1');
    await shows('n2', 'n3');
    await shows('n4', 'n2', 'n1');
    expect(told()).toEqual(['-n3 -n5']);
    slow.resolve(null);
    await cluster.gate.idle();
    expect(told()).toEqual(['-n3 -n5', '+n1', '+n2 +n3 +n4']);
  });

  it('pages once for a program that fails, and tries again with the next proofs', async () => {
    await startsAnew(1_000, async () => 'the balancer is away');
    await cluster.gate.idle();
    expect(cluster.pages.map(({ sentence }) => sentence)).toEqual(['the balancer is away']);
    cluster.onOrder = null;
    await shows('n1', 'n2', 'n4');
    await cluster.gate.idle();
    expect(told().slice(1).join(' ').split(' ').toSorted()).toEqual(['+n1', '+n2', '+n4']);
  });

  it('hears nothing of servers that are no longer in the inventory', async () => {
    await isInForce(sealed({ ...manifest, generation: 2, cluster_inventory: ['n1', 'n2'] }));
    await startsAnew(1_000);
    await cluster.gate.idle();
    expect(told()).toEqual(['-n1 -n2']);
  });

  it('is told when one of those is in the inventory again, and earns a lease', async () => {
    await isInForce(sealed({ ...manifest, generation: 2, cluster_inventory: ['n1', 'n2'] }));
    await startsAnew(1_000);
    await isInForce(sealed({ ...manifest, generation: 3 }));
    cluster.run(manifest, MENDED);
    await shows('n3');
    await cluster.gate.idle();
    expect(told()).toEqual(['-n1 -n2', '+n3']);
  });
});
