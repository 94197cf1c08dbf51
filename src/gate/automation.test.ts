import { beforeEach, describe, expect, it } from 'vitest';
import { clusterOf, DONE, received, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { Cluster } from '../../test/world/gated-cluster.ts';
import { plan, sha } from '../../test/world/documents.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Verdict } from '../model/verdict.ts';

const old = sealed({ generation: 1, binary_sha256: sha('a') });
const next = sealed({
  generation: 2,
  binary_sha256: sha('b'),
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let cluster: Cluster;

beforeEach(async () => {
  cluster = clusterOf();
  cluster.run(old);
  await cluster.gate.adopt(received(old), 'alice');
  const { change } = await cluster.gate.begin(wish('deploy', next));
  cluster.run(next);
  await cluster.gate.end('smars', change?.change ?? '', DONE);
});

function counted({ verdict, findings }: Verdict): string[] {
  return [verdict, ...new Set(findings.filter(({ effect }) => effect !== 'none').map(({ code }) => code))];
}

async function ask(
  actor: string,
  target: Manifest,
  more: Parameters<typeof wish>[2] = {},
): Promise<string[]> {
  return counted(
    (await cluster.gate.begin(wish('rollback', target, { actor, dry_run: true, ...more }))).verdict,
  );
}

describe('a rollback without a person', () => {
  it('may put back what is in force', async () => {
    expect(await ask('automation', next)).toEqual(['ALLOW_ROLLBACK']);
  });

  it('may not go further back, which a person may', async () => {
    expect(await ask('automation', old)).toEqual(['BLOCK_ROLLBACK', 'manifest_superseded']);
    expect(await ask('alice', old)).toEqual(['ALLOW_ROLLBACK']);
  });

  it('is one whatever it is called, when its plan says so', async () => {
    const way = plan({ target_manifest_sha256: old.manifest_sha256, actor: 'automation' });
    expect(await ask('puppet', old, { plan: received(way) })).toEqual([
      'BLOCK_ROLLBACK',
      'manifest_superseded',
    ]);
    const other = plan({ target_manifest_sha256: old.manifest_sha256 });
    expect(await ask('automation', old, { plan: received(other) })).toEqual([
      'BLOCK_ROLLBACK',
      'manifest_superseded',
    ]);
  });

  it('waits while the cluster has not shown its body, and a person does not', async () => {
    cluster.run({ ...next, binary_sha256: sha('d') }, ['n3']);
    await cluster.gate.prove('smars');
    expect(await ask('automation', next)).toEqual(['HOLD', 'quarantined']);
    expect(await ask('alice', next)).toEqual(['ALLOW_ROLLBACK']);
    cluster.run(next);
    await cluster.gate.prove('smars');
    expect(await ask('automation', next)).toEqual(['ALLOW_ROLLBACK']);
  });

  it('with a target that nobody can name is blocked for that', async () => {
    const way = plan({ target_manifest_sha256: sha('9') });
    const { verdict } = await cluster.gate.begin(
      wish('rollback', next, { actor: 'automation', manifest: null, plan: received(way), dry_run: true }),
    );
    expect(counted(verdict)).toContain('rollback_target_unknown');
  });
});
