import { FlagName } from '../../model/text.ts';
import { EVALUATED } from './answer.ts';
import type { Outcome } from './answer.ts';

/** What became of the requests for one flag. */
export type FlagCounts = {
  readonly flag: string;
  readonly asked: number;
  /** By `evaluated`, or by why not. */
  readonly byOutcome: Readonly<Record<string, number>>;
  /** What its definition last said it means; null when it did not say. */
  readonly saidMeaning: string | null;
  /** Epoch milliseconds. */
  readonly lastSeenAt: number;
};

/** What happened to each flag since the binary that runs was first seen. */
export type Tally = {
  readonly count: (flag: string, outcome: Pick<Outcome, 'counted' | 'said'>, now: number) => void;
  /** Starts anew when another binary runs: what was asked in the name of one is no evidence about the other. */
  readonly startFor: (binarySha256: string) => void;
  readonly counts: () => readonly FlagCounts[];
  /** Requests for names beyond the limit. */
  readonly notListed: () => number;
};

const MOST_STRANGERS = 1_000;

/**
 * A tally that callers cannot make grow without end: flags that `isOwned` are as many as the manifest lists; of other names the first
 * 1,000 are kept apart and the rest only counted.
 */
export function tally(isOwned: (flag: string) => boolean): Tally {
  const byFlag = new Map<string, Entry>();
  let strangers = 0;
  let notListed = 0;
  let countedFor: string | null = null;
  const entryOf = (flag: string): Entry | null => {
    const known = byFlag.get(flag);
    if (known !== undefined) return known;
    if (!isOwned(flag)) {
      if (strangers >= MOST_STRANGERS || !FlagName.safeParse(flag).success) return null;
      strangers += 1;
    }
    const made: Entry = { asked: 0, byOutcome: new Map(), saidMeaning: null, lastSeenAt: 0 };
    byFlag.set(flag, made);
    return made;
  };
  return {
    count: (flag, { counted, said }, now) => {
      const entry = entryOf(flag);
      if (entry === null) {
        notListed += 1;
        return;
      }
      entry.asked += 1;
      entry.byOutcome.set(counted, (entry.byOutcome.get(counted) ?? 0) + 1);
      entry.lastSeenAt = now;
      if (said !== undefined) entry.saidMeaning = said;
    },
    startFor: (binarySha256) => {
      if (countedFor === binarySha256) return;
      if (countedFor !== null) {
        byFlag.clear();
        strangers = 0;
        notListed = 0;
      }
      countedFor = binarySha256;
    },
    counts: () =>
      Array.from(byFlag, ([flag, { asked, byOutcome, saidMeaning, lastSeenAt }]) => ({
        flag,
        asked,
        byOutcome: Object.fromEntries(byOutcome),
        saidMeaning,
        lastSeenAt,
      })),
    notListed: () => notListed,
  };
}

type Entry = {
  asked: number;
  readonly byOutcome: Map<string, number>;
  saidMeaning: string | null;
  lastSeenAt: number;
};

/** How often a value, or the word to use the code's default, was given. */
export function timesEvaluated({ byOutcome }: FlagCounts): number {
  return byOutcome[EVALUATED] ?? 0;
}
