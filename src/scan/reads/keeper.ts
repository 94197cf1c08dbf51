/** Things that cost much to make and may be needed again, up to a limit of room; what does not fit is let go by its maker. */
export type Keeper<T> = {
  get(key: string): T | undefined;
  /** Keeps it, or says that there is no room. */
  keep(key: string, made: T, size: number): boolean;
  /** Lets all of them go. */
  clear(): void;
};

/** A keeper with this much room, in whatever sizes are told in. What comes first stays. */
export function keeper<T>(room: number, letGo: (made: T) => void = () => undefined): Keeper<T> {
  const held = new Map<string, T>();
  let left = room;
  return {
    get: (key) => held.get(key),
    keep: (key, made, size) => {
      if (size > left || held.has(key)) return false;
      left -= size;
      held.set(key, made);
      return true;
    },
    clear: () => {
      for (const made of held.values()) letGo(made);
      held.clear();
      left = room;
    },
  };
}
