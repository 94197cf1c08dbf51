import type { LedgerEntry } from '../model/entry.ts';
import { prepareFacts } from './entry-text.ts';
import { groupCommit } from './group-commit.ts';
import { EMPTY_HEAD } from './ledger.ts';
import type { Head, Ledger } from './ledger.ts';

const BATCH = 64;

/**
 * A ledger that lasts as long as the process, for simulations and tests. It keeps every promise of the port but that about power cuts.
 * It may go on from the lines of another one of the same id.
 */
export function memoryLedger(id: string, from: readonly string[] = []): Ledger {
  const lines: string[] = [...from];
  let head: Head = EMPTY_HEAD;
  let before = { length: 0, head };
  const entryAt = (seq: number): LedgerEntry => JSON.parse(lines[seq - 1] ?? 'null') as LedgerEntry;
  if (lines.length > 0) head = { count: lines.length, hash: entryAt(lines.length).hash };
  before = { length: lines.length, head };
  const committer = groupCommit({
    id,
    begin: () => {
      before = { length: lines.length, head };
    },
    commit: () => undefined,
    rollback: () => {
      lines.length = before.length;
      head = before.head;
    },
    insert: (entries) => {
      for (const entry of entries) {
        lines.push(entry.line);
        head = entry.head;
      }
    },
    head: () => head,
    hashAt: (seq) => (seq === 0 ? null : entryAt(seq).hash),
    after: (seq) => lines.slice(seq).map((_, at) => entryAt(seq + at + 1)),
    isBusy: () => false,
    faultOf: (error) => error,
  });
  return {
    id,
    append: async (facts, options) => await committer.append(prepareFacts(facts), options),
    head: async () => head,
    async *read(from) {
      const until = lines.length;
      for (let at = from - 1; at < until; at += BATCH) yield lines.slice(at, Math.min(at + BATCH, until));
    },
    close: committer.idle,
  };
}
