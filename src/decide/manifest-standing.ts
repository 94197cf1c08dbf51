import type { FindingCode } from '../model/finding.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Policy } from '../model/policy.ts';
import type { OpenedManifest, Refused, RefusalReason } from '../model/verified.ts';
import { sitesOf, stateSeeds } from './coherence.ts';
import { spanOf } from './instant.ts';
import type { FlagTable, Registry } from './registry.ts';
import { type Effect, type Seed, seedOf, shortDigest } from './seed.ts';

const CODE_BY_REASON: Partial<Record<RefusalReason, FindingCode>> = {
  digest_mismatch: 'manifest_invalid',
  inconsistent: 'manifest_invalid',
  duplicate_key: 'manifest_invalid',
  trailing_bytes: 'manifest_invalid',
  malformed: 'manifest_invalid',
  wrong_subject: 'manifest_invalid',
};

/** What a manifest that the door refused means: nobody may have signed it, or it contradicts itself. */
export function refusedManifestSeed(refused: Refused, effect: Effect): Seed {
  return seedOf(CODE_BY_REASON[refused.reason] ?? 'manifest_untrusted', {
    effect,
    expected: 'a manifest that its builder signed',
    actual: refused.reason,
    where: [refused.source],
    sentence: `Manifest ${refused.source} was refused: ${refused.detail}.`,
  });
}

/** The manifests that the door let in. */
export function openedManifests(given: readonly (OpenedManifest | null)[]): Manifest[] {
  return given.flatMap((entry) => (entry !== null && entry.ok ? [entry.manifest.value] : []));
}

/** Is this manifest in force at `now`: not expired, and not from the future? */
export function judgeInForce(manifest: Manifest, policy: Policy, now: number): Seed[] {
  const expires = manifest.expires_at ?? null;
  const seeds: Seed[] = [];
  if (expires !== null && Date.parse(expires) <= now) {
    seeds.push(
      seedOf('manifest_expired', {
        expected: 'in force',
        actual: expires,
        where: [`manifest:${manifest.deployment_id}`],
        sentence: `Manifest ${manifest.deployment_id} expired ${spanOf(now - Date.parse(expires))} ago (${expires}).`,
      }),
    );
  }
  const ahead = Date.parse(manifest.created_at) - now;
  if (ahead > policy.max_clock_skew_s * 1000) {
    seeds.push(
      seedOf('clock_skew', {
        expected: 'made in the past',
        actual: manifest.created_at,
        where: [`manifest:${manifest.deployment_id}`],
        sentence: `Manifest ${manifest.deployment_id} is dated ${spanOf(ahead)} in the future (${manifest.created_at}).`,
      }),
    );
  }
  return seeds;
}

/**
 * Is a newer plan known, or is this one already in force? A stale plan that overwrites a newer one is how one record emptied
 * a region (aws_dynamodb_2025). `inForce` is what the cluster runs before a deploy; null where running it is the point.
 */
export function judgeGeneration(manifest: Manifest, registry: Registry, inForce: Manifest | null): Seed[] {
  const own = manifest.manifest_sha256;
  const newest =
    inForce?.manifest_sha256 === own
      ? inForce
      : registry.manifests.find(
          (known) => known.manifest_sha256 !== own && known.generation >= manifest.generation,
        );
  if (newest === undefined) return [];
  return [
    seedOf('manifest_superseded', {
      expected: `a generation above ${newest.generation}`,
      actual: manifest.generation,
      where: [`manifest:${newest.deployment_id}`],
      sentence: `Manifest ${manifest.deployment_id} is generation ${manifest.generation}, but generation ${newest.generation} (${newest.deployment_id}, ${shortDigest(newest.manifest_sha256)}) is already known.`,
    }),
  ];
}

/** Do two documents that must be about one cluster name two? */
export function judgeCluster(manifest: Manifest, other: Manifest): Seed[] {
  if (manifest.cluster === other.cluster) return [];
  return [
    seedOf('manifest_invalid', {
      expected: other.cluster,
      actual: manifest.cluster,
      where: [`manifest:${manifest.deployment_id}`],
      sentence: `Manifest ${manifest.deployment_id} is for cluster ${manifest.cluster}, not ${other.cluster}.`,
    }),
  ];
}

/** Does the manifest set only switches that it owns, that are awake, owned and verified? "No orphan switches." */
export function judgeBoundFlags(table: FlagTable, policy: Policy): Seed[] {
  const { manifest } = table;
  const opening = (flag: string) => () => `Flag '${flag}' is bound by manifest ${manifest.deployment_id}`;
  return [...new Set(manifest.bound_flags)].flatMap((flag) => {
    const row = table.byFlag.get(flag);
    const where = [`manifest:${manifest.deployment_id}`];
    if (row !== undefined && row.state !== 'retired') {
      return stateSeeds(row, policy, 'now', [...sitesOf(row), ...where], opening(flag));
    }
    return [
      seedOf('orphan_flag', {
        flag,
        expected: 'owned by the manifest’s binary',
        actual: row === undefined ? 'not in its flag ownership table' : 'retired',
        where,
        sentence: `Flag '${flag}' is bound by manifest ${manifest.deployment_id}, and its own table ${row === undefined ? 'does not hold it' : 'has retired it'}.`,
      }),
    ];
  });
}
