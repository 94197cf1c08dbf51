import type { Manifest } from '../model/manifest.ts';
import type { ManifestCheck } from '../model/manifest-check.ts';
import type { Policy } from '../model/policy.ts';
import type { Refused } from '../model/verified.ts';
import { sitesOf } from './coherence.ts';
import { instantOf } from './instant.ts';
import { headOf } from './manifest-diff.ts';
import { judgeBoundFlags, judgeInForce, refusedManifestSeed } from './manifest-standing.ts';
import { judgeParts } from './parts.ts';
import { type FlagTable, registryOf } from './registry.ts';
import { judgeReopenings } from './reopening.ts';
import { findingOf, type Seed, seedOf } from './seed.ts';

type Question = {
  readonly manifest: Manifest;
  /** Why it is not what it says it is, when it is not. */
  readonly refused: Refused | null;
  readonly policy: Policy;
  readonly now: number;
  /** Older manifests of any cluster, where there are some: what was re-opened is compared with them. */
  readonly history?: readonly Manifest[];
};

/**
 * What is wrong with this manifest, as far as it can be told without a cluster and without other manifests? What a gate asks
 * of a manifest alone, its re-openings, and the way back as its maker simulated it. Pure and total.
 */
export function checkManifest({ manifest, refused, policy, now, history = [] }: Question): ManifestCheck {
  const registry = registryOf(manifest.cluster, [...history, manifest]);
  const table = registry.tableOf(manifest);
  const seeds = [
    ...(refused === null ? [] : [refusedManifestSeed(refused, 'block')]),
    ...judgeInForce(manifest, policy, now),
    ...judgeBoundFlags(table, policy),
    ...judgeRows(table),
    ...judgeParts(manifest),
    ...judgeReopenings(manifest, registry, registry.manifests.length > 1),
    ...judgeSplit(manifest, now),
    ...judgeDeclaredWayBack(manifest),
  ];
  const findings = seeds.map((seed) => findingOf(seed, null));
  return {
    schema: 'haunted.manifest-check/v1',
    cluster: manifest.cluster,
    manifest: headOf(manifest),
    checked_at: instantOf(now),
    is_clean: findings.every((finding) => finding.effect === 'none'),
    findings,
  };
}

/** Rows that contradict what the manifest sets: a body that something wakes, and a tombstone that somebody still sends to. */
function judgeRows({ manifest }: FlagTable): Seed[] {
  const bound = new Set(manifest.bound_flags);
  const where = [`manifest:${manifest.deployment_id}`];
  return manifest.flag_ownership_table.flatMap((row): Seed[] => {
    const senders = row.senders ?? [];
    if (row.state === 'retired' && senders.length > 0) {
      return [
        seedOf('sender_still_emits', {
          flag: row.flag,
          expected: 'no senders',
          actual: senders.join(', '),
          where: [...senders.map((sender) => `sender:${sender}`), ...where],
          sentence: `Flag '${row.flag}' is retired, and the manifest still names who sends it: ${senders.join(', ')}.`,
        }),
      ];
    }
    if (row.state !== 'dormant_but_bound' || bound.has(row.flag)) return [];
    return [
      seedOf('dormant_flag_bound', {
        flag: row.flag,
        expected: 'dormant, with nothing that sets it',
        actual: row.state,
        where: [...sitesOf(row), ...where],
        sentence: `Flag '${row.flag}' is ${row.state}: its code should be asleep, and something outside this manifest sets it.`,
      }),
    ];
  });
}

function judgeSplit(manifest: Manifest, now: number): Seed[] {
  const until = manifest.declared_split?.until ?? null;
  if (until === null || Date.parse(until) > now) return [];
  return [
    seedOf('split_vector', {
      effect: 'none',
      expected: 'a declared split that still holds',
      actual: until,
      where: [`manifest:${manifest.deployment_id}`],
      sentence: `The split that this manifest declares ended at ${until}: from then on it is an undeclared one.`,
    }),
  ];
}

/** "If a field cannot answer 'would this rollback make every server wrong?', cut the field." */
function judgeDeclaredWayBack(manifest: Manifest): Seed[] {
  const target = manifest.rollback_target_manifest_sha256 ?? null;
  const corrupts = manifest.rollback_would_corrupt_cluster ?? null;
  const where = [`manifest:${manifest.deployment_id}`];
  if (corrupts === true) {
    return [
      seedOf('rollback_would_corrupt_cluster', {
        expected: false,
        actual: true,
        where,
        sentence: 'Going back from this manifest would leave servers wrong: its maker simulated it.',
      }),
    ];
  }
  if (target === null) {
    const isFirst = (manifest.previous_manifest_sha256 ?? null) === null;
    return [
      seedOf('rollback_target_unknown', {
        effect: isFirst ? 'none' : 'block',
        expected: 'a rollback target',
        actual: null,
        where,
        sentence: isFirst
          ? 'There is no way back: this is the first manifest, and nothing came before it.'
          : 'There is no way back: this manifest names no rollback target.',
      }),
    ];
  }
  if (corrupts !== null) return [];
  return [
    seedOf('rollback_target_unknown', {
      expected: 'a simulated way back',
      actual: null,
      where,
      sentence: 'Nobody simulated the way back to the rollback target when this manifest was made.',
    }),
  ];
}
