import type { AgentClock } from '../../src/agent/ports.ts';

/** A clock that stands still until it is told to go on. */
export type HeldClock = AgentClock & {
  /** Lets so many milliseconds pass, and runs what is due in between, in order; what that starts gets its turn too. */
  readonly pass: (ms: number) => Promise<void>;
  /** How many milliseconds the waiting calls still have, soonest first. */
  readonly waiting: () => readonly number[];
};

/** Lets what was just started come as far as it can. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
}

export function heldClock(random: () => number = () => 0): HeldClock {
  let at = 0;
  let due: { readonly at: number; readonly run: () => void }[] = [];
  return {
    bootMs: () => at,
    beganMs: 0,
    now: () => at,
    random,
    after: (ms, run) => {
      const entry = { at: at + ms, run };
      due.push(entry);
      return () => void (due = due.filter((each) => each !== entry));
    },
    pass: async (ms) => {
      const until = at + ms;
      await settle();
      for (;;) {
        const [next] = due.filter((each) => each.at <= until).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        due = due.filter((each) => each !== next);
        at = next.at;
        next.run();
        await settle();
      }
      at = until;
    },
    waiting: () => due.map((each) => each.at - at).toSorted((a, b) => a - b),
  };
}
