import { nodeJudge } from '../decide/judge-node.ts';
import { Fault } from '../fault.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { FindingCode } from '../model/finding.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { ProofAnswer } from '../model/agent-wire.ts';
import type { Door } from '../seal/open.ts';
import { reportOf } from './evidence-of.ts';
import { groundFor } from './ground.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import { keptKey } from './parts.ts';
import type { Answer } from './ports.ts';

type Judge = ReturnType<typeof nodeJudge>;

/** A proof that says something of its server, and what speaks against it. */
export type Looked = {
  readonly state: ClusterState;
  readonly report: NodeReport;
  readonly codes: readonly FindingCode[];
};

export type LookAt = (snapshot: Snapshot, cluster: string, answer: Answer) => Looked | ProofAnswer;

/**
 * What does one proof say of its server? An answer right away for one that says nothing of now: what it does is forgotten, and nothing of it
 * is written. Each look is held against the one before, so proofs must be given in the order in which they came. Fault NOT_FOUND for a cluster
 * without a manifest in force.
 */
export function proofLook(parts: Parts): LookAt {
  const latest = parts.kept;
  const judges = judgesFor(parts);
  return (snapshot, cluster, answer) => {
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
}

/** Has the ledger this report, or a newer one? A gate that starts anew remembers no reports, and an old one may still be on its way. */
function isKnown({ nodes }: ClusterState, report: NodeReport): boolean {
  const last = nodes.get(report.hostname)?.last;
  if (last === undefined || last.sequence === null) return false;
  if (last.boot_id === (report.boot_id ?? null)) return report.sequence <= last.sequence;
  return Date.parse(report.observed_at) < Date.parse(last.observed_at);
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

function notEven({ opened }: Answer): ProofAnswer {
  const reason =
    opened.kind === 'refused'
      ? opened.refused.detail
      : opened.kind === 'malformed'
        ? opened.detail
        : 'it is no proof in the name of the server that sent it';
  return { ...answerOf(['proof_invalid'], null), reason };
}

export function answerOf(
  codes: readonly FindingCode[],
  lease: ProofAnswer['lease'],
  reason: string | null = codes.length === 0 ? null : codes.join(', '),
): ProofAnswer {
  const accepted = codes.length === 0;
  return { schema: 'haunted.proof-answer/v1', accepted, findings: [...codes], reason, lease };
}
