/** Most items of one turn: each is work between two events, and everything else waits meanwhile. */
const MOST_AT_ONCE = 128;

type Waiting<Item, Done> = {
  readonly item: Item;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Items that come one by one, worked on in turns: those that come during a turn are the next one, in the order in which they came. `work` gives
 * one result for each item, in their order; an error of it is told to all of that turn.
 */
export function inTurns<Item, Done>(
  work: (items: readonly Item[]) => Promise<readonly Done[]>,
): (item: Item) => Promise<Done> {
  let waiting: Waiting<Item, Done>[] = [];
  let isRunning = false;
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const turn = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      try {
        const done = await work(turn.map(({ item }) => item));
        for (const [at, { resolve }] of turn.entries()) resolve(done[at] as Done);
      } catch (error) {
        for (const { reject } of turn) reject(error);
      }
    }
    isRunning = false;
  };
  return async (item) =>
    await new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      // Once all that the event loop has ready is in: else the first of them would be a turn of its own.
      if (!isRunning) setImmediate(() => void run());
      isRunning = true;
    });
}
