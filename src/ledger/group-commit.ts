import { writeEntries } from './entry-text.ts';
import type { Prepared, Written } from './entry-text.ts';
import { conflictWith } from './expected.ts';
import type { History } from './expected.ts';
import type { AppendOptions, Head } from './ledger.ts';

/** A place that entries are kept in. All of it is synchronous. */
export type Store = {
  readonly id: string;
  /** Opens a transaction; from here on nobody else moves the head. Throws what `isBusy` knows when somebody else is in one. */
  readonly begin: () => void;
  /** Returns when what was inserted is durable. */
  readonly commit: () => void;
  /** Takes back what was inserted since `begin`. */
  readonly rollback: () => void;
  readonly insert: (entries: readonly Written[]) => void;
  readonly head: () => Head;
  readonly hashAt: History['hashAt'];
  readonly after: History['after'];
  /** Whether an error means that somebody else is writing just now, so that trying again helps. */
  readonly isBusy: (error: unknown) => boolean;
  /** The Fault that a caller is told for an error of the store. */
  readonly faultOf: (error: unknown) => unknown;
};

/** An append that waits for its commit. */
type Waiting = {
  readonly prepared: readonly Prepared[];
  readonly options: AppendOptions;
  /** How often somebody else was in the way. */
  tries: number;
  readonly resolve: (head: Head) => void;
  readonly reject: (error: unknown) => void;
};

export type GroupCommit = {
  readonly append: (prepared: readonly Prepared[], options: AppendOptions) => Promise<Head>;
  /** Ends when nobody waits any more. */
  readonly idle: () => Promise<void>;
};

/** Most appends in one transaction, so that the first of them does not wait for ever. */
const MOST_TOGETHER = 1_000;
const PAUSE_MS = 5;
/** With the pause and what one attempt itself waits (20 ms in SQLite) about five seconds. */
const MOST_TRIES = 200;

/**
 * Group commit: what is asked for in one turn of the event loop is written in one transaction and costs one sync of the disk.
 * Those that compare go before those that do not, or a decision would lose against a stream of proofs for ever.
 */
export function groupCommit(store: Store): GroupCommit {
  let waiting: Waiting[] = [];
  let isPlanned = false;
  const whenIdle: (() => void)[] = [];

  function plan(pauseMs: number): void {
    if (isPlanned) return;
    isPlanned = true;
    if (pauseMs === 0) setImmediate(flush);
    else setTimeout(flush, pauseMs);
  }

  function flush(): void {
    isPlanned = false;
    const ordered = comparingFirst(waiting);
    const [group, rest] = [ordered.slice(0, MOST_TOGETHER), ordered.slice(MOST_TOGETHER)];
    const again = settle(store, group);
    waiting = [...again, ...rest];
    if (waiting.length > 0) plan(again.length > 0 ? PAUSE_MS : 0);
    else for (const resolve of whenIdle.splice(0)) resolve();
  }

  return {
    append: async (prepared, options) =>
      await new Promise((resolve, reject) => {
        waiting.push({ prepared, options, tries: 0, resolve, reject });
        plan(0);
      }),
    idle: async () => {
      if (waiting.length > 0) await new Promise<void>((resolve) => void whenIdle.push(resolve));
    },
  };
}

function comparingFirst(waiting: readonly Waiting[]): readonly Waiting[] {
  return [
    ...waiting.filter(({ options }) => options.expected !== 'any'),
    ...waiting.filter(({ options }) => options.expected === 'any'),
  ];
}

/** Answers everybody of the group who can be answered, and gives back those who have to wait on. */
function settle(store: Store, group: readonly Waiting[]): readonly Waiting[] {
  try {
    for (const answer of write(store, group)) answer();
    return [];
  } catch (error) {
    const isBusy = store.isBusy(error);
    for (const one of group) one.tries += 1;
    const given = group.filter(({ tries }) => !isBusy || tries >= MOST_TRIES);
    for (const { reject } of given) reject(store.faultOf(error));
    return isBusy ? group.filter(({ tries }) => tries < MOST_TRIES) : [];
  }
}

/** Writes what still fits in one transaction. Nobody may be answered before this has returned. */
function write(store: Store, group: readonly Waiting[]): readonly (() => void)[] {
  store.begin();
  try {
    const answers: (() => void)[] = [];
    let head = store.head();
    for (const one of group) {
      const written = writeOne(store, one, head);
      answers.push(written.answer);
      head = written.head;
    }
    store.commit();
    return answers;
  } catch (error) {
    store.rollback();
    throw error;
  }
}

function writeOne(
  store: Store,
  { prepared, options: { expected, now }, resolve, reject }: Waiting,
  head: Head,
): { readonly head: Head; readonly answer: () => void } {
  const conflict = expected === 'any' ? null : conflictWith(expected, { ...store, head });
  if (conflict !== null) return { head, answer: () => reject(conflict) };
  const entries = writeEntries(prepared, { ledger: store.id, head, now });
  store.insert(entries);
  const after = entries.at(-1)?.head ?? head;
  return { head: after, answer: () => resolve(after) };
}
