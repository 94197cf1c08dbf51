import { expect, it } from 'vitest';
import { clusterOf, received, sealed } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import { heldLeases } from '../ledger/state.ts';

const HOSTS = Array.from({ length: 300 }, (_, at) => `n${String(at).padStart(3, '0')}`);
const manifest = sealed({ generation: 1, binary_sha256: sha('a'), cluster_inventory: HOSTS });
const other = sealed({ generation: 2, binary_sha256: sha('b'), cluster_inventory: HOSTS });

async function ready() {
  const cluster = clusterOf();
  cluster.run(manifest);
  await cluster.gate.adopt(received(manifest), 'alice');
  return cluster;
}

it('takes hundreds of servers out that go wrong at once with a few entries and one page', async () => {
  const cluster = await ready();
  const wrong = HOSTS.slice(0, 250);
  cluster.run(other, wrong);
  const before = (await cluster.entries()).length;
  await Promise.all(wrong.map(async (host) => await cluster.gate.receive('smars', cluster.shows(host))));
  const written = (await cluster.entries()).slice(before);
  const count = (kind: string): number => written.filter((entry) => entry.kind === kind).length;
  expect(count('proof')).toBe(250);
  // One for whoever came first, one for all who came while that was written; a busy moment may part them further.
  expect(count('quarantine_opened')).toBeLessThanOrEqual(10);
  const [state] = await cluster.gate.look('smars');
  const quarantines = [...(state?.quarantines.values() ?? [])];
  expect(quarantines.map(({ unproven }) => unproven)).toEqual([wrong]);
  expect(state === undefined ? [] : heldLeases(state, cluster.clock.now)).toHaveLength(50);
  await expect.poll(() => cluster.pages.length).toBe(1);
  expect(new Set(cluster.orders.flatMap(({ take }) => take.map(({ hostname }) => hostname)))).toEqual(
    new Set(wrong),
  );
});

it('names the servers that came first, counts the rest, and gives each its own reason', async () => {
  const cluster = await ready();
  const wrong = HOSTS.slice(0, 5);
  cluster.run(other, wrong);
  await Promise.all(wrong.map(async (host) => await cluster.gate.receive('smars', cluster.shows(host))));
  await expect.poll(() => cluster.pages.length).toBe(1);
  const reasons = cluster.orders.flatMap(({ take }) => take);
  expect(reasons.find(({ hostname }) => hostname === 'n004')?.reason).toBe(
    'n004 does not prove what it has to run: binary_mismatch, unknown_binary',
  );
  expect(cluster.pages[0]?.sentence).toMatch(
    /^Cluster smars is in quarantine: n000(?:, n001, n002 and 2 more do| does) not prove what \S+ ha(?:ve|s) to run: binary_mismatch, unknown_binary\.$/,
  );
});

/** Whom traffic was told to let in (+) and to take out (-), in order. */
function told({ orders }: Cluster): readonly string[] {
  return orders.flatMap(({ give, take }) => [
    ...give.map(({ hostname }) => `+${hostname}`),
    ...take.map(({ hostname }) => `-${hostname}`),
  ]);
}

it('takes a server out once that goes wrong twice meanwhile, for its last reason', async () => {
  const cluster = await ready();
  cluster.run(other, ['n001', 'n002']);
  const shown = [cluster.shows('n001'), cluster.shows('n002')];
  cluster.servers.set('n002', { binary_sha256: manifest.binary_sha256, config_sha256: sha('f') });
  shown.push(cluster.shows('n002'));
  const before = cluster.orders.length;
  await Promise.all(shown.map(async (answer) => await cluster.gate.receive('smars', answer)));
  await cluster.gate.idle();
  const taken = cluster.orders.slice(before).flatMap(({ take }) => take);
  expect(taken.map(({ hostname }) => hostname)).toEqual(['n001', 'n002']);
  expect(taken[1]?.reason).toContain('config_mismatch');
});

it('answers a server, and takes the next one out, while a pager hangs', async () => {
  const cluster = await ready();
  cluster.onPage = async () => await new Promise(() => undefined);
  cluster.run(other, ['n001', 'n002']);
  const one = await cluster.gate.receive('smars', cluster.shows('n001'));
  await expect.poll(() => cluster.pages.length).toBe(1);
  const two = await cluster.gate.receive('smars', cluster.shows('n002'));
  expect([one.accepted, two.accepted]).toEqual([false, false]);
  await expect.poll(() => told(cluster).slice(-2)).toEqual(['-n001', '-n002']);
});

it('answers a server while traffic is slow to take it out', async () => {
  const cluster = await ready();
  cluster.onOrder = async () => await new Promise(() => undefined);
  cluster.run(other, ['n001', 'n002']);
  expect(await cluster.gate.receive('smars', cluster.shows('n001'))).toMatchObject({ accepted: false });
  expect(await cluster.gate.receive('smars', cluster.shows('n002'))).toMatchObject({ accepted: false });
});

it('tells traffic of a server that proved itself unasked, and takes it out again when it is silent', async () => {
  const cluster = await ready();
  cluster.run(other, ['n001', 'n002']);
  for (const host of ['n001', 'n002']) await cluster.gate.receive('smars', cluster.shows(host));
  await expect.poll(() => told(cluster).slice(-2)).toEqual(['-n001', '-n002']);
  cluster.clock.now += 1_000;
  cluster.run(manifest, ['n001']);
  for (const _ of ['once', 'and again'])
    expect((await cluster.gate.receive('smars', cluster.shows('n001'))).lease).not.toBeNull();
  await expect.poll(() => told(cluster).slice(-2)).toEqual(['-n002', '+n001']);
  cluster.servers.delete('n001');
  await cluster.gate.prove('smars');
  expect(told(cluster).slice(-1)).toEqual(['-n001']);
});

it('tries to let a server in until traffic takes it, and pages once', async () => {
  const cluster = await ready();
  cluster.run(other, ['n001', 'n002']);
  for (const host of ['n001', 'n002']) await cluster.gate.receive('smars', cluster.shows(host));
  await expect.poll(() => told(cluster).slice(-2)).toEqual(['-n001', '-n002']);
  await expect.poll(() => cluster.pages.length).toBe(1);
  cluster.clock.now += 1_000;
  cluster.run(manifest, ['n001']);
  cluster.onOrder = async () => 'the balancer is away';
  for (let count = 1; count <= 3; count += 1) {
    await cluster.gate.receive('smars', cluster.shows('n001'));
    await expect.poll(() => told(cluster).filter((word) => word === '+n001').length).toBe(1 + count);
  }
  cluster.onOrder = null;
  for (const _ of ['once', 'and again']) await cluster.gate.receive('smars', cluster.shows('n001'));
  await expect.poll(() => told(cluster).filter((word) => word === '+n001').length).toBe(5);
  expect(cluster.pages.map(({ sentence }) => sentence).slice(1)).toEqual(['the balancer is away']);
});
