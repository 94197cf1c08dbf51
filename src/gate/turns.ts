/** Does what it is given one after the other, in the order in which it came, whatever became of the one before. */
export type Queue = <Done>(work: () => Promise<Done>) => Promise<Done>;

export function oneByOne(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return async (work) => {
    const mine = last.then(work, work);
    last = mine;
    return await mine;
  };
}

type Manner = {
  /** Most items of one turn; those that are more are the turn after it. */
  readonly most?: number;
  /** What a turn waits for once its first item has come, for more of them. */
  readonly gather?: () => Promise<void>;
};

/**
 * Items that come one by one, worked on in turns, one after the other: those that come while a turn is worked on share the next one, in the
 * order in which they came. All of a turn are told what came of it, an error too.
 */
export function inTurns<Item, Done>(
  work: (items: readonly Item[]) => Promise<Done>,
  { most = Infinity, gather }: Manner = {},
): (item: Item) => Promise<Done> {
  const queue = oneByOne();
  let next: { readonly items: Item[]; readonly done: Promise<Done> } | null = null;
  const open = (): NonNullable<typeof next> => {
    const items: Item[] = [];
    const gathered = gather?.();
    const done = queue(async () => {
      await gathered;
      if (next?.items === items) next = null;
      return await work(items);
    });
    return { items, done };
  };
  return async (item) => {
    if (next === null || next.items.length >= most) next = open();
    next.items.push(item);
    return await next.done;
  };
}

/** What comes at once comes in one turn of the event loop; without this the first of it would be a turn of its own. */
export async function allThatIsReady(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}

/** One for each key, made when it is first asked for: what is done for a cluster waits for no other cluster. */
export function perKey<Made>(make: (key: string) => Made): (key: string) => Made {
  const known = new Map<string, Made>();
  return (key) => {
    const mine = known.get(key) ?? make(key);
    known.set(key, mine);
    return mine;
  };
}
