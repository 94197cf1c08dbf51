import { Fault } from '../fault.ts';
import type { ClusterState } from '../ledger/state.ts';
import { prove } from './end.ts';
import type { Parts } from './parts.ts';

export type Proving = {
  /** Asks every server of a cluster in quarantine, if all that it names have proven themselves; nobody waits for it. */
  readonly again: (cluster: string, state: ClusterState) => void;
};

/**
 * When the last server that was unproven has proven itself, all are asked once more: only that ends a quarantine. What was asked in vain is
 * asked again after the time of one lease at the earliest, however many proofs come meanwhile.
 */
export function provingAgain(parts: Parts): Proving {
  const running = new Set<string>();
  const inVain = new Map<string, number>();
  return {
    again: (cluster, state) => {
      const isDue = [...state.quarantines.values()].every(({ unproven }) => unproven.length === 0);
      if (!isDue || running.has(cluster) || parts.asking.isClosed()) return;
      const now = parts.chance.now();
      const before = inVain.get(cluster);
      const pauseMs = parts.rules(cluster).traffic.lease_s * 1_000;
      // A clock that was set back waits no longer than one that was not.
      if (before !== undefined && Math.abs(now - before) < pauseMs) return;
      running.add(cluster);
      inVain.set(cluster, now);
      const proving = async (): Promise<void> => {
        try {
          const { quarantine } = await prove(parts, cluster);
          if (quarantine === null) inVain.delete(cluster);
        } catch (error) {
          await provingTrouble(parts, cluster, error);
        } finally {
          running.delete(cluster);
        }
      };
      parts.aside.add(proving());
    },
  };
}

/** When the cluster moved meanwhile, whoever moved it asks every server; nothing else must pass unseen. */
export async function provingTrouble(parts: Parts, cluster: string, error: unknown): Promise<void> {
  if (!(error instanceof Fault)) throw error;
  if (error.code === 'CHANGE_UNDER_WAY' || error.code === 'LEDGER_CONFLICT') return;
  await parts.acts.page({ cluster, event_id: null, sentence: error.message });
}
