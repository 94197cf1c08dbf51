import type { FindingCode } from '../model/finding.ts';
import { heldLeases, unexpiredLeases } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import { leasePlan } from './lease-plan.ts';
import { endFact } from './leases.ts';
import type { Parts } from './parts.ts';
import { appendOn } from './parts.ts';
import type { TrafficOrder } from './ports.ts';
import { openedFact } from './quarantine-for.ts';
import { inTurns, perKey } from './turns.ts';

/** Takes a server out of traffic whose last proof was refused, for these reasons. Those that come at once share an entry. */
export type TakeOut = (cluster: string, hostname: string, codes: readonly FindingCode[]) => Promise<void>;

/** A server and why its proof was refused. */
type Refused = readonly [hostname: string, codes: readonly FindingCode[]];

/** Of one server the last reasons count. */
type Wrong = ReadonlyMap<string, readonly FindingCode[]>;

export function takeOutDesk(parts: Parts): TakeOut {
  const turnsOf = perKey((cluster) =>
    inTurns(async (refused: readonly Refused[]) => await takeOut(parts, cluster, new Map(refused))),
  );
  return async (cluster, hostname, codes) => await turnsOf(cluster)([hostname, codes]);
}

/** Servers that were in order and are not any more. */
async function takeOut(parts: Parts, cluster: string, shown: Wrong): Promise<void> {
  for (;;) {
    const snapshot = await parts.live.refresh();
    const state = snapshot.clusterOf(cluster);
    const now = parts.chance.now();
    // The others have proven themselves since, by a newer look.
    const wrong = new Map([...shown].filter(([host]) => state.nodes.get(host)?.last.accepted === false));
    if (wrong.size === 0) return;
    const open = [...state.quarantines.values()];
    const unproven = toBeNamed(state, [...wrong.keys()]);
    const isNews = unproven.length > 0 && open.length === 0;
    const reason = reasonOf(unproven.length > 0 ? only(wrong, unproven) : wrong);
    const out = isNews ? whoGoes(parts, { state, wrong: [...wrong.keys()], now }) : [...wrong.keys()];
    const facts = endFact({ state, out, now, reason, isForAll: isNews });
    if (unproven.length > 0)
      facts.push(openedFact(parts, state, { last: open.at(-1), unproven, reason, event_id: null }));
    if (facts.length > 0 && (await appendOn(parts, snapshot, { cluster, facts })) === null) continue;
    const take = out.map((hostname) => ({
      hostname,
      reason: wrong.has(hostname) ? reasonOf(only(wrong, [hostname])) : reason,
    }));
    const news = isNews ? `Cluster ${cluster} is in quarantine: ${reason}.` : null;
    // The ledger has it. Who is told may be slow, and neither the server nor the next one that goes wrong waits for that.
    parts.aside.add(tell(parts, { cluster, take, news, hasWritten: facts.length > 0 }));
    return;
  }
}

type Told = {
  readonly cluster: string;
  readonly take: TrafficOrder['take'];
  /** That the cluster is in quarantine now; null when it was before. */
  readonly news: string | null;
  readonly hasWritten: boolean;
};

/** Told again with each such proof: a gate may have died between the entry and the order. Trouble is told once. */
async function tell(parts: Parts, { cluster, take, news, hasWritten }: Told): Promise<void> {
  const trouble = await parts.acts.order({ cluster, give: [], take });
  const sentences = [news, hasWritten ? trouble : null].filter((each) => each !== null);
  if (sentences.length > 0) await parts.acts.page({ cluster, event_id: null, sentence: sentences.join(' ') });
}

/** Which of these does no quarantine name yet, though it should? */
function toBeNamed(state: ClusterState, wrong: readonly string[]): readonly string[] {
  if (isUnsettled(state)) return [];
  const named = new Set([...state.quarantines.values()].flatMap(({ unproven }) => unproven));
  // What was held against an earlier manifest says nothing of this one.
  return wrong.filter(
    (host) => !named.has(host) && state.nodes.get(host)?.last.manifest_sha256 === state.in_force,
  );
}

/**
 * May servers run something else than what is in force, with nothing wrong? While a change is under way they are on their way; after one that
 * did not end well they may run either, until all are asked, and who asks opens the quarantine then.
 */
function isUnsettled({ change, last_change: last }: ClusterState): boolean {
  return change !== null || (last !== null && last.asked === null && last.ended?.outcome !== 'done');
}

type Leaving = { readonly state: ClusterState; readonly wrong: readonly string[]; readonly now: number };

/** Whom a new quarantine takes out: those that are wrong, and under `all` the others too, down to the floor. */
function whoGoes(parts: Parts, { state, wrong, now }: Leaving): readonly string[] {
  const { traffic } = parts.rules(state.cluster);
  if (traffic.takes_out !== 'all') return wrong;
  const held = unexpiredLeases(state, now).map((lease) => lease.hostname);
  const counting = heldLeases(state, now).map((lease) => lease.hostname);
  const accepted = counting.filter((host) => !wrong.includes(host));
  const stay = new Set(accepted);
  // The wrong ones, and those who hold no lease: see endFact.
  const others = [...state.nodes.keys()].filter((host) => !stay.has(host));
  return leasePlan({ accepted, wrong: others, silent: [], held, counting, isQuarantined: true, traffic }).out;
}

function only(wrong: Wrong, hosts: readonly string[]): Wrong {
  return new Map(hosts.map((host) => [host, wrong.get(host) ?? []]));
}

/** How many are named in one sentence; the entry names all. */
const NAMED = 3;

function reasonOf(wrong: Wrong): string {
  const hosts = [...wrong.keys()];
  const rest = hosts.length - NAMED;
  const who = hosts.slice(0, NAMED).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
  const codes = [...new Set([...wrong.values()].flat())].sort().join(', ');
  return hosts.length === 1
    ? `${who} does not prove what it has to run: ${codes}`
    : `${who} do not prove what they have to run: ${codes}`;
}
