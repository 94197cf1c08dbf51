import { Fault } from '../fault.ts';
import { heldLeases } from '../ledger/state.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Live } from './live.ts';
import type { Acts, Chance, TrafficOrder } from './ports.ts';
import { inTurns, oneByOne, perKey } from './turns.ts';

type Given = TrafficOrder['give'][number];

type Desk = {
  readonly live: Pick<Live, 'refresh'>;
  readonly chance: Pick<Chance, 'now'>;
  readonly acts: Pick<Acts, 'order' | 'announce'>;
};

export type TrafficDesk = {
  readonly order: Acts['order'];
  /**
   * A server has earned a lease by itself: whoever was told that it is out is told that it is in again. Tried with each of its proofs until it
   * succeeds, and told once when it does not.
   */
  readonly letIn: (cluster: string, given: Given) => Promise<string | null>;
  /** What a process before this one told, or died before it could tell. Those of whom nobody knows are told to be in when they next earn it. */
  readonly again: (order: TrafficOrder, unsure: readonly string[]) => Promise<string | null>;
};

/**
 * Tells whatever carries traffic, one order of a cluster after the other, and only what the ledger still says when its turn comes: a slow
 * order must not let in who was taken out meanwhile. Who was told to be out is not told again until let in. Agents are told at once, whoever
 * is slow.
 */
export function trafficDesk({ live, chance, acts }: Desk): TrafficDesk {
  const out = new Set<string>();
  /** Agents that were told that they have no lease, and by which entry: one that was given since, and taken away, is another one. */
  const announced = new Map<string, number>();
  /** Told to be out, though it may have failed, and not told since that they are in. */
  const mayBeOut = new Set<string>();
  /** Clusters whose servers were let in by themselves in vain: that is told once. */
  const complained = new Set<string>();
  const stateOf = async (cluster: string): Promise<ClusterState> => (await live.refresh()).clusterOf(cluster);
  /** What of an order the ledger still says, without those who know already that they are out. */
  const still = (
    { cluster, give, take }: TrafficOrder,
    state: ClusterState,
    isKnown: (hostname: string) => boolean,
  ): TrafficOrder | null => {
    const held = new Set(heldLeases(state, chance.now()).map(({ hostname }) => hostname));
    const order: TrafficOrder = {
      cluster,
      give: give.filter(({ hostname }) => held.has(hostname)),
      take: take.filter(({ hostname }) => !held.has(hostname) && !isKnown(hostname)),
    };
    return order.give.length + order.take.length === 0 ? null : order;
  };
  const announce = async (asked: TrafficOrder): Promise<null> => {
    if (acts.announce === undefined) return null;
    const { cluster } = asked;
    const state = await stateOf(cluster);
    const entryOf = (hostname: string): number => state.leases.get(hostname)?.seq ?? 0;
    const order = still(asked, state, (host) => announced.get(keyOf(cluster, host)) === entryOf(host));
    if (order === null) return null;
    for (const key of keysOf(order, 'give')) announced.delete(key);
    for (const { hostname } of order.take) announced.set(keyOf(cluster, hostname), entryOf(hostname));
    acts.announce(order);
    return null;
  };
  const tell = async (asked: TrafficOrder): Promise<string | null> => {
    const { cluster } = asked;
    const order = still(asked, await stateOf(cluster), (host) => out.has(keyOf(cluster, host)));
    if (order === null) return null;
    for (const key of keysOf(order, 'give')) out.delete(key);
    for (const key of keysOf(order, 'take')) mayBeOut.add(key);
    const trouble = await acts.order(order);
    if (trouble !== null) return trouble;
    for (const key of keysOf(order, 'take')) out.add(key);
    for (const key of keysOf(order, 'give')) mayBeOut.delete(key);
    return null;
  };
  const queueOf = perKey(oneByOne);
  const inTurn = async (cluster: string, turn: () => Promise<string | null>): Promise<string | null> =>
    await queueOf(cluster)(async () => await orTrouble(turn()));
  const queue = async (asked: TrafficOrder): Promise<string | null> =>
    await inTurn(asked.cluster, () => tell(asked));
  // After a restart a whole fleet is let in one by one: those that come while the program runs share its next run.
  const letInTurns = perKey((cluster) =>
    inTurns(async (came: readonly Given[]) => {
      const latest = new Map(came.map((given) => [given.hostname, given]));
      return await inTurn(cluster, async () => {
        // An order before it may have told some already.
        const give = [...latest.values()].filter(({ hostname }) => mayBeOut.has(keyOf(cluster, hostname)));
        return await tell({ cluster, give, take: [] });
      });
    }),
  );
  return {
    order: async (asked) => {
      const troubles = await Promise.all([queue(asked), orTrouble(announce(asked))]);
      return troubles.find((trouble) => trouble !== null) ?? null;
    },
    letIn: async (cluster, given) => {
      const key = keyOf(cluster, given.hostname);
      // Its agent has the lease as the answer to its proof.
      announced.delete(key);
      if (!mayBeOut.has(key)) return null;
      const trouble = await letInTurns(cluster)(given);
      if (trouble === null) complained.delete(cluster);
      else if (complained.has(cluster)) return null;
      else complained.add(cluster);
      return trouble;
    },
    again: async (asked, unsure) => {
      for (const hostname of unsure) mayBeOut.add(keyOf(asked.cluster, hostname));
      return await queue(asked);
    },
  };
}

/** Nobody may be there to hear that the ledger cannot be read, and it is no bug: what was not told is trouble like any other. */
async function orTrouble(telling: Promise<string | null>): Promise<string | null> {
  try {
    return await telling;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return `Traffic was not told: ${error.message}`;
  }
}

function keysOf(order: TrafficOrder, side: 'give' | 'take'): readonly string[] {
  return order[side].map(({ hostname }) => keyOf(order.cluster, hostname));
}

function keyOf(cluster: string, hostname: string): string {
  return `${cluster}/${hostname}`;
}
