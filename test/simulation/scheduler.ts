/** One process of the simulated world. What it waits for is forgotten when it dies. */
export type Process = { readonly name: string; isAlive: boolean; readonly whenDead: (() => void)[] };

/** What becomes of a step: it happens, or it fails (the disk is full, the message is lost, the hook ends with 1). */
export type Fate = 'happens' | 'fails';

/** Something that will happen when the scheduler lets it. */
export type Step = {
  readonly number: number;
  readonly by: Process;
  readonly what: string;
  /** The server it touches; null for none. Steps that touch different servers commute. */
  readonly touches: string | null;
  /** Not before this instant of the monotonic clock, in milliseconds. */
  readonly at: number;
  readonly canFail: boolean;
  /** A thing that goes on for ever, such as the next proof of an agent: nobody waits for it. */
  readonly isBackground: boolean;
  readonly go: (fate: Fate) => void;
};

type More = {
  readonly touches?: string;
  readonly afterMs?: number;
  readonly canFail?: boolean;
  readonly isBackground?: boolean;
};

/**
 * The one scheduler and clock of a simulated world: every await of a port is a step here, and nothing happens between two steps but
 * what follows from the last one. Deterministic: the same choices give the same run.
 */
export type Scheduler = {
  /** Milliseconds of a clock that nobody can set. */
  readonly clock: { mono: number };
  /** What happened, one line each. */
  readonly trace: string[];
  readonly waitFor: (by: Process, what: string, more?: More) => Promise<Fate>;
  /** Something that happens later by itself; answers with how to call it off. */
  readonly later: (by: Process, what: string, act: (fate: Fate) => void, more?: More) => () => void;
  /** Work behind a port that is not split any further. */
  readonly whole: <T>(work: () => Promise<T>) => Promise<T>;
  /** The steps of living processes, the earliest first. */
  readonly open: () => readonly Step[];
  readonly run: (step: Step, fate?: Fate) => void;
  /** Ends when nothing follows any more from the last step. */
  readonly settled: () => Promise<void>;
};

/** How long one step takes, in milliseconds. */
const STEP_MS = 20;

export function newProcess(name: string): Process {
  return { name, isAlive: true, whenDead: [] };
}

export function kill(process: Process): void {
  process.isAlive = false;
  for (const act of process.whenDead.splice(0)) act();
}

export function newScheduler(startMs: number): Scheduler {
  const clock = { mono: startMs };
  const trace: string[] = [];
  let steps: Step[] = [];
  let number = 0;
  const working = new Set<object>();
  const later: Scheduler['later'] = (by, what, act, more = {}) => {
    const { touches = null, afterMs = 0, canFail = false, isBackground = false } = more;
    number += 1;
    const at = clock.mono + afterMs;
    const step = { number, by, what, touches, at, canFail, isBackground, go: act };
    steps.push(step);
    return () => {
      steps = steps.filter((each) => each !== step);
    };
  };
  return {
    clock,
    trace,
    later,
    waitFor: async (by, what, more) =>
      await new Promise<Fate>((resolve) => {
        later(by, what, resolve, more);
      }),
    whole: async (work) => {
      const mine = {};
      working.add(mine);
      try {
        return await work();
      } finally {
        working.delete(mine);
      }
    },
    open: () => {
      steps = steps.filter(({ by }) => by.isAlive);
      return steps.toSorted((one, two) => one.at - two.at || one.number - two.number);
    },
    run: (step, fate = 'happens') => {
      steps = steps.filter((each) => each !== step);
      clock.mono = Math.max(clock.mono, step.at) + STEP_MS;
      trace.push(
        `${(clock.mono / 1000).toFixed(2)}  ${step.by.name}: ${step.what}${fate === 'fails' ? '  FAILS' : ''}`,
      );
      step.go(fate);
    },
    settled: async () => {
      // The gate lets what is ready gather for a turn of the event loop; two quiet ones run everything that follows from a step. Work behind a
      // port takes some of its own.
      for (let quiet = 0; quiet < 2; quiet = working.size > 0 ? 0 : quiet + 1)
        await new Promise<void>((resolve) => void setImmediate(resolve));
    },
  };
}

/** Numbers from a seed (mulberry32): the same seed gives the same numbers everywhere. */
export type Rng = {
  readonly below: (limit: number) => number;
  readonly chance: (of: number) => boolean;
  readonly pick: <T>(list: readonly T[]) => T;
};

export function rngOf(seed: number): Rng {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    below: (limit) => Math.floor(next() * limit),
    chance: (of) => next() < of,
    pick: (list) => {
      const picked = list[Math.floor(next() * list.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}
