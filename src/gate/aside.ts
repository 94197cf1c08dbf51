/** Work that nobody waits for, such as telling a slow pager what the ledger has already. */
export type Aside = {
  /** What goes wrong in it is nobody's to catch: it is a bug, and ends the process as one. */
  readonly add: (work: Promise<void>) => void;
  /** Ends when nothing of it is under way any more. */
  readonly idle: () => Promise<void>;
};

export function workAside(): Aside {
  const underWay = new Set<Promise<void>>();
  return {
    add: (work) => {
      underWay.add(work);
      void work.finally(() => underWay.delete(work));
    },
    idle: async () => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
}
