/**
 * Work for servers that come one by one, done for a cluster in turns: those that come while it is done share the next turn. What a thousand
 * servers need at once then costs a few entries of the ledger, and nobody compares and swaps against everybody else. Of one server the last
 * item counts. An error of a turn is told to all who share it.
 */
export function sharedTurns<Item, Done>(
  work: (cluster: string, hosts: ReadonlyMap<string, Item>) => Promise<Done>,
): (cluster: string, hostname: string, item: Item) => Promise<Done> {
  const running = new Map<string, Promise<unknown>>();
  const waiting = new Map<string, { readonly hosts: Map<string, Item>; readonly done: Promise<Done> }>();
  return async (cluster, hostname, item) => {
    let next = waiting.get(cluster);
    if (next === undefined) {
      const hosts = new Map<string, Item>();
      const start = (): Promise<Done> => {
        waiting.delete(cluster);
        return work(cluster, hosts);
      };
      const done = (running.get(cluster) ?? Promise.resolve()).then(start, start);
      next = { hosts, done };
      waiting.set(cluster, next);
      running.set(cluster, done);
    }
    next.hosts.set(hostname, item);
    return await next.done;
  };
}
