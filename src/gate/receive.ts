import { nodeJudge } from '../decide/judge-node.ts';
import { Fault } from '../fault.ts';
import type { FindingCode } from '../model/finding.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { ProofAnswer } from '../model/agent-wire.ts';
import type { Door } from '../seal/open.ts';
import { heldLease } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import { reportOf } from './evidence-of.ts';
import { groundFor } from './ground.ts';
import { leaseDesk } from './leases.ts';
import type { LeaseDesk } from './leases.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import { keptKey } from './parts.ts';
import type { Answer, TrafficOrder, TrafficPolicy } from './ports.ts';
import { proofFact } from './proof-fact.ts';
import { provingAgain } from './prove-again.ts';
import type { Proving } from './prove-again.ts';
import { takeOutDesk } from './take-out.ts';
import type { TakeOut } from './take-out.ts';

type Judge = ReturnType<typeof nodeJudge>;

/**
 * Takes proofs that come one by one, asked or unasked: judges the server, writes the proof down, and answers with the lease it earned.
 * A server that does not prove itself loses its lease at once. That also puts the cluster into quarantine, unless a change is under way, or
 * ended without doing its work and nobody has asked all servers since.
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

export function receiver(parts: Parts): Receiver {
  const latest = parts.kept;
  const proving = provingAgain(parts);
  const judges = judgesFor(parts);
  const desk = leaseDesk(parts);
  const takeOut = takeOutDesk(parts);
  const look = async (cluster: string, answer: Answer): Promise<Looked | ProofAnswer> => {
    const snapshot = await parts.live.refresh();
    const state = snapshot.clusterOf(cluster);
    if (state.in_force === null)
      throw new Fault('NOT_FOUND', `The ledger does not know what cluster ${cluster} has to run.`);
    const report = reportOf(answer);
    if (report === null) return notEven(answer);
    const key = keptKey(cluster, answer.hostname);
    const judge = judges(snapshot, state);
    const earlier = latest.get(key)?.report ?? null;
    if (earlier === null && isKnown(state, report.value)) {
      latest.set(key, { report, document: null });
      return answerOf(['proof_replayed'], null);
    }
    // The nonce of an event is for who asked; here it only says that somebody did.
    const codes = judge({ report, earlier, challenge: null }, parts.chance.now());
    // What is a copy of an older one says nothing of now, so it neither gives nor takes.
    if (codes.includes('proof_replayed')) return answerOf(codes, null);
    // Its text is needed again only where it may yet turn out right by another manifest.
    latest.set(key, { report, document: codes.length === 0 ? null : answer.document });
    return { state, report: report.value, codes };
  };
  return {
    receive: async (cluster, answer) => {
      const looked = await look(cluster, answer);
      if ('schema' in looked) return looked;
      return await write(parts, { ...looked, cluster, answer, proving, desk, takeOut });
    },
    weigh: async (cluster, answer) => {
      const looked = await look(cluster, answer);
      if ('schema' in looked || looked.codes.length > 0)
        return 'schema' in looked ? looked : answerOf(looked.codes, null);
      const { traffic } = parts.rules(cluster);
      const lease = leaseLeft(looked, { traffic, now: parts.chance.now() });
      return answerOf([], lease, lease === null ? 'whoever asked decides; the lease follows' : null);
    },
  };
}

type Looked = {
  readonly state: ClusterState;
  readonly report: NodeReport;
  readonly codes: readonly FindingCode[];
};

/** Has the ledger this report, or a newer one? A gate that starts anew remembers no reports, and an old one may still be on its way. */
function isKnown({ nodes }: ClusterState, report: NodeReport): boolean {
  const last = nodes.get(report.hostname)?.last;
  if (last === undefined || last.sequence === null) return false;
  if (last.boot_id === (report.boot_id ?? null)) return report.sequence <= last.sequence;
  return Date.parse(report.observed_at) < Date.parse(last.observed_at);
}

