import { Fault } from '../fault.ts';
import type { LedgerEntry } from '../model/entry.ts';
import type { Head, Since } from './ledger.ts';

/** What a ledger has to be asked to compare it with what was expected. */
export type History = {
  readonly head: Head;
  /** The hash of entry number `seq`; null when there is none. Asked only for numbers up to the head's. */
  readonly hashAt: (seq: number) => string | null;
  /** The entries after number `seq`, oldest first. */
  readonly after: (seq: number) => Iterable<LedgerEntry>;
};

/**
 * Is the decision that was taken on `since.head` out of date? Null when nothing came since that could move it, else the
 * LEDGER_CONFLICT that says what did.
 */
export function conflictWith(since: Since, history: History): Fault | null {
  const { head } = history;
  if (since.head.count === head.count && since.head.hash === head.hash) return null;
  if (since.head.count > head.count || history.hashAt(since.head.count) !== since.head.hash)
    return conflict(
      head,
      `The ledger is another one than was read: entry ${since.head.count} is not the same there; read it anew.`,
    );
  // Nothing is passed over unless it was asked for, so the entries need not be read then.
  if (since.cluster === undefined && since.ignoring === undefined) return moved(since, head, null);
  for (const entry of history.after(since.head.count))
    if (moves(entry, since)) return moved(since, head, entry);
  return null;
}

function moves(entry: LedgerEntry, { cluster, ignoring = [] }: Since): boolean {
  const { kind, body } = entry;
  if (cluster !== undefined && body.cluster !== cluster) return false;
  if (kind === 'proof' && body.accepted && ignoring.includes('accepted_proof')) return false;
  return !ignoring.includes(kind);
}

function moved(since: Since, head: Head, entry: LedgerEntry | null): Fault {
  const what =
    entry === null ? `entry ${since.head.count + 1} came` : `entry ${entry.seq}, ${entry.kind}, came`;
  return conflict(head, `The ledger moved while this was decided: ${what} in between; decide again.`);
}

function conflict(head: Head, sentence: string): Fault {
  return new Fault('LEDGER_CONFLICT', `${sentence} Nothing was written.`, { head });
}
