import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { judgeAutomation } from './automation.ts';
import { composeVerdict } from './compose.ts';
import { judgeDeparture } from './departure.ts';
import { corruptionSeeds, forecastOf } from './forecast.ts';
import { type IntentOf, refusedSeeds, refusedVerdict, registryFor, valueOf } from './gate-parts.ts';
import { lookAt, serversWrongNow } from './look.ts';
import { judgeBoundFlags, judgeCluster, openedManifests } from './manifest-standing.ts';
import { judgeParts } from './parts.ts';
import { defaultPlan } from './rollback-effect.ts';
import { judgeTarget } from './rollback-target.ts';
import { simulateRollback } from './simulate.ts';
import { provenIn } from './standing.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Before the button: would the cluster be right after it? A rollback is judged by the same rules as a deploy and more of them.
 * What is wrong now is shown but does not forbid the cure; the state after, the target, the source and missing evidence do.
 */
export function decideRollback(
  evidence: Evidence,
  intent: IntentOf<'rollback'>,
  policy: Policy,
  now: number,
): Verdict {
  const refused = refusedSeeds([intent.target, intent.current], evidence);
  const cluster =
    valueOf(intent.current)?.cluster ?? valueOf(intent.target)?.cluster ?? intent.plan?.cluster ?? '';
  const registry = registryFor(cluster, [intent.target, intent.current], evidence);
  const target = valueOf(intent.target) ?? registry.find(intent.plan?.target_manifest_sha256 ?? '');
  // What is being left: the manifest named, else the newest one known.
  const left = valueOf(intent.current) ?? registry.manifests[0];
  if (left === undefined) {
    const nothing = judgeTarget({
      plan: intent.plan ?? defaultPlan(cluster, null),
      target: null,
      proven: NONE,
      runsNow: null,
      policy,
      now,
    });
    return refusedVerdict('rollback', [...refused, ...nothing], now, null, evidence);
  }
  const plan: RollbackPlan = intent.plan ?? defaultPlan(cluster, target?.manifest_sha256 ?? null);
  const look = lookAt(evidence, {
    reference: left,
    inventory: left.cluster_inventory,
    alsoListed: target?.cluster_inventory ?? [],
    inForce: [left],
    senders: [left],
    withdrawn: NONE,
    reach: 'live',
    challenge: null,
    registry,
    policy,
    now,
    effectOfSplit: 'none',
  });
  const wrongNow = serversWrongNow(look);
  const simulation = simulateRollback(
    { classes: look.classes.map((each) => each.nodes), silent: look.coverage.missing },
    { plan, target, left, registry, policy, now },
  );
  const known = openedManifests(evidence.history).map((manifest) => manifest.manifest_sha256);
  const proven = provenIn(evidence.standing ?? null, known);
  return composeVerdict({
    gate: 'rollback',
    now,
    manifestSha256: target?.manifest_sha256 ?? null,
    eventId: null,
    cluster,
    look,
    softenNow: true,
    seeds: [
      ...refused,
      ...(valueOf(intent.current) === null ? judgeDeparture(left, target, registry, look) : []),
      ...(target === null
        ? []
        : [
            ...judgeCluster(target, left),
            ...judgeBoundFlags(registry.tableOf(target), policy),
            ...judgeParts(target),
          ]),
      ...judgeAutomation({ plan, target, standing: evidence.standing ?? null, registry }),
      ...judgeTarget({ plan, target, proven, runsNow: null, policy, now }),
      ...simulation.seeds,
      ...corruptionSeeds(simulation, look.coverage.size, wrongNow, 'This rollback'),
    ],
    groups: simulation.forecasts.map(({ hostnames, judgement }) => ({ hostnames, seeds: judgement.seeds })),
    rollback: forecastOf(simulation, plan, target, look.classes, wrongNow),
    standing: evidence.standing ?? null,
  });
}
