import type { Fact } from '../model/entry.ts';
import { replay } from '../ledger/replay.ts';
import type { ClusterState } from '../ledger/state.ts';
import { dueLeases, giveLeases } from './leases.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import { appendAt } from './parts.ts';
import type { TrafficOrder } from './ports.ts';

/** What goes into the ledger of a proof that was looked at. */
export type Shown = {
  readonly cluster: string;
  readonly hostname: string;
  readonly facts: readonly Fact[];
  readonly isAccepted: boolean;
};

/** What became of the servers of one cluster that were accepted, and the state in which that was weighed. */
export type Given = { readonly leases: TrafficOrder['give']; readonly state: ClusterState };

type ByCluster<T> = ReadonlyMap<string, T>;

/**
 * Writes proofs down, and with them the leases that they earn: one append and one sync for all of them, of whatever cluster they are. The answer
 * has every cluster with an accepted proof. There must be one proof at least. Faults: those of the ledger.
 */
export async function writeProofs(
  parts: Parts,
  snapshot: Snapshot,
  shown: readonly Shown[],
): Promise<ByCluster<Given>> {
  const facts = shown.flatMap((each) => each.facts);
  const hosts = acceptedHosts(shown);
  const together = await writtenTogether(parts, snapshot, { facts, hosts });
  if (together !== null) return together;
  // Something came in between. A proof that was received stays true whatever came before it, and its lease is weighed anew.
  await parts.ledger.append(facts, { expected: 'any', now: parts.chance.now() });
  const given = new Map<string, Given>();
  for (const [cluster, names] of hosts) {
    const state = (await parts.live.refresh()).clusterOf(cluster);
    given.set(cluster, { leases: await giveLeases(parts, cluster, [...names]), state });
  }
  return given;
}

function acceptedHosts(shown: readonly Shown[]): ByCluster<ReadonlySet<string>> {
  const hosts = new Map<string, Set<string>>();
  for (const { cluster, hostname, isAccepted } of shown) {
    if (!isAccepted) continue;
    const names = hosts.get(cluster) ?? new Set();
    hosts.set(cluster, names.add(hostname));
  }
  return hosts;
}

type Wanted = { readonly facts: readonly Fact[]; readonly hosts: ByCluster<ReadonlySet<string>> };

/**
 * Proofs and leases in one piece, if nothing at all came since the snapshot: leases name the entries of the proofs that they rest on, so these
 * must get the numbers they were weighed with. Null when something did.
 */
async function writtenTogether(
  parts: Parts,
  { head, clusterOf }: Snapshot,
  { facts, hosts }: Wanted,
): Promise<ByCluster<Given> | null> {
  const now = parts.chance.now();
  const time = new Date(now).toISOString();
  const happened = facts.map((fact, at) => ({ ...fact, seq: head.count + 1 + at, time }));
  const before = new Map(
    [...hosts].map(([cluster, names]) => [cluster, whatMatters(clusterOf(cluster), names)]),
  );
  const after = replay(happened, before);
  const given = new Map<string, Given>();
  const all = [...facts];
  for (const [cluster, names] of hosts) {
    const state = after.get(cluster) ?? clusterOf(cluster);
    const due = dueLeases(parts, { state, hosts: [...names], now });
    all.push(...due.facts);
    given.set(cluster, { leases: due.given, state });
  }
  return (await appendAt(parts, head, { facts: all, now })) === null ? null : given;
}

/** Without a quarantine nobody but the servers themselves matters to their leases, and a cluster may have thousands of others to copy. */
function whatMatters(state: ClusterState, hosts: ReadonlySet<string>): ClusterState {
  if (state.quarantines.size > 0) return state;
  return { ...state, nodes: only(state.nodes, hosts), leases: only(state.leases, hosts) };
}

function only<Value>(
  all: ReadonlyMap<string, Value>,
  names: ReadonlySet<string>,
): ReadonlyMap<string, Value> {
  const some = new Map<string, Value>();
  for (const name of names) {
    const value = all.get(name);
    if (value !== undefined) some.set(name, value);
  }
  return some;
}
