import { existsSync } from 'node:fs';
import path from 'node:path';
import { prepareFacts } from '../../ledger/entry-text.ts';
import { groupCommit } from '../../ledger/group-commit.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { openKnownDatabase } from './ledger-database.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { createLedgerFile, requireLedgerFile } from './ledger-file.ts';
import { isBusy, ledgerFault, openingFault } from './sqlite-fault.ts';

/** What can be asked of a ledger that nobody may append to. */
export type ReadableLedger = Omit<Ledger, 'append'> & {
  /** Is the file whole? A tree that lost a branch reads like a shorter history. Fault LEDGER_CORRUPT. */
  readonly checkWhole: () => void;
};

/**
 * The ledger in an SQLite file, made when it is not there and may be. Several processes may have it open and append. Faults: NOT_FOUND,
 * those of requireLedgerFile, CANNOT_WRITE where it cannot be made, and those that the port names.
 */
export function openLedger(file: string, mayMake = true): Ledger {
  const absolute = path.resolve(file);
  const faultOf = (error: unknown): unknown => ledgerFault(absolute, error);
  readyFile(absolute, mayMake);
  const db = opened(absolute, () => openKnownDatabase(absolute, 'append'));
  const committer = groupCommit({ ...db, isBusy, faultOf });
  return {
    ...reading(db, absolute),
    append: async (facts, options) => await committer.append(prepareFacts(facts), options),
    close: async () => {
      await committer.idle();
      db.close();
    },
  };
}

/** The ledger in an SQLite file, only to be read. Fault NOT_FOUND when it is not there, and those of requireLedgerFile. */
export function openLedgerToRead(file: string): ReadableLedger {
  const absolute = path.resolve(file);
  return reading(
    opened(absolute, () => {
      requireLedgerFile(absolute);
      return openKnownDatabase(absolute, 'read');
    }),
    absolute,
  );
}

/** Makes the ledger when it is not there and may be, and makes sure that it is one of ours. Faults: those of openLedger. */
export function readyFile(absolute: string, mayMake = true): void {
  opened(absolute, () => {
    if (mayMake && !existsSync(absolute)) createLedgerFile(absolute);
    requireLedgerFile(absolute);
  });
}

/** What of a ledger is only reading, over this connection. */
export function reading(db: LedgerDatabase, file: string): ReadableLedger {
  return {
    id: db.id,
    head: async () => guarded(file, () => db.head()),
    read: async function* (from) {
      const until = guarded(file, () => db.lastRow());
      for (let at = from; at <= until;) {
        const start = at;
        const { lines, next } = guarded(file, () => db.batch(start, until));
        yield lines;
        at = next;
      }
    },
    checkWhole: () => guarded(file, () => db.checkWhole()),
    close: async () => db.close(),
  };
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw ledgerFault(file, error);
  }
}

/** Also to read it SQLite may have to write beside it; nothing was to be taken yet then. */
export function opened<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw openingFault(file, error);
  }
}
