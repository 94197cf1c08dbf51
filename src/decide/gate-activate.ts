import type { Manifest } from '../model/manifest.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { composeVerdict } from './compose.ts';
import { judgeEarlyRemoval } from './flag-history.ts';
import { corruptionSeeds } from './forecast.ts';
import { type IntentOf, refusedSeeds, refusedVerdict, registryFor, valueOf } from './gate-parts.ts';
import { type Look, lookAt, serversWrongNow } from './look.ts';
import { manifestBefore } from './manifest-before.ts';
import { judgeBoundFlags, judgeCluster, judgeGeneration, judgeInForce } from './manifest-standing.ts';
import { judgeParts } from './parts.ts';
import type { Registry } from './registry.ts';
import { defaultPlan } from './rollback-effect.ts';
import type { Seed } from './seed.ts';
import { simulateRollback } from './simulate.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * All is copied and nothing is switched on: does every server of the inventory run the new manifest, coherently? This is the
 * check that would have lit up at Knight between the last stage and the open: seven servers new, one old, the flag on its way.
 */
export function decideActivate(
  evidence: Evidence,
  intent: IntentOf<'activate'>,
  policy: Policy,
  now: number,
): Verdict {
  const refused = refusedSeeds([intent.manifest, intent.current], evidence);
  const manifest = valueOf(intent.manifest);
  if (manifest === null) return refusedVerdict('activate', refused, now, null, evidence);
  const current = valueOf(intent.current);
  const registry = registryFor(manifest.cluster, [intent.manifest, intent.current], evidence);
  const before = manifestBefore(manifest, current, registry);
  const senders = before === null ? [manifest] : [manifest, before];
  const look = lookAt(evidence, {
    reference: manifest,
    inventory: manifest.cluster_inventory,
    inForce: senders,
    senders,
    withdrawn: NONE,
    reach: 'live',
    challenge: null,
    registry,
    policy,
    now,
    effectOfSplit: 'block',
  });
  const running = look.classes.map((each) => each.nodes.binary);
  return composeVerdict({
    gate: 'activate',
    now,
    manifestSha256: manifest.manifest_sha256,
    eventId: null,
    cluster: manifest.cluster,
    look,
    softenNow: false,
    seeds: [
      ...refused,
      ...judgeInForce(manifest, policy, now),
      ...judgeGeneration(manifest, registry, null),
      ...(current === null ? [] : judgeCluster(current, manifest)),
      ...judgeBoundFlags(registry.tableOf(manifest), policy),
      ...judgeEarlyRemoval(manifest, running, manifest, registry),
      ...judgeParts(manifest),
      ...warningAboutTheButton(manifest, look, registry, policy, now),
    ],
    groups: [],
    rollback: null,
    standing: evidence.standing ?? null,
  });
}

/**
 * An activation that fails is the moment somebody reaches for the rollback button. Would it corrupt the cluster from here? Shown
 * beside the reason, so that the next hand knows; it forbids nothing by itself.
 */
function warningAboutTheButton(
  manifest: Manifest,
  look: Look,
  registry: Registry,
  policy: Policy,
  now: number,
): Seed[] {
  const target = registry.find(manifest.rollback_target_manifest_sha256 ?? '');
  const wrongNow = serversWrongNow(look);
  if (target === null || wrongNow === 0) return [];
  const simulation = simulateRollback(
    { classes: look.classes.map((each) => each.nodes), silent: look.coverage.missing },
    {
      plan: defaultPlan(manifest.cluster, target.manifest_sha256),
      target,
      left: manifest,
      registry,
      policy,
      now,
    },
  );
  return corruptionSeeds(simulation, look.coverage.size, wrongNow, 'A rollback from here').map((seed) => ({
    ...seed,
    effect: 'none' as const,
  }));
}
