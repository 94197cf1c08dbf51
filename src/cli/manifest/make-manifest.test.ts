import { describe, expect, it } from 'vitest';
import { flag, messageFlag, NOW, plan, sha } from '../../../test/world/documents.ts';
import { soundManifest } from '../../../test/world/trust.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import { Manifest } from '../../model/manifest.ts';
import { manifestDigest } from '../../seal/digest.ts';
import type { FlagTableDraft } from './flag-table.ts';
import { type Ingredients, makeManifest } from './make-manifest.ts';

function table(rows: readonly FlagOwnership[], bound: readonly string[]): FlagTableDraft {
  const drafted = rows.map((row) => ({
    row,
    before: null,
    origin: { kind: 'born' } as const,
    holds: true,
    outdatedCheck: false,
  }));
  return { rows: drafted, bound };
}

const PEG = flag('switch_7', { meaning: 'm:peg', state: 'dormant' });
const RLP = messageFlag('switch_7', { meaning: 'm:rlp' });
const OLD = soundManifest({ generation: 7, binary_sha256: sha('a'), flag_ownership_table: [PEG] });

const GIVEN: Ingredients = {
  deploymentId: 'smars_2012_08_01',
  cluster: 'smars',
  createdAt: NOW,
  expiresAt: null,
  deployed: { binarySha256: sha('b'), artifacts: [] },
  configSha256: sha('c'),
  inventory: ['s-1', 's-2'],
  table: table([RLP], ['switch_7']),
  source: null,
  reopened: [],
  state: [],
  declaredSplit: null,
  previous: OLD,
  target: OLD,
  plan: null,
  history: [],
};

describe('a manifest that is made', () => {
  it('has what was given, its place in the chain, its way back and its own digest', () => {
    const { manifest } = makeManifest(GIVEN);
    expect(manifest).toEqual({
      schema: 'haunted.manifest/v1',
      deployment_id: 'smars_2012_08_01',
      cluster: 'smars',
      generation: 8,
      created_at: '2012-08-01T10:00:00Z',
      expires_at: null,
      previous_manifest_sha256: OLD.manifest_sha256,
      manifest_sha256: manifestDigest(manifest),
      binary_sha256: sha('b'),
      config_sha256: sha('c'),
      artifacts: [],
      cluster_inventory_required: true,
      cluster_inventory: ['s-1', 's-2'],
      bound_flags: ['switch_7'],
      flag_ownership_table: [RLP],
      declared_split: null,
      rollback_target_manifest_sha256: OLD.manifest_sha256,
      rollback_target_binary_sha256: sha('a'),
      rollback_target_cluster_state: 'all_servers_match_manifest',
      rollback_would_corrupt_cluster: true,
    });
    expect(Manifest.parse(manifest)).toEqual(manifest);
  });

  it('is the first of its cluster without a previous one, and has no way back', () => {
    const { manifest, wayBack } = makeManifest({ ...GIVEN, previous: null, target: null });
    expect(manifest).toMatchObject({
      generation: 1,
      previous_manifest_sha256: null,
      rollback_target_manifest_sha256: null,
      rollback_target_binary_sha256: null,
      rollback_target_cluster_state: 'none',
      rollback_would_corrupt_cluster: null,
    });
    expect(wayBack.reasons).toEqual([]);
  });

  it('has a safe way back to a binary that owns its flags', () => {
    const target = soundManifest({
      binary_sha256: sha('a'),
      flag_ownership_table: [RLP],
      bound_flags: ['switch_7'],
    });
    expect(makeManifest({ ...GIVEN, previous: target, target }).manifest.rollback_would_corrupt_cluster).toBe(
      false,
    );
  });

  it('knows what ran before from the previous manifest and the history', () => {
    const uninstall = plan({ mechanism: 'uninstall_latest', scope: ['binary'] });
    const { wayBack } = makeManifest({ ...GIVEN, target: null, plan: uninstall });
    expect(wayBack).toMatchObject({ corrupts: true, serversWrong: 2 });
    expect(wayBack.reasons.join(' ')).toContain('m:peg');
  });

  it('writes times to the millisecond when they have one', () => {
    const { manifest } = makeManifest({ ...GIVEN, createdAt: NOW + 1, expiresAt: NOW + 1000 });
    expect(manifest.created_at).toBe('2012-08-01T10:00:00.001Z');
    expect(manifest.expires_at).toBe('2012-08-01T10:00:01Z');
  });

  it('is not made when it would contradict itself', () => {
    expect(() => makeManifest({ ...GIVEN, inventory: ['s-1', 'S-1'] })).toThrow(
      /cluster_inventory lists "s-1" twice/,
    );
  });
});
