/** The clusters whose servers somebody in this process is asking, or is about to ask once something is written. */
export type Asking = {
  readonly within: <T>(cluster: string, work: () => Promise<T>) => Promise<T>;
  readonly isUnderWay: (cluster: string) => boolean;
  /** From now on nobody is to begin a question by himself. Ends when none is under way. */
  readonly close: () => Promise<void>;
  readonly isClosed: () => boolean;
};

export function askingNow(): Asking {
  const underWay = new Map<string, number>();
  const whenIdle: (() => void)[] = [];
  let isClosed = false;
  return {
    within: async (cluster, work) => {
      underWay.set(cluster, (underWay.get(cluster) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const rest = (underWay.get(cluster) ?? 1) - 1;
        if (rest === 0) underWay.delete(cluster);
        else underWay.set(cluster, rest);
        if (underWay.size === 0) for (const resolve of whenIdle.splice(0)) resolve();
      }
    },
    isUnderWay: (cluster) => underWay.has(cluster),
    close: async () => {
      isClosed = true;
      if (underWay.size > 0) await new Promise<void>((resolve) => void whenIdle.push(resolve));
    },
    isClosed: () => isClosed,
  };
}
