import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import { spanOf } from './instant.ts';
import { judgeInForce } from './manifest-standing.ts';
import { type Seed, seedOf, shortDigest } from './seed.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Target = {
  readonly plan: RollbackPlan;
  readonly target: Manifest | null;
  /** Digests of the manifests that count as having been proven in this cluster. */
  readonly proven: ReadonlySet<string>;
  /** The manifest the cluster runs and proves right now, to which no age applies; null at the button itself. */
  readonly runsNow: string | null;
  readonly policy: Policy;
  readonly now: number;
};

/**
 * May this be rolled back to at all, whatever the simulation says? The target is named by digest, has a manifest, was proven
 * in this cluster and is young enough; no server is a source of truth. "Last known good" needs an age (google_17007_2017).
 */
export function judgeTarget(question: Target): Seed[] {
  const { plan, target, proven, runsNow, policy, now } = question;
  const seeds = [...judgeMechanism(plan)];
  if (target === null) {
    seeds.push(
      seedOf('rollback_target_unknown', {
        expected: 'a target manifest',
        actual: plan.target_manifest_sha256 ?? plan.target_ref ?? null,
        sentence:
          (plan.target_manifest_sha256 ?? null) === null
            ? 'There is no way back: no rollback target is named.'
            : `The rollback target ${shortDigest(plan.target_manifest_sha256)} is not among the manifests given.`,
      }),
    );
    return seeds;
  }
  const named = plan.target_manifest_sha256 ?? null;
  if (named !== null && named !== target.manifest_sha256) {
    seeds.push(
      seedOf('rollback_target_unknown', {
        expected: named,
        actual: target.manifest_sha256,
        sentence: `The plan names target ${shortDigest(named)}, but the manifest given is ${shortDigest(target.manifest_sha256)} (${target.deployment_id}).`,
      }),
    );
  }
  if (plan.cluster !== target.cluster) {
    seeds.push(
      seedOf('rollback_target_unknown', {
        expected: target.cluster,
        actual: plan.cluster,
        sentence: `The plan is for cluster ${plan.cluster}, not ${target.cluster}.`,
      }),
    );
  }
  if (!proven.has(target.manifest_sha256)) {
    seeds.push(
      seedOf('rollback_target_unproven', {
        expected: 'proven in this cluster before',
        actual: 'never',
        where: [`manifest:${target.deployment_id}`],
        sentence: `Rollback target ${target.deployment_id} (${shortDigest(target.manifest_sha256)}) was never proven in cluster ${target.cluster}.`,
      }),
    );
  }
  const age = now - Date.parse(target.created_at);
  if (target.manifest_sha256 !== runsNow) {
    seeds.push(...judgeInForce(target, policy, now));
    seeds.push(...judgeAge(target, age, policy));
  }
  return seeds;
}

/** Days are what most teams say; where a config is replaced every few minutes, hours are what counts. The stricter one decides. */
function judgeAge({ deployment_id }: Manifest, age: number, policy: Policy): Seed[] {
  const { max_target_age_days: days, max_target_age_hours: hours } = policy;
  const isHours = hours !== null && hours * HOUR_MS < days * DAY_MS;
  const [limit, unit, ms] = isHours ? [hours, 'hours', HOUR_MS] : [days, 'days', DAY_MS];
  if (age <= limit * ms) return [];
  return [
    seedOf('rollback_target_too_old', {
      expected: `at most ${limit} ${unit}`,
      actual: `${Math.floor(age / ms)} ${unit}`,
      where: [`manifest:${deployment_id}`],
      sentence: `Rollback target ${deployment_id} is ${spanOf(age)} old; the policy allows ${limit} ${unit}.`,
    }),
  ];
}

function judgeMechanism(plan: RollbackPlan): Seed[] {
  const seeds: Seed[] = [];
  const ref = plan.target_ref ?? null;
  if (plan.mechanism === 'mutable_reference' || ref !== null) {
    seeds.push(
      seedOf('mutable_reference', {
        expected: 'a digest',
        actual: ref ?? plan.mechanism,
        where: [`plan:${plan.mechanism}`],
        sentence: `The plan goes back to ${ref === null ? 'a movable reference' : `'${ref}'`}, which may mean something else tomorrow than it meant yesterday.`,
      }),
    );
  }
  const source = plan.source_node ?? null;
  if (plan.mechanism === 'copy_from_node' || source !== null) {
    seeds.push(
      seedOf('rollback_from_node', {
        expected: 'a signed manifest as the source',
        actual: source,
        where: [`plan:${plan.mechanism}`],
        sentence: `The plan makes the other servers copies of ${source ?? 'a server'}: that is how one wrong server becomes all of them.`,
      }),
    );
  }
  return seeds;
}
