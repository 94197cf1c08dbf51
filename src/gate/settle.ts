import { Fault } from '../fault.ts';
import type { Fact } from '../model/entry.ts';
import type { Verdict } from '../model/verdict.ts';
import { heldLeases, unexpiredLeases } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import { acceptedBody, verdictFact } from './judged-facts.ts';
import type { Candidate } from './candidate.ts';
import { bestCandidate } from './candidate.ts';
import { manifestIn, recall } from './documents.ts';
import type { Settled, Watch } from './gate.ts';
import { leasePlan } from './lease-plan.ts';
import type { LeasePlan } from './lease-plan.ts';
import { endFact, giveLeases } from './leases.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import { appendOn } from './parts.ts';
import type { Answer, Question } from './ports.ts';
import { proofFact } from './proof-fact.ts';
import { quarantineFor, withoutStop } from './quarantine-for.ts';
import { requireNoLaterNo, requireSameChange } from './still-current.ts';
import { judgeWayBack } from './way-back.ts';
import { whatItWas } from './what-it-was.ts';

const MOST_TURNS = 8;

/** An event that every server has to answer, and the manifests they may be meant to run, the likeliest first. */
export type Event = {
  readonly cluster: string;
  readonly event_id: string;
  readonly nonce: string;
  /** The change that ended last when this began; another one makes the answers worthless. */
  readonly after: string | null;
  readonly manifests: (state: ClusterState) => readonly string[];
};

/**
 * Asks every server, judges, and writes down all that follows in one step: the proofs, the verdict, the end of a quarantine or its
 * beginning, and the leases that are taken away. Leases are given after it. Faults: CHANGE_UNDER_WAY when a change began meanwhile, and
 * those of the ledger.
 */
export async function settle(parts: Parts, event: Event, watch: Watch = {}): Promise<Settled> {
  const { cluster, event_id, nonce } = event;
  const first = await parts.live.refresh();
  const asked = { count: first.head.count, after: event.after };
  requireSameChange(first.clusterOf(cluster), asked);
  const hostnames = inventoriesOf(parts, first, event.manifests(first.clusterOf(cluster)));
  watch.asking?.(hostnames);
  const question = { cluster, hostnames, event_id, nonce };
  const answers = await askOrSilence(parts, question, watch);
  for (let turn = 0; turn < MOST_TURNS; turn += 1) {
    const snapshot = await parts.live.refresh();
    const state = snapshot.clusterOf(cluster);
    requireSameChange(state, asked);
    const manifests = event.manifests(state);
    const best = bestCandidate(parts, snapshot, { state, event_id, nonce, answers, manifests, asked });
    const isProven = best.verdict.verdict === 'PROVEN';
    if (isProven) requireNoLaterNo(state, asked);
    const outcome = outcomeOf(parts, { snapshot, state, event, best, answers });
    // A server that shows something else at this very moment moves a PROVEN, and nothing that is worse.
    const ignoring = isProven ? (['accepted_proof', 'lease'] as const) : undefined;
    const head = await appendOn(parts, snapshot, { cluster, facts: outcome.facts, ignoring });
    if (head !== null) return await carryOut(parts, { event, best, outcome, answers });
    watch.moved?.(`Cluster ${cluster} moved while the proofs were judged; they are judged again.`);
  }
  throw new Fault(
    'LEDGER_CONFLICT',
    `The ledger moved ${MOST_TURNS} times while the proofs of cluster ${cluster} were judged; the cluster counts as unproven. Ask again with \`haunted resume\`.`,
  );
}

/** When nobody could be asked, nobody has proven anything: that is an answer too, and it goes into the ledger. */
async function askOrSilence(parts: Parts, question: Question, watch: Watch): Promise<readonly Answer[]> {
  try {
    return await parts.nodes.ask(question, parts.door(), watch.answered);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const detail = `nobody could be asked: ${error.message}`;
    return question.hostnames.map((hostname) => ({
      hostname,
      opened: { kind: 'unreachable', unreachable: { hostname, detail } },
      document: null,
    }));
  }
}

/** Every server that one of these manifests lists. */
export function inventoriesOf(
  parts: Parts,
  snapshot: Snapshot,
  manifests: readonly string[],
): readonly string[] {
  const listed = manifests.flatMap(
    (sha256) => manifestIn(recall(snapshot, sha256, parts.door()))?.cluster_inventory ?? [],
  );
  return [...new Set(listed)];
}

type Outcome = {
  readonly facts: readonly Fact[];
  readonly plan: LeasePlan;
  readonly quarantine: string | null;
  /** That nobody was paged for this quarantine yet. */
  readonly isNews: boolean;
  readonly released: readonly string[];
  readonly in_force: string | null;
  readonly rollback_type: Settled['rollback_type'];
  readonly way_back: Verdict | null;
};

