import { heldLeases, unexpiredLeases } from '../ledger/state.ts';
import type { ClusterState, LeaseState } from '../ledger/state.ts';
import { candidatesOf } from './end.ts';
import type { Parts } from './parts.ts';
import type { TrafficOrder } from './ports.ts';
import { inventoriesOf } from './settle.ts';

/**
 * Whoever carries traffic is told again what the ledger says of the servers of each cluster: a process before this one may have died between an
 * entry and its order, and whom it told to be out only it knew. Nobody waits for it; what fails is paged. Faults: those of reading the ledger.
 */
export async function tellAgain(parts: Parts): Promise<void> {
  const snapshot = await parts.live.refresh();
  for (const state of snapshot.clusters.values()) {
    const inventory = new Set(inventoriesOf(parts, snapshot, candidatesOf(state)));
    if (state.leases.size > 0) parts.aside.add(tell(parts, state, inventory));
  }
}

async function tell(parts: Parts, state: ClusterState, inventory: ReadonlySet<string>): Promise<void> {
  const { cluster } = state;
  const leases = [...state.leases.values()].filter(({ hostname }) => inventory.has(hostname));
  const order = standingOrder(state, leases, parts.chance.now());
  // Whoever is not in it now may be in a later one, or in this one when the keyring that refuses it is put right.
  const unsure = [...state.leases.keys()];
  const sentence = await parts.acts.again(order, unsure);
  if (sentence !== null) await parts.acts.page({ cluster, event_id: null, sentence });
}

/**
 * By the ledger alone: who holds a lease, and whose was taken away or is void. One that ran out takes nobody out here, as it did not when it
 * ran out; its server is let in with its next proof, in case it was told to be out before that lease was given.
 */
function standingOrder(state: ClusterState, leases: readonly LeaseState[], now: number): TrafficOrder {
  const held = new Set(heldLeases(state, now).map(({ hostname }) => hostname));
  const isRunning = new Set(unexpiredLeases(state, now).map(({ hostname }) => hostname));
  return {
    cluster: state.cluster,
    give: leases.flatMap(({ hostname, until, proof_seq }) =>
      held.has(hostname) && proof_seq !== null ? [{ hostname, until, proof_seq }] : [],
    ),
    take: leases.flatMap(({ hostname, state: word, seq }) =>
      !held.has(hostname) && (word === 'ended' || isRunning.has(hostname))
        ? [{ hostname, reason: `its lease does not count any more (entry ${seq} of the ledger)` }]
        : [],
    ),
  };
}
