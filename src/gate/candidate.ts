import { decide } from '../decide/decide.ts';
import { nodeJudge } from '../decide/judge-node.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { FindingCode } from '../model/finding.ts';
import { isMadeBefore } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import { planOf } from './documents.ts';
import { evidenceOf, reportOf } from './evidence-of.ts';
import type { Ground } from './ground.ts';
import { groundFor } from './ground.ts';
import type { Snapshot } from './live.ts';
import type { Kept, Parts } from './parts.ts';
import { keptKey } from './parts.ts';
import type { Answer } from './ports.ts';
import { standingOf } from './standing-of.ts';
import { shownSince } from './still-current.ts';
import type { AskedAt } from './still-current.ts';

/** The answers of all servers held against one manifest that they may be meant to run. */
export type Candidate = {
  readonly ground: Ground;
  readonly verdict: Verdict;
  /** What speaks against each server that showed something; nothing for one that is accepted. */
  readonly shown: ReadonlyMap<string, readonly FindingCode[]>;
  /** What servers showed unasked after they had answered, and what is right by this manifest too. */
  readonly later: readonly Answer[];
  /** Servers of the inventory that did not show that they run it. */
  readonly unproven: readonly string[];
};

type Question = {
  readonly state: ClusterState;
  readonly sha256: string;
  readonly event_id: string;
  readonly nonce: string;
  readonly answers: readonly Answer[];
  readonly asked: AskedAt;
};

/** Does the cluster prove this manifest with these answers? */
function tryCandidate(parts: Parts, snapshot: Snapshot, question: Question): Candidate {
  const { state, sha256, event_id, nonce, asked } = question;
  const now = parts.chance.now();
  const { policy } = parts.rules(state.cluster);
  const ground = groundFor(snapshot, { state, sha256 }, parts.door());
  const standing = standingOf(state, [], now);
  const { opened: manifest, before: current, withdrawn } = ground;
  const before = current !== null && current.ok ? current.manifest.value : null;
  const judge = nodeJudge({ ...ground, before, policy });
  const later: Answer[] = [];
  const answers = question.answers.map((answer) => {
    const since = shownSince(answer, { state, manifest: ground.manifest, asked });
    if (since === 'nothing') return answer;
    const { hostname } = answer;
    const kept = since === 'alike' ? newestKept(parts, state, hostname) : null;
    if (kept === null || judge({ report: kept.report, earlier: null, challenge: null }, now).length > 0)
      return overtaken(answer);
    later.push({ hostname, opened: { kind: 'report', report: kept.report }, document: kept.document });
    return answer;
  });
  const evidence = { ...evidenceOf(answers), history: ground.history, standing };
  const plan = withdrawn.length === 0 ? null : planFor(snapshot, state);
  const intent = { gate: 'proof', manifest, current, plan, event_id, nonce } as const;
  const verdict = decide(evidence, intent, policy, now);
  const shown = new Map<string, readonly FindingCode[]>();
  for (const answer of answers) {
    const report = reportOf(answer);
    if (report !== null)
      shown.set(answer.hostname, judge({ report, earlier: null, challenge: { event_id, nonce } }, now));
  }
  const inventory = [...new Set(ground.manifest.cluster_inventory)];
  const unproven = inventory.filter((host) => shown.get(host)?.length !== 0);
  const isProven = verdict.verdict === 'PROVEN';
  // A fact about the whole cluster, such as a stranger in it, leaves nobody proven.
  return {
    ground,
    verdict,
    shown,
    later,
    unproven: isProven ? [] : unproven.length === 0 ? inventory : unproven,
  };
}

/** The newest report that this process took from a server, if the ledger has none that is newer. */
function newestKept(parts: Parts, state: ClusterState, hostname: string): Kept | null {
  const kept = parts.kept.get(keptKey(state.cluster, hostname)) ?? null;
  const last = state.nodes.get(hostname)?.last;
  return kept === null || last === undefined || isMadeBefore(kept.report.value, last) ? null : kept;
}

/** Not evidence of now any more, so it counts as none. */
function overtaken({ hostname }: Answer): Answer {
  const detail = 'it has shown something else since it answered';
  return { hostname, opened: { kind: 'unreachable', unreachable: { hostname, detail } }, document: null };
}

function planFor(snapshot: Snapshot, state: ClusterState): RollbackPlan | null {
  const change = state.change ?? state.last_change;
  const plan = change === null ? null : planOf(snapshot, change.change);
  return plan === null || change === null
    ? null
    : { ...plan, withdrawn_since: plan.withdrawn_since ?? change.time };
}

/**
 * Which manifest did the servers prove, or come nearest to? Tried in the order given: after a command that did not end well they may
 * run what it was to bring, or what was there before, and asking once tells.
 */
export function bestCandidate(
  parts: Parts,
  snapshot: Snapshot,
  { manifests, ...question }: Omit<Question, 'sha256'> & { readonly manifests: readonly string[] },
): Candidate {
  const tried = [...new Set(manifests)].map((sha256) =>
    tryCandidate(parts, snapshot, { ...question, sha256 }),
  );
  return tried.reduce((best, next) => (rank(next) < rank(best) ? next : best));
}

function rank({ verdict, unproven }: Candidate): number {
  return verdict.verdict === 'PROVEN' ? -1 : unproven.length;
}
