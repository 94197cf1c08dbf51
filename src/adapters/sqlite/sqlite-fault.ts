import { Fault } from '../../fault.ts';
import { errnoOf, shown } from './ledger-file.ts';

/** SQLite's primary result codes (sqlite.org/rescode.html), as far as we tell them apart. */
const ERROR = 1;
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** Whether another process is just writing, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  return [BUSY, LOCKED].includes(codeOf(error));
}

/** What SQLite could not do with a store that is no ledger, as a Fault. What is no error of SQLite's comes back as it is. */
export function storeFault(file: string, error: unknown): unknown {
  const name = shown(file);
  switch (codeOf(error)) {
    case BUSY:
    case LOCKED:
      return new Fault(
        'LEDGER_BUSY',
        `Another process held ${name} for more than 5 seconds; nothing was written. See what it does, then try again.`,
        { file },
        error,
      );
    case FULL:
    case IOERR:
      return notTaken(name, 'the disk is full, or refused it', { file, error });
    case READONLY:
    case CANTOPEN:
      return notTaken(name, 'this user may not write it, or its folder', { file, error });
    case ERROR:
    case CORRUPT:
    case NOTADB:
      return new Fault(
        'BAD_INPUT',
        `${name} is damaged or no store of ours: SQLite says ${messageOf(error)}; bring it back from a copy.`,
        { file },
        error,
      );
    default:
      return errnoOf(error) in REASONS
        ? notTaken(name, REASONS[errnoOf(error)] ?? '', { file, error })
        : error;
  }
}

function notTaken(
  name: string,
  why: string,
  { file, error }: { readonly file: string; readonly error: unknown },
): Fault {
  return new Fault(
    'CANNOT_WRITE',
    `${name} could not be written: ${why}. Nothing was changed.`,
    { file },
    error,
  );
}

/** What SQLite could not do with a ledger, as a Fault. What is no error of SQLite's comes back as it is. */
export function ledgerFault(file: string, error: unknown): unknown {
  const name = shown(file);
  switch (codeOf(error)) {
    case BUSY:
    case LOCKED:
      return new Fault(
        'LEDGER_BUSY',
        `Another process held the ledger ${name} for more than 5 seconds; nothing was written. See what it does, then try again.`,
        { file },
        error,
      );
    case FULL:
      return cannotWrite(file, 'the disk is full', error);
    case READONLY:
    case CANTOPEN:
      return cannotWrite(file, 'this user may not write it, or its folder', error);
    case IOERR:
      return cannotWrite(file, 'the disk refused it, or is full', error);
    // Our statements are right, so an error in one means that the tables are not what they were.
    case ERROR:
    case CORRUPT:
    case NOTADB:
      return new Fault(
        'LEDGER_CORRUPT',
        `The ledger ${name} is damaged: SQLite says ${messageOf(error)}; keep the file, and go on with a copy that a checkpoint confirms.`,
        { file },
        error,
      );
    default:
      // A program of traffic may answer after a stopping process has waited long enough for it.
      if (errnoOf(error) === 'ERR_INVALID_STATE') return closedFault(file, error);
      return errnoOf(error) in REASONS ? cannotMake(file, REASONS[errnoOf(error)] ?? '', error) : error;
  }
}

/** The same for a ledger that could not even be opened. */
export function openingFault(file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code !== FULL && code !== IOERR) return ledgerFault(file, error);
  return new Fault(
    'CANNOT_WRITE',
    `The ledger ${shown(file)} could not be opened: the disk refused it, or is full, and SQLite needs some room beside it. Nothing may be done. Free some space; meanwhile read a copy of it and of its -wal file on another disk.`,
    { file },
    error,
  );
}

/** For whoever comes to a ledger after it was closed. */
export function closedFault(file: string, cause?: unknown): Fault {
  const sentence = `The ledger ${shown(file)} is closed already, because haunted is stopping.`;
  return new Fault('INTERRUPTED', sentence, { file }, cause);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'a part of its path is a file and not a folder',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there, or its file system knows no hard links',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  ENAMETOOLONG: 'its name is too long',
};

function cannotMake(file: string, why: string, error: unknown): Fault {
  return new Fault('CANNOT_WRITE', `The ledger ${shown(file)} could not be made: ${why}.`, { file }, error);
}

function cannotWrite(file: string, why: string, error: unknown): Fault {
  return new Fault(
    'CANNOT_WRITE',
    `The ledger ${shown(file)} could not take the entry: ${why}. No entry, no action: nothing may be done. What was in it is still there.`,
    { file },
    error,
  );
}

/** The primary code is the low byte of the extended one. */
function codeOf(error: unknown): number {
  const code = error instanceof Error ? (error as Error & { errcode?: unknown }).errcode : undefined;
  return typeof code === 'number' ? code & 0xff : 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