type Seen = {
  readonly snapshot: Snapshot;
  readonly state: ClusterState;
  readonly event: Event;
  readonly best: Candidate;
  readonly answers: readonly Answer[];
};

function outcomeOf(parts: Parts, seen: Seen): Outcome {
  const { state, event, best, answers } = seen;
  const { cluster, event_id, nonce } = event;
  const { manifest } = best.ground;
  const sha256 = manifest.manifest_sha256;
  const isProven = best.verdict.verdict === 'PROVEN';
  const now = parts.chance.now();
  const facts: Fact[] = [];
  // All of them prove what was not in force: the command did its work, however it ended. It comes first, for the proofs are of it.
  if (isProven && state.in_force !== sha256)
    facts.push({ kind: 'manifest_accepted', body: acceptedBody(manifest, 'in_force', null) });
  for (const answer of answers) {
    const codes = best.shown.get(answer.hostname);
    facts.push(...proofFact(answer, { cluster, event_id, nonce, manifest_sha256: sha256, codes }));
  }
  // The last look of a server is what its lease and its quarantine go by.
  for (const answer of best.later)
    facts.push(
      ...proofFact(answer, { cluster, event_id: null, nonce: null, manifest_sha256: sha256, codes: [] }),
    );
  facts.push(verdictFact(cluster, event_id, best.verdict));
  const released = isProven ? [...state.quarantines.keys()] : [];
  for (const quarantine of released)
    facts.push({
      kind: 'quarantine_released',
      body: { cluster, quarantine, release: { by: 'proof', event_id } },
    });
  const { traffic } = parts.rules(cluster);
  const quarantine = isProven ? null : quarantineFor(parts, { state, event, best });
  facts.push(...(quarantine?.facts ?? []));
  const plan = leasePlan({
    accepted: [...best.shown].filter(([, codes]) => codes.length === 0).map(([host]) => host),
    wrong: [...best.shown].filter(([, codes]) => codes.length > 0).map(([host]) => host),
    silent: best.unproven.filter((host) => !best.shown.has(host)),
    held: unexpiredLeases(state, now).map(({ hostname }) => hostname),
    counting: heldLeases(state, now).map(({ hostname }) => hostname),
    isQuarantined: !isProven,
    traffic,
  });
  facts.push(
    ...endFact({
      state,
      out: plan.out,
      now,
      reason: best.verdict.block_reason ?? 'the cluster is in quarantine',
      // Leases move no quarantine, so who proved the cluster a moment ago may still be giving some.
      isForAll: true,
    }),
  );
  const was = whatItWas(parts, seen);
  if (was !== null) facts.push(was.fact);
  const way = isProven ? judgeWayBack(parts, seen) : null;
  if (way !== null) facts.push(verdictFact(cluster, event_id, way));
  return {
    facts,
    plan,
    quarantine: quarantine?.name ?? null,
    isNews: quarantine?.isNews ?? false,
    released,
    in_force: isProven ? sha256 : state.in_force,
    rollback_type: was?.rollback_type ?? null,
    way_back: way,
  };
}

type Done = {
  readonly event: Event;
  readonly best: Candidate;
  readonly outcome: Outcome;
  readonly answers: readonly Answer[];
};

async function carryOut(parts: Parts, { event, best, outcome }: Done): Promise<Settled> {
  const { cluster, event_id } = event;
  const { plan, quarantine, isNews } = outcome;
  const given = await giveLeases(parts, cluster, plan.give);
  const after = (await parts.live.refresh()).clusterOf(cluster);
  const leased = heldLeases(after, parts.chance.now()).map(({ hostname }) => hostname);
  const reason = withoutStop(best.verdict.block_reason ?? 'the cluster is in quarantine');
  const troubles = [
    await parts.acts.order({
      cluster,
      give: given,
      take: plan.out.map((hostname) => ({ hostname, reason })),
    }),
    quarantine === null || !isNews
      ? null
      : await parts.acts.page({
          cluster,
          event_id,
          sentence: pageSentence(cluster, quarantine, plan, reason),
        }),
  ];
  const { in_force, released, rollback_type, way_back } = outcome;
  return {
    cluster,
    event_id,
    verdict: best.verdict,
    in_force,
    quarantine,
    released,
    leased: leased.sort(),
    rollback_type,
    way_back,
    troubles: troubles.filter((trouble) => trouble !== null),
  };
}

function pageSentence(cluster: string, quarantine: string, { spared }: LeasePlan, reason: string): string {
  const rest =
    spared.length === 0
      ? ''
      : ` ${spared.join(', ')} keep their traffic until their leases run out, because the floor holds them; decide before that.`;
  return `Cluster ${cluster} is in quarantine (${quarantine}): ${reason}.${rest}`;
}
