import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, FAILED, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { sha } from '../../test/world/documents.ts';
import { memoryLedger } from '../ledger/memory.ts';
import type { Ledger } from '../ledger/ledger.ts';

/**
 * A command failed, and all servers run what it was to bring. While they are asked n3 also shows itself unasked, in a look that is newer than
 * its answer, and it is held against what was in force before. Found by the simulation, seed 8082.
 */
const [A, B, C] = [sha('a'), sha('b'), sha('d')];
const old = sealed({ generation: 1, binary_sha256: A });
const next = sealed({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let cluster: Cluster;
let beforeProven: (() => Promise<unknown>) | null;

beforeEach(async () => {
  beforeProven = null;
  const inner = memoryLedger('tests');
  const ledger: Ledger = {
    ...inner,
    append: async (facts, options) => {
      if (facts.some(({ kind, body }) => kind === 'verdict' && body.verdict === 'PROVEN')) {
        const act = beforeProven;
        beforeProven = null;
        await act?.();
      }
      return await inner.append(facts, options);
    },
  };
  cluster = clusterOf({ ledger });
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
});

type Shows = { readonly binary_on_disk_sha256: string };

async function afterTheCommand(shows: Shows, boot_id: string | null = 'boot') {
  const { change } = await cluster.gate.begin(wish('deploy', next));
  for (const host of next.cluster_inventory)
    cluster.servers.set(host, {
      binary_sha256: B,
      config_sha256: next.config_sha256 ?? null,
      boot_id,
    });
  beforeProven = async () => {
    cluster.servers.set('n3', {
      binary_sha256: B,
      config_sha256: next.config_sha256 ?? null,
      boot_id,
      ...shows,
    });
    expect(await cluster.gate.receive('smars', cluster.shows('n3'))).toMatchObject({ accepted: false });
  };
  return await cluster.gate.end('smars', change?.change ?? '', FAILED);
}

describe('a newer look than the answer', () => {
  it('counts for what the cluster turned out to run, and the lease rests on it', async () => {
    const settled = await afterTheCommand({ binary_on_disk_sha256: B });
    expect(settled).toMatchObject({ verdict: { verdict: 'PROVEN' }, leased: ['n1', 'n2', 'n3'] });
    const [state] = await cluster.gate.look('smars');
    const proofs = (await cluster.entries()).filter(({ kind }) => kind === 'proof');
    const last = proofs.findLast(({ body }) => 'hostname' in body && body.hostname === 'n3');
    expect(last?.body).toMatchObject({
      accepted: true,
      event_id: null,
      document: expect.any(String) as string,
    });
    expect(state?.leases.get('n3')?.proof_seq).toBe(last?.seq);
    expect(state?.oddities).toEqual([]);
  });

  // Without a boot nobody can say which of the two looks came first.
  it.each(['boot', null])('counts against the server where it is wrong by that, too (%s)', async (boot) => {
    const settled = await afterTheCommand({ binary_on_disk_sha256: C }, boot);
    expect(settled.verdict.verdict).toBe('QUARANTINE');
    expect(settled.leased).not.toContain('n3');
    const codes = settled.verdict.findings.map(({ code, hostname }) => `${code} ${hostname}`);
    expect(codes).toContain('node_silent n3');
  });
});

it('a button that is pressed in between hides no later no', async () => {
  cluster.servers.delete('n3');
  await cluster.gate.prove('smars');
  cluster.run(old);
  beforeProven = async () => {
    cluster.servers.delete('n3');
    expect(await cluster.gate.prove('smars')).toMatchObject({ verdict: { verdict: 'QUARANTINE' } });
    expect(await cluster.gate.begin(wish('deploy', next))).toMatchObject({ change: null });
  };
  await expect(cluster.gate.prove('smars')).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
  const [state] = await cluster.gate.look('smars');
  expect(state?.quarantines.size).toBe(1);
});
