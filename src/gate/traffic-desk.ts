import { heldLeases } from '../ledger/state.ts';
import type { Live } from './live.ts';
import type { Acts, Chance, TrafficOrder } from './ports.ts';

type Desk = {
  readonly live: Pick<Live, 'refresh'>;
  readonly chance: Pick<Chance, 'now'>;
  readonly order: Acts['order'];
};

/**
 * Tells whatever carries traffic, one order of a cluster after the other, and only what the ledger still says when its turn comes: a slow
 * order must not let in who was taken out meanwhile. Who was told to be out is not told again until let in.
 */
export function trafficDesk({ live, chance, order }: Desk): Acts['order'] {
  const running = new Map<string, Promise<unknown>>();
  const out = new Set<string>();
  const tell = async ({ cluster, give, take }: TrafficOrder): Promise<string | null> => {
    const state = (await live.refresh()).clusterOf(cluster);
    const held = new Set(heldLeases(state, chance.now()).map(({ hostname }) => hostname));
    const key = (hostname: string): string => `${cluster}/${hostname}`;
    const current: TrafficOrder = {
      cluster,
      give: give.filter(({ hostname }) => held.has(hostname)),
      take: take.filter(({ hostname }) => !held.has(hostname) && !out.has(key(hostname))),
    };
    if (current.give.length + current.take.length === 0) return null;
    for (const { hostname } of current.give) out.delete(key(hostname));
    const trouble = await order(current);
    if (trouble === null) for (const { hostname } of current.take) out.add(key(hostname));
    return trouble;
  };
  return async (asked) => {
    const turn = (): Promise<string | null> => tell(asked);
    const mine = (running.get(asked.cluster) ?? Promise.resolve()).then(turn, turn);
    running.set(asked.cluster, mine);
    return await mine;
  };
}
