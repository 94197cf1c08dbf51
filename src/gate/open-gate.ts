import { adopt, end, prove } from './end.ts';
import { workAside } from './aside.ts';
import { askingNow } from './asking.ts';
import { begin } from './begin.ts';
import type { Gate } from './gate.ts';
import { liveState } from './live.ts';
import type { GateParts, Parts } from './parts.ts';
import { receiver } from './receive.ts';
import type { Receiver } from './receive.ts';
import { tellAgain } from './tell-again.ts';
import { trafficDesk } from './traffic-desk.ts';
import { hear } from './words.ts';

/** The gate, and the door for proofs that come one by one. */
export type OpenGate = Gate &
  Receiver & {
    /** For a process that goes on where another one ended: traffic is told what the ledger says. Faults: those of reading it. */
    readonly tellAgain: () => Promise<void>;
    /** From now on it asks no servers by itself, for nobody would hear their answers. Ends when none are being asked. */
    readonly askNoMore: () => Promise<void>;
    /** Ends when all that follows from proofs has been told. */
    readonly idle: () => Promise<void>;
  };

/** The gate over a ledger and the ports to the world. Nothing is read or written before it is asked. */
export function openGate(given: GateParts): OpenGate {
  const live = liveState(given.ledger);
  const traffic = trafficDesk({ live, chance: given.chance, acts: given.acts });
  const parts: Parts = {
    ...given,
    ledger: { ...given.ledger, append: live.append },
    live,
    kept: new Map(),
    aside: workAside(),
    asking: askingNow(),
    acts: { ...traffic, page: given.acts.page },
  };
  return {
    begin: (wish, watch) => begin(parts, wish, watch),
    end: (cluster, change, outcome, watch) => end(parts, { cluster, change, outcome }, watch),
    prove: (cluster, watch) => prove(parts, cluster, watch),
    adopt: (manifest, actor, watch) => adopt(parts, { manifest, actor }, watch),
    hear: (word) => hear(parts, word),
    look: async (cluster) => {
      const snapshot = await parts.live.refresh();
      if (cluster === null) return [...snapshot.clusters.values()];
      return snapshot.clusters.has(cluster) ? [snapshot.clusterOf(cluster)] : [];
    },
    ...receiver(parts),
    tellAgain: () => tellAgain(parts),
    askNoMore: parts.asking.close,
    idle: parts.aside.idle,
  };
}
