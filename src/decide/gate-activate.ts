import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { composeVerdict } from './compose.ts';
import { judgeEarlyRemoval } from './flag-history.ts';
import { type IntentOf, refusedSeeds, refusedVerdict, registryFor, valueOf } from './gate-parts.ts';
import { lookAt } from './look.ts';
import { judgeBoundFlags, judgeCluster, judgeGeneration, judgeInForce } from './manifest-standing.ts';

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
  if (manifest === null) return refusedVerdict('activate', refused, now, null);
  const current = valueOf(intent.current);
  const registry = registryFor(manifest.cluster, [intent.manifest, intent.current], evidence);
  const senders = current === null ? [manifest] : [manifest, current];
  const look = lookAt(evidence, {
    reference: manifest,
    inventory: manifest.cluster_inventory,
    inForce: senders,
    senders,
    withdrawn: NONE,
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
    ],
    groups: [],
    rollback: null,
  });
}
