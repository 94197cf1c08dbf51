import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { composeVerdict } from './compose.ts';
import { judgeEarlyRemoval, judgeHistory } from './flag-history.ts';
import { corruptionSeeds, forecastOf } from './forecast.ts';
import { type IntentOf, refusedSeeds, refusedVerdict, registryFor, valueOf } from './gate-parts.ts';
import { type Look, lookAt } from './look.ts';
import { mayRunBeside } from './may-run.ts';
import {
  judgeBoundFlags,
  judgeCluster,
  judgeGeneration,
  judgeInForce,
  openedManifests,
} from './manifest-standing.ts';
import { judgeParts } from './parts.ts';
import type { Registry } from './registry.ts';
import { defaultPlan } from './rollback-effect.ts';
import { judgeTarget } from './rollback-target.ts';
import { type Before, type Simulation, simulateRollback, supposedClasses } from './simulate.ts';
import { provenIn } from './standing.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Before the first copy: is the ground uniform and coherent, is the new manifest sound and new, are its flags nobody else's,
 * and is there a way back? Knight is blocked here, days early: its flag was reused, and its rollback would corrupt the cluster.
 */
export function decideDeploy(
  evidence: Evidence,
  intent: IntentOf<'deploy'>,
  policy: Policy,
  now: number,
): Verdict {
  const refused = refusedSeeds([intent.manifest, intent.current], evidence);
  const manifest = valueOf(intent.manifest);
  const current = valueOf(intent.current);
  if (manifest === null || current === null) return refusedVerdict('deploy', refused, now, null, evidence);
  const registry = registryFor(current.cluster, [intent.manifest, intent.current], evidence);
  const look = lookAt(evidence, {
    reference: current,
    inventory: current.cluster_inventory,
    alsoListed: manifest.cluster_inventory,
    inForce: [current, manifest],
    senders: [current, manifest],
    withdrawn: NONE,
    reach: 'live',
    challenge: null,
    registry,
    policy,
    now,
    effectOfSplit: 'block',
  });
  const way = wayBack(intent, manifest, current, registry, look, policy, now);
  const size = new Set(manifest.cluster_inventory).size;
  const known = [...openedManifests(evidence.history), current].map((each) => each.manifest_sha256);
  const proven = provenIn(evidence.standing ?? null, known);
  const running = [
    ...look.classes.map((each) => each.nodes.binary),
    ...[manifest, current]
      .flatMap((each) => each.declared_split?.pairs ?? [])
      .map((pair) => pair.binary_sha256),
  ];
  return composeVerdict({
    gate: 'deploy',
    now,
    manifestSha256: manifest.manifest_sha256,
    eventId: null,
    cluster: current.cluster,
    look,
    softenNow: false,
    seeds: [
      ...refused,
      ...judgeCluster(manifest, current),
      ...judgeInForce(manifest, policy, now),
      ...judgeGeneration(manifest, registry, current),
      ...judgeBoundFlags(registry.tableOf(manifest), policy),
      ...judgeHistory(manifest, registry, mayRunBeside(manifest, current, running, way.target, registry)),
      ...judgeEarlyRemoval(manifest, running, current, registry),
      ...judgeParts(manifest),
      ...judgeTarget({
        plan: way.plan,
        target: way.target,
        proven,
        runsNow: current.manifest_sha256,
        policy,
        now,
      }),
      ...(way.target === null
        ? []
        : [...judgeBoundFlags(registry.tableOf(way.target), policy), ...judgeParts(way.target)]),
      ...way.simulation.seeds,
      ...corruptionSeeds(way.simulation, size, 0, 'Rolling back from it later'),
    ],
    groups: way.simulation.forecasts.map(({ hostnames, judgement }) => ({
      hostnames,
      seeds: judgement.seeds,
    })),
    rollback: forecastOf(way.simulation, way.plan, way.target, [], 0),
    standing: evidence.standing ?? null,
  });
}

type WayBack = {
  readonly plan: RollbackPlan;
  readonly target: Manifest | null;
  readonly simulation: Simulation;
};

/**
 * The rollback from the new manifest to its target, simulated now: every server of the new inventory runs the new pair and
 * takes live traffic, with the switches set as the new manifest sets them, and the new senders still send.
 */
function wayBack(
  intent: IntentOf<'deploy'>,
  manifest: Manifest,
  current: Manifest,
  registry: Registry,
  look: Look,
  policy: Policy,
  now: number,
): WayBack {
  const named = intent.plan?.target_manifest_sha256 ?? manifest.rollback_target_manifest_sha256 ?? null;
  const target = named === null ? null : registry.find(named);
  const plan = intent.plan ?? defaultPlan(current.cluster, named);
  const received = look.classes.flatMap((each) => each.nodes.received);
  const before: Before = { classes: supposedClasses(manifest, registry, received), silent: [] };
  return {
    plan,
    target,
    simulation: simulateRollback(before, { plan, target, left: manifest, registry, policy, now }),
  };
}
