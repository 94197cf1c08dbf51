import type { ProofAnswer } from '../model/agent-wire.ts';
import { heldLease } from '../ledger/state.ts';
import { answerOf, proofLook } from './look-at-proof.ts';
import type { Looked } from './look-at-proof.ts';
import type { Parts } from './parts.ts';
import type { Answer, TrafficOrder, TrafficPolicy } from './ports.ts';
import { proofFact } from './proof-fact.ts';
import { carryingOn } from './carry-on.ts';
import { provingAgain } from './prove-again.ts';
import { takeOutDesk } from './take-out.ts';
import { allThatIsReady, inTurns } from './turns.ts';
import { writeProofs } from './write-proofs.ts';
import type { Given, Shown } from './write-proofs.ts';

/**
 * Takes proofs that come one by one, asked or unasked: judges the server, writes the proof down, and answers with the lease it earned.
 * A server that does not prove itself loses its lease at once. That also puts the cluster into quarantine, unless a change is under way, or
 * ended without doing its work and nobody has asked all servers since: then it has them asked.
 */
export type Receiver = {
  /** Faults: NOT_FOUND for a cluster without a manifest in force, and those of the ledger. */
  readonly receive: (cluster: string, answer: Answer) => Promise<ProofAnswer>;
  /**
   * A proof that somebody asked for and waits for: whoever asked writes down what follows, so it is only judged here, and answered with what
   * is left of the lease that the same binary and config earned before. Faults: as above.
   */
  readonly weigh: (cluster: string, answer: Answer) => Promise<ProofAnswer>;
};

type Item = { readonly cluster: string; readonly answer: Answer; readonly isAwaited: boolean };

/** Most proofs of one turn: each is work between two events, and everything else waits meanwhile. */
const MOST_AT_ONCE = 128;

export function receiver(parts: Parts): Receiver {
  const lookAt = proofLook(parts);
  const proving = provingAgain(parts);
  const carrying = carryingOn(parts);
  const takeOut = takeOutDesk(parts);

  const turn = async (items: readonly Item[]): Promise<Turn> => {
    const snapshot = await parts.live.refresh();
    const looks = new Map(
      items.map((item) => [item, looked(() => lookAt(snapshot, item.cluster, item.answer))]),
    );
    const shown = [...looks].flatMap(([item, look]) => shownBy(item, look) ?? []);
    const writing = shown.length === 0 ? null : writeProofs(parts, snapshot, shown);
    // Those that are not written down need not fail with the others; these are told below.
    await writing?.catch(() => undefined);
    return { looks, writing };
  };

  const settle = async (
    { cluster, answer }: Item,
    { codes, report, state }: Looked,
    given: Given | undefined,
  ): Promise<ProofAnswer> => {
    const { hostname } = answer;
    carrying.heard(cluster, hostname, state);
    if (codes.length > 0) {
      await takeOut(cluster, hostname, codes);
      return answerOf(codes, null);
    }
    const isQuarantined = given !== undefined && given.state.quarantines.size > 0;
    if (isQuarantined && given.state.change === null) proving.again(cluster, given.state);
    const lease = given?.leases.find((each) => each.hostname === hostname);
    if (lease === undefined)
      return answerOf(
        codes,
        null,
        isQuarantined
          ? 'the cluster is in quarantine, which lets no more servers in'
          : 'the cluster has moved on since; prove it again',
      );
    // Whoever carries traffic may be slow, and the server need not wait for it.
    parts.aside.add(tellLetIn(parts, cluster, lease));
    return answerOf(codes, {
      for_ms: parts.rules(cluster).traffic.lease_s * 1_000,
      until: lease.until,
      binary_sha256: report.binary_sha256,
      config_sha256: report.config_sha256 ?? null,
    });
  };

  const take = inTurns(turn, { most: MOST_AT_ONCE, gather: allThatIsReady });
  const asked = async (item: Item): Promise<ProofAnswer> => {
    const { looks, writing } = await take(item);
    const look = looks.get(item) as LookedAt;
    if ('error' in look) throw look.error;
    if ('schema' in look) return look;
    if (item.isAwaited) return await weighed(parts, item, look);
    return await settle(item, look, (await writing)?.get(item.cluster));
  };
  return {
    receive: (cluster, answer) => asked({ cluster, answer, isAwaited: false }),
    weigh: (cluster, answer) => asked({ cluster, answer, isAwaited: true }),
  };
}

type LookedAt = Looked | ProofAnswer | { readonly error: unknown };

/** What one turn came to. */
type Turn = {
  readonly looks: ReadonlyMap<Item, LookedAt>;
  /** Null when nothing of it is written down. */
  readonly writing: Promise<ReadonlyMap<string, Given>> | null;
};

/** One proof that cannot be looked at is no trouble of the others in its turn. */
function looked(look: () => Looked | ProofAnswer): LookedAt {
  try {
    return look();
  } catch (error) {
    return { error };
  }
}

/** What of it is written down; null for what is not. */
function shownBy({ cluster, answer, isAwaited }: Item, look: LookedAt): Shown | null {
  if (isAwaited || 'error' in look || 'schema' in look) return null;
  const { report, codes, state } = look;
  const challenge = report.challenge ?? null;
  const facts = proofFact(answer, {
    cluster,
    event_id: challenge?.event_id ?? null,
    nonce: challenge?.nonce ?? null,
    // What it was held against, whatever came into force since.
    manifest_sha256: state.in_force,
    codes,
  });
  return { cluster, hostname: answer.hostname, facts, isAccepted: codes.length === 0 };
}

/** Whoever asked decides; until then the server has what is left of the lease of before. */
async function weighed(parts: Parts, { cluster }: Item, { codes, report }: Looked): Promise<ProofAnswer> {
  if (codes.length > 0) return answerOf(codes, null);
  const { traffic } = parts.rules(cluster);
  // Writing the others of its turn may have taken seconds, and the lease may have been taken away meanwhile.
  const state = (await parts.live.refresh()).clusterOf(cluster);
  const lease = leaseLeft({ state, report }, { traffic, now: parts.chance.now() });
  return answerOf([], lease, lease === null ? 'whoever asked decides; the lease follows' : null);
}

/** What is left of the lease of a server that shows again what it showed when it earned it. */
function leaseLeft(
  { state, report }: Pick<Looked, 'state' | 'report'>,
  { traffic, now }: { readonly traffic: TrafficPolicy; readonly now: number },
): ProofAnswer['lease'] {
  const { hostname, binary_sha256 } = report;
  const lease = heldLease(state, hostname, now);
  if (lease === null || state.nodes.get(hostname)?.last.binary_sha256 !== binary_sha256) return null;
  const config_sha256 = report.config_sha256 ?? null;
  // A clock that was set back makes no lease longer.
  const for_ms = Math.min(Date.parse(lease.until) - now, traffic.lease_s * 1_000);
  return { for_ms, until: lease.until, binary_sha256, config_sha256 };
}

async function tellLetIn(parts: Parts, cluster: string, lease: TrafficOrder['give'][number]): Promise<void> {
  const sentence = await parts.acts.letIn(cluster, lease);
  if (sentence !== null) await parts.acts.page({ cluster, event_id: null, sentence });
}
