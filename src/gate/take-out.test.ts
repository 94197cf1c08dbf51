import { expect, it } from 'vitest';
import { clusterOf, received, sealed } from '../../test/world/gated-cluster.ts';
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
  expect(new Set(cluster.orders.flatMap(({ take }) => take.map(({ hostname }) => hostname)))).toEqual(
    new Set(wrong),
  );
  expect(cluster.pages).toHaveLength(1);
});

it('names the servers that came first, counts the rest, and gives each its own reason', async () => {
  const cluster = await ready();
  const wrong = HOSTS.slice(0, 5);
  cluster.run(other, wrong);
  await Promise.all(wrong.map(async (host) => await cluster.gate.receive('smars', cluster.shows(host))));
  const reasons = cluster.orders.flatMap(({ take }) => take);
  expect(reasons.find(({ hostname }) => hostname === 'n004')?.reason).toBe(
    'n004 does not prove what it has to run: binary_mismatch, unknown_binary',
  );
  expect(cluster.pages[0]?.sentence).toMatch(
    /^Cluster smars is in quarantine: n000(?:, n001, n002 and 2 more do| does) not prove what \S+ ha(?:ve|s) to run: binary_mismatch, unknown_binary\.$/,
  );
});
