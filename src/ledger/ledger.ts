import type { EntryKind, Fact } from '../model/entry.ts';

/** Where a ledger has come to: how many entries it holds, and the hash of the last. The hash is null while there is none. */
export type Head = { readonly count: number; readonly hash: string | null };

/** The head of a ledger that holds nothing yet. */
export const EMPTY_HEAD: Head = { count: 0, hash: null };

/**
 * What must not have happened since a decision was taken. `head` is the state it was taken on. What came after it moves the
 * decision, but for entries of other clusters when `cluster` is given, and for the kinds in `ignoring`, such as the proofs
 * that a large cluster sends all the time; `accepted_proof` passes over those alone that say nothing new.
 */
export type Since = {
  readonly head: Head;
  readonly cluster?: string;
  readonly ignoring?: readonly (EntryKind | 'accepted_proof')[];
};

/** `any` is for facts that stay true whatever came before them, such as a proof that was received. */
type Expected = Since | 'any';

/** Milliseconds since the epoch, and what the facts rest on. */
export type AppendOptions = { readonly expected: Expected; readonly now: number };

/**
 * The append-only history (port). No action without an entry: whoever acts waits for `append` first.
 * Every implementation passes test/contracts/ledger.ts.
 */
export type Ledger = {
  /** Named when the ledger is made; every entry carries it. */
  readonly id: string;
  /**
   * Writes all of the facts, in their order and next to each other, or none; answers with the head after them when they are
   * durable, and not before. Faults: LEDGER_CONFLICT when something came in between (`detail.head` is the head now),
   * BAD_INPUT for a fact that could not be read again, TOO_LARGE, CANNOT_WRITE, LEDGER_BUSY, LEDGER_CORRUPT.
   */
  readonly append: (facts: readonly Fact[], options: AppendOptions) => Promise<Head>;
  readonly head: () => Promise<Head>;
  /** The entries from number `from` on (from 1) to the head of this moment, as the lines of text they were written as, many at a time. */
  readonly read: (from: number) => AsyncIterable<readonly string[]>;
  /** Ends when everything that waits has been answered. */
  readonly close: () => Promise<void>;
};
