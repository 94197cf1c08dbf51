/** Those who want to know that something changed. */
export type Listeners = {
  readonly add: (listener: () => void) => () => void;
  readonly tell: () => void;
};

/** A list of listeners; one that is told and leaves at once disturbs no other. */
export function listeners(): Listeners {
  const all = new Set<() => void>();
  return {
    add: (listener) => {
      // Its own function for each, so that the same listener can be added twice.
      const entry = (): void => listener();
      all.add(entry);
      return () => void all.delete(entry);
    },
    tell: () => {
      for (const entry of Array.from(all)) entry();
    },
  };
}
