import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { composeVerdict } from './compose.ts';
import { type IntentOf, refusedSeeds, refusedVerdict, registryFor, valueOf } from './gate-parts.ts';
import { lookAt } from './look.ts';
import { manifestBefore } from './manifest-before.ts';
import { judgeCluster, judgeInForce } from './manifest-standing.ts';
import { judgeParts } from './parts.ts';
import { goneFlags } from './withdrawn.ts';

/**
 * After any event: did every server of the inventory prove, with this event's nonce, that it runs the manifest and that every
 * switch that reaches it is its own? Otherwise the cluster stays in quarantine "until someone shows the body".
 */
export function decideProof(
  evidence: Evidence,
  intent: IntentOf<'proof'>,
  policy: Policy,
  now: number,
): Verdict {
  const refused = refusedSeeds([intent.manifest, intent.current], evidence);
  const manifest = valueOf(intent.manifest);
  if (manifest === null) return refusedVerdict('proof', refused, now, intent.event_id, evidence);
  const registry = registryFor(manifest.cluster, [intent.manifest, intent.current], evidence);
  const current = valueOf(intent.current);
  const before = manifestBefore(manifest, current, registry);
  const look = lookAt(evidence, {
    reference: manifest,
    inventory: manifest.cluster_inventory,
    inForce: before === null ? [manifest] : [manifest, before],
    senders: before === null ? [] : [before],
    withdrawn: goneFlags(intent.plan ?? {}, before === null ? [manifest] : [manifest, before], now),
    reach: 'every',
    challenge: { event_id: intent.event_id, nonce: intent.nonce },
    registry,
    policy,
    now,
    effectOfSplit: 'block',
  });
  return composeVerdict({
    gate: 'proof',
    now,
    manifestSha256: manifest.manifest_sha256,
    eventId: intent.event_id,
    cluster: manifest.cluster,
    look,
    softenNow: false,
    seeds: [
      ...refused,
      ...judgeInForce(manifest, policy, now),
      ...(current === null ? [] : judgeCluster(current, manifest)),
      ...judgeParts(manifest),
    ],
    groups: [],
    rollback: null,
    standing: evidence.standing ?? null,
  });
}