/** What is left of the lease of a server that shows again what it showed when it earned it. */
function leaseLeft(
  { state, report }: Looked,
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

/** One judge for each manifest in force, made when it comes into force. */
function judgesFor(parts: Parts): (snapshot: Snapshot, state: ClusterState) => Judge {
  const known = new Map<
    string,
    { readonly mark: string; readonly door: Door['keyring']; readonly judge: Judge }
  >();
  return (snapshot, state) => {
    const change = (state.change ?? state.last_change)?.change ?? '';
    const mark = [state.in_force, change, state.manifests.size].join(' ');
    const door = parts.door();
    const made = known.get(state.cluster);
    if (made?.mark === mark && made.door === door.keyring) return made.judge;
    const ground = groundFor(snapshot, { state, sha256: state.in_force ?? '' }, door);
    const before = ground.before !== null && ground.before.ok ? ground.before.manifest.value : null;
    const judge = nodeJudge({ ...ground, before, policy: parts.rules(state.cluster).policy });
    known.set(state.cluster, { mark, door: door.keyring, judge });
    return judge;
  };
}

type Judged = Looked & {
  readonly cluster: string;
  readonly answer: Answer;
  readonly proving: Proving;
  readonly desk: LeaseDesk;
  readonly takeOut: TakeOut;
};

async function write(parts: Parts, judged: Judged): Promise<ProofAnswer> {
  const { cluster, answer, report, codes, state } = judged;
  const challenge = report.challenge ?? null;
  const facts = proofFact(answer, {
    cluster,
    event_id: challenge?.event_id ?? null,
    nonce: challenge?.nonce ?? null,
    // What it was held against, whatever came into force since.
    manifest_sha256: state.in_force,
    codes,
  });
  // A proof that was received stays true whatever came before it.
  await parts.ledger.append(facts, { expected: 'any', now: parts.chance.now() });
  if (codes.length > 0) {
    await judged.takeOut(cluster, answer.hostname, codes);
    return answerOf(codes, null);
  }
  return await letIn(parts, judged);
}

async function letIn(
  parts: Parts,
  { cluster, answer, report, codes, proving, desk }: Judged,
): Promise<ProofAnswer> {
  const state = (await parts.live.refresh()).clusterOf(cluster);
  const { lease_s } = parts.rules(cluster).traffic;
  if (state.quarantines.size > 0 && state.change === null) proving.again(cluster, state);
  const lease = await desk.give(cluster, answer.hostname);
  if (lease === undefined)
    return answerOf(
      codes,
      null,
      state.quarantines.size > 0
        ? 'the cluster is in quarantine, which lets no more servers in'
        : 'the cluster has moved on since; prove it again',
    );
  // Whoever carries traffic may be slow, and the server need not wait for it.
  parts.aside.add(tellLetIn(parts, cluster, lease));
  return answerOf(codes, {
    for_ms: lease_s * 1_000,
    until: lease.until,
    binary_sha256: report.binary_sha256,
    config_sha256: report.config_sha256 ?? null,
  });
}

async function tellLetIn(parts: Parts, cluster: string, lease: TrafficOrder['give'][number]): Promise<void> {
  const sentence = await parts.acts.letIn(cluster, lease);
  if (sentence !== null) await parts.acts.page({ cluster, event_id: null, sentence });
}

function notEven({ opened }: Answer): ProofAnswer {
  const reason =
    opened.kind === 'refused'
      ? opened.refused.detail
      : opened.kind === 'malformed'
        ? opened.detail
        : 'it is no proof in the name of the server that sent it';
  return { ...answerOf(['proof_invalid'], null), reason };
}

function answerOf(
  codes: readonly FindingCode[],
  lease: ProofAnswer['lease'],
  reason: string | null = codes.length === 0 ? null : codes.join(', '),
): ProofAnswer {
  const accepted = codes.length === 0;
  return { schema: 'haunted.proof-answer/v1', accepted, findings: [...codes], reason, lease };
}
