import { Fault } from '../fault.ts';
import type { ClusterState } from '../ledger/state.ts';
import { candidatesOf, prove } from './end.ts';
import type { Parts } from './parts.ts';
import { provingTrouble } from './prove-again.ts';
import { inventoriesOf } from './settle.ts';
import { unaskedChange } from './unasked.ts';

export type CarryingOn = {
  /** A server has shown itself unasked, in a cluster that stood like this. Nobody waits for what follows. */
  readonly heard: (cluster: string, hostname: string, state: ClusterState) => void;
};

/** A change that nobody asks about, and how often each server has shown itself since this process knows of it. */
type Left = { readonly change: string; readonly since: number; readonly heard: Map<string, number> };

/** How often an agent proves itself in the time of a lease. */
export const PROOFS_IN_A_LEASE = 3;

/**
 * Carries on the question after a change whose gate died, or failed, between the end of the command and the verdict: until all are asked a
 * wrong server opens no quarantine by itself. It waits until every server has shown itself to this process, for agents come back one by one
 * and one that is late is not silent; but no longer than a lease, in which each would have shown itself three times. It only asks.
 */
export function carryingOn(parts: Parts): CarryingOn {
  const left = new Map<string, Left>();
  /** What went wrong last, by cluster: what goes on doing so is paged once, and not with each try. */
  const troubles = new Map<string, string>();
  const isLate = (cluster: string, { since, heard }: Left): boolean => {
    const leaseMs = parts.rules(cluster).traffic.lease_s * 1_000;
    // A clock that was set back waits no longer than one that was not; and one that leaps makes nobody late, who comes first after a start.
    const isOver = Math.abs(parts.chance.now() - since) >= leaseMs;
    return isOver && [...heard.values()].some((times) => times >= PROOFS_IN_A_LEASE);
  };
  const isDue = async (cluster: string, mine: Left): Promise<boolean> => {
    const snapshot = await parts.live.refresh();
    const state = snapshot.clusterOf(cluster);
    if (unaskedChange(state) === null) return false;
    const hosts = inventoriesOf(parts, snapshot, candidatesOf(state));
    return isLate(cluster, mine) || hosts.every((host) => mine.heard.has(host));
  };
  const carryOn = async (cluster: string, mine: Left): Promise<void> => {
    try {
      const isMine = (await isDue(cluster, mine)) && left.get(cluster) === mine;
      if (!isMine || parts.asking.isUnderWay(cluster) || parts.asking.isClosed()) return;
      // What was asked in vain is asked again when as much has come as for the first time.
      left.set(cluster, { change: mine.change, since: parts.chance.now(), heard: new Map() });
      await prove(parts, cluster);
    } catch (error) {
      const trouble = `${mine.change}: ${error instanceof Fault ? error.message : 'a bug'}`;
      if (error instanceof Fault && troubles.get(cluster) === trouble) return;
      troubles.set(cluster, trouble);
      await provingTrouble(parts, cluster, error);
    }
  };
  return {
    heard: (cluster, hostname, state) => {
      const change = unaskedChange(state);
      if (change === null) for (const known of [left, troubles]) known.delete(cluster);
      if (change === null || parts.asking.isUnderWay(cluster)) return;
      const known = left.get(cluster);
      const mine =
        known?.change === change.change
          ? known
          : { change: change.change, since: parts.chance.now(), heard: new Map<string, number>() };
      left.set(cluster, mine);
      const times = (mine.heard.get(hostname) ?? 0) + 1;
      mine.heard.set(hostname, times);
      if (times > 1 && !isLate(cluster, mine)) return;
      parts.aside.add(carryOn(cluster, mine));
    },
  };
}
