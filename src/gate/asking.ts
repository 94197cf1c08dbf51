/** The clusters whose servers somebody in this process is asking, or is about to ask once something is written. */
export type Asking = {
  readonly within: <T>(cluster: string, work: () => Promise<T>) => Promise<T>;
  readonly isUnderWay: (cluster: string) => boolean;
};

export function askingNow(): Asking {
  const underWay = new Map<string, number>();
  return {
    within: async (cluster, work) => {
      underWay.set(cluster, (underWay.get(cluster) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const rest = (underWay.get(cluster) ?? 1) - 1;
        if (rest === 0) underWay.delete(cluster);
        else underWay.set(cluster, rest);
      }
    },
    isUnderWay: (cluster) => underWay.has(cluster),
  };
}
