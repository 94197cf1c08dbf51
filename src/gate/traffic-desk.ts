import { heldLeases } from '../ledger/state.ts';
import type { Live } from './live.ts';
import type { Acts, Chance, TrafficOrder } from './ports.ts';

type Desk = {
  readonly live: Pick<Live, 'refresh'>;
  readonly chance: Pick<Chance, 'now'>;
  readonly order: Acts['order'];
};

export type TrafficDesk = {
  readonly order: Acts['order'];
  /**
   * A server has earned a lease by itself: whoever was told that it is out is told that it is in again. Tried with each of its proofs until it
   * succeeds, and told once when it does not.
   */
  readonly letIn: (cluster: string, given: TrafficOrder['give'][number]) => Promise<string | null>;
};

/**
 * Tells whatever carries traffic, one order of a cluster after the other, and only what the ledger still says when its turn comes: a slow
 * order must not let in who was taken out meanwhile. Who was told to be out is not told again until let in.
 */
export function trafficDesk({ live, chance, order }: Desk): TrafficDesk {
  const running = new Map<string, Promise<unknown>>();
  const out = new Set<string>();
  /** Told to be out, though it may have failed, and not told since that they are in. */
  const mayBeOut = new Set<string>();
  /** Let in by themselves in vain: that is told once. */
  const complained = new Set<string>();
  const tell = async ({ cluster, give, take }: TrafficOrder): Promise<string | null> => {
    const state = (await live.refresh()).clusterOf(cluster);
    const held = new Set(heldLeases(state, chance.now()).map(({ hostname }) => hostname));
    const current: TrafficOrder = {
      cluster,
      give: give.filter(({ hostname }) => held.has(hostname)),
      take: take.filter(({ hostname }) => !held.has(hostname) && !out.has(keyOf(cluster, hostname))),
    };
    if (current.give.length + current.take.length === 0) return null;
    for (const { hostname } of current.give) out.delete(keyOf(cluster, hostname));
    for (const { hostname } of current.take) mayBeOut.add(keyOf(cluster, hostname));
    const trouble = await order(current);
    if (trouble !== null) return trouble;
    for (const { hostname } of current.take) out.add(keyOf(cluster, hostname));
    for (const { hostname } of current.give) mayBeOut.delete(keyOf(cluster, hostname));
    return null;
  };
  const inTurn = async (asked: TrafficOrder): Promise<string | null> => {
    const turn = (): Promise<string | null> => tell(asked);
    const mine = (running.get(asked.cluster) ?? Promise.resolve()).then(turn, turn);
    running.set(asked.cluster, mine);
    return await mine;
  };
  return {
    order: inTurn,
    letIn: async (cluster, given) => {
      const key = keyOf(cluster, given.hostname);
      if (!mayBeOut.has(key)) return null;
      const trouble = await inTurn({ cluster, give: [given], take: [] });
      if (trouble === null) complained.delete(key);
      else if (complained.has(key)) return null;
      else complained.add(key);
      return trouble;
    },
  };
}

function keyOf(cluster: string, hostname: string): string {
  return `${cluster}/${hostname}`;
}
