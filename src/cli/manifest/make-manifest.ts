import type { KeptState } from '../../model/kept-state.ts';
import type { Manifest, ManifestSource, ReopenedFlag } from '../../model/manifest.ts';
import type { RollbackPlan } from '../../model/plan.ts';
import { DEFAULT_POLICY } from '../../model/policy.ts';
import { judgeWayBack, type WayBack } from '../../decide/way-back.ts';
import { Fault } from '../../fault.ts';
import { manifestDigest } from '../../seal/digest.ts';
import { manifestContradiction } from '../../seal/manifest-problem.ts';
import type { Deployed } from './deployed-files.ts';
import type { FlagTableDraft } from './flag-table.ts';

/** Everything a manifest is made of, read and digested. Times in milliseconds since the epoch. */
export type Ingredients = {
  readonly deploymentId: string;
  readonly cluster: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly deployed: Deployed;
  readonly configSha256: string | null;
  readonly inventory: readonly string[];
  readonly table: FlagTableDraft;
  /** The source tree the table was read from; null when it came from a flags.yaml alone. */
  readonly source: ManifestSource | null;
  readonly reopened: readonly ReopenedFlag[];
  readonly state: readonly KeptState[];
  readonly declaredSplit: Manifest['declared_split'];
  readonly previous: Manifest | null;
  readonly target: Manifest | null;
  readonly plan: RollbackPlan | null;
  readonly history: readonly Manifest[];
};

export type Made = { readonly manifest: Manifest; readonly wayBack: WayBack };

/**
 * The manifest these ingredients give, with its generation, its place in the chain, its simulated way back and its digest.
 * Throws BAD_INPUT when it would contradict itself. The way back is simulated under the default policy, whatever the policy
 * here: what is signed must not depend on where it was made.
 */
export function makeManifest(given: Ingredients): Made {
  const { previous, target, plan } = given;
  const draft: Manifest = {
    schema: 'haunted.manifest/v1',
    deployment_id: given.deploymentId,
    cluster: given.cluster,
    generation: (previous?.generation ?? 0) + 1,
    created_at: instantText(given.createdAt),
    expires_at: given.expiresAt === null ? null : instantText(given.expiresAt),
    previous_manifest_sha256: previous?.manifest_sha256 ?? null,
    manifest_sha256: '0'.repeat(64),
    binary_sha256: given.deployed.binarySha256,
    config_sha256: given.configSha256,
    artifacts: [...given.deployed.artifacts],
    cluster_inventory_required: true,
    cluster_inventory: [...given.inventory],
    bound_flags: [...given.table.bound],
    flag_ownership_table: given.table.rows.map(({ row }) => row),
    ...(given.state.length === 0 ? {} : { state: [...given.state] }),
    ...(given.source === null ? {} : { source: given.source }),
    ...(given.reopened.length === 0 ? {} : { reopened_flags: [...given.reopened] }),
    declared_split: given.declaredSplit ?? null,
    rollback_target_manifest_sha256: target?.manifest_sha256 ?? null,
    rollback_target_binary_sha256: target?.binary_sha256 ?? null,
    rollback_target_cluster_state: target === null ? 'none' : 'all_servers_match_manifest',
    rollback_would_corrupt_cluster: null,
  };
  const known = previous === null ? given.history : [...given.history, previous];
  const wayBack = judgeWayBack({
    manifest: draft,
    target,
    known,
    plan,
    policy: DEFAULT_POLICY,
    now: given.createdAt,
  });
  const whole = { ...draft, rollback_would_corrupt_cluster: wayBack.corrupts };
  const manifest = { ...whole, manifest_sha256: manifestDigest(whole) };
  const contradiction = manifestContradiction(manifest);
  if (contradiction !== null)
    throw new Fault('BAD_INPUT', `The manifest would contradict itself: ${contradiction}.`);
  return { manifest, wayBack };
}

/** RFC 3339 in UTC, without the milliseconds when there are none. */
function instantText(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}
