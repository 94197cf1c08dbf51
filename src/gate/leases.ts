import type { Fact } from '../model/entry.ts';
import { oneLine } from '../model/one-line.ts';
import { heldLeases } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Parts } from './parts.ts';
import { appendOn } from './parts.ts';
import type { TrafficOrder } from './ports.ts';

type Ended = {
  readonly state: ClusterState;
  readonly out: readonly string[];
  readonly now: number;
  readonly reason: string;
  /** Also from servers that hold none as far as is known: one may be given while this waits to be written. */
  readonly isForAll: boolean;
};

/**
 * The entry that takes leases away from those who must be out; none when there is nothing to take. One that ran out is ended too: a clock
 * that is set back must not bring it to life again.
 */
export function endFact({ state, out, now, reason, isForAll }: Ended): Fact[] {
  const { cluster, leases } = state;
  const take = out.filter((hostname) => isForAll || leases.get(hostname)?.state === 'held');
  if (take.length === 0) return [];
  const nodes = take.map((hostname) => ({ hostname, proof_seq: null }));
  const until = new Date(now).toISOString();
  return [{ kind: 'lease', body: { cluster, state: 'ended', nodes, until, reason: oneLine(reason) } }];
}

type Due = { readonly state: ClusterState; readonly hosts: readonly string[]; readonly now: number };

/**
 * The leases that those of `hosts` have earned whose last proof counts for the manifest in force, and whom no quarantine keeps out, with the
 * entry that gives them; none when nobody has.
 */
export function dueLeases(
  parts: Parts,
  { state, hosts, now }: Due,
): { readonly given: TrafficOrder['give']; readonly facts: readonly Fact[] } {
  const { cluster } = state;
  const { lease_s } = parts.rules(cluster).traffic;
  const until = new Date(now + lease_s * 1_000).toISOString();
  const given = hosts.filter(doorkeeper(parts, state, now)).flatMap((hostname) => {
    const proof_seq = proofThatCounts(state, hostname);
    return proof_seq === null ? [] : [{ hostname, until, proof_seq }];
  });
  if (given.length === 0) return { given, facts: [] };
  const nodes = given.map(({ hostname, proof_seq }) => ({ hostname, proof_seq }));
  return { given, facts: [{ kind: 'lease', body: { cluster, state: 'held', nodes, until, reason: null } }] };
}

/**
 * Gives leases to those of `hosts` who have earned them at this very moment: what was true when it was judged may have ended since, and a
 * lease rests on the proof that is last. Faults: those of the ledger.
 */
export async function giveLeases(
  parts: Parts,
  cluster: string,
  hosts: readonly string[],
): Promise<TrafficOrder['give']> {
  for (;;) {
    const snapshot = await parts.live.refresh();
    const state = snapshot.clusterOf(cluster);
    const { given, facts } = dueLeases(parts, { state, hosts, now: parts.chance.now() });
    if (given.length === 0) return [];
    // A refused proof that came in between voids it by itself: see heldLeases.
    if ((await appendOn(parts, snapshot, { cluster, facts })) !== null) return given;
  }
}

/**
 * Whom does a quarantine keep out? Servers that it names until they prove themselves anew; and where it takes out all, everybody but as
 * many as the floor says of those who hold a lease already.
 */
function doorkeeper(parts: Parts, state: ClusterState, now: number): (hostname: string) => boolean {
  if (state.quarantines.size === 0) return () => true;
  const named = new Set([...state.quarantines.values()].flatMap(({ unproven }) => unproven));
  const { takes_out, floor } = parts.rules(state.cluster).traffic;
  if (takes_out === 'unproven') return (hostname) => !named.has(hostname);
  const holders = heldLeases(state, now).map(({ hostname }) => hostname);
  const stay = new Set(holders.toSorted().slice(0, floor));
  return (hostname) => stay.has(hostname) && !named.has(hostname);
}

/** The entry of the last proof of a server, if it was accepted for what the cluster has to run now; else null. */
function proofThatCounts(state: ClusterState, hostname: string): number | null {
  const node = state.nodes.get(hostname);
  if (node === undefined || !node.last.accepted) return null;
  return node.last.manifest_sha256 === state.in_force ? node.last.seq : null;
}
