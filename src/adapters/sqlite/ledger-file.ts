import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, linkSync, openSync, readSync, rmSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';

/** `HLdg`: what says in the head of an SQLite file that it is a ledger of ours. */
const APPLICATION_ID = 0x48_4c_64_67;
/** The layout of the tables. A file of a higher number was made by a newer haunted. */
const LAYOUT = 1;

const MAGIC = 'SQLite format 3\0';
const LAYOUT_SQL = `
  CREATE TABLE ledger (id TEXT NOT NULL) STRICT;
  CREATE TABLE entry (seq INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
  CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
  CREATE TRIGGER entry_remains BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LAYOUT};
`;

/** A path in a sentence. */
export function shown(file: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(file) ? file : quoted(file, 4096);
}

/**
 * Is this file a ledger that can be trusted to be ours? Faults: NOT_FOUND, NO_PERMISSION, BAD_INPUT for what is no ledger,
 * LEDGER_UNSAFE when other users may read or change it, UNSUPPORTED for one of a newer haunted.
 */
export function requireLedgerFile(file: string): void {
  const fd = openOrFault(file);
  try {
    const info = fstatSync(fd);
    const head = Buffer.alloc(100);
    if (!info.isFile()) throw notLedger(file, 'it is no file');
    const length = readSync(fd, head, 0, head.length, 0);
    if (length < head.length || head.toString('latin1', 0, MAGIC.length) !== MAGIC)
      throw notLedger(file, 'it is no SQLite file');
    // Offsets of the database header: sqlite.org/fileformat2.html, section 1.3.
    if (head.readUInt32BE(68) !== APPLICATION_ID)
      throw notLedger(file, 'it is a database of another program');
    const layout = head.readUInt32BE(60);
    if (layout !== LAYOUT) throw newer(file, layout);
    requirePrivate(file, info);
  } finally {
    closeSync(fd);
  }
}

function requirePrivate(file: string, { uid, mode }: { readonly uid: number; readonly mode: number }): void {
  const me = process.geteuid?.();
  const name = shown(file);
  if (me !== 0 && uid !== me)
    throw new Fault(
      'LEDGER_UNSAFE',
      `The ledger ${name} belongs to another user (uid ${uid}); only its owner may use it.`,
      { file, uid },
    );
  if ((mode & 0o077) !== 0)
    throw new Fault(
      'LEDGER_UNSAFE',
      `The ledger ${name} is open to other users (mode ${(mode & 0o777).toString(8)}); run \`chmod 600 ${name}\`, and compare it with a checkpoint.`,
      { file, mode: mode & 0o777 },
    );
}

/**
 * Makes a new, empty ledger with mode 0600. It is whole before it has its name, so that a crash leaves none or all of it. When
 * somebody else was quicker, theirs stays. Throws what SQLite and the file system throw.
 */
export function createLedgerFile(file: string): void {
  const draft = path.join(path.dirname(file), `.${path.basename(file).slice(0, 60)}.${randomUUID()}.tmp`);
  closeSync(openSync(draft, 'wx', 0o600));
  try {
    const db = new DatabaseSync(draft);
    try {
      // A commit writes each page it touches whole, and most commits are of one entry.
      db.exec(`PRAGMA page_size = 4096; BEGIN; ${LAYOUT_SQL} COMMIT;`);
      db.prepare('INSERT INTO ledger (id) VALUES (?)').run(randomUUID());
      db.exec('PRAGMA journal_mode = WAL');
    } finally {
      db.close();
    }
    linkOnce(draft, file);
  } finally {
    for (const end of ['', '-wal', '-shm', '-journal']) rmSync(draft + end, { force: true });
  }
  syncFolder(path.dirname(file));
}

function linkOnce(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

function syncFolder(folder: string): void {
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function openOrFault(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const errno = errnoOf(error);
    const name = shown(file);
    if (errno === 'ENOENT' || errno === 'ENOTDIR')
      throw new Fault('NOT_FOUND', `The ledger ${name} does not exist; check the path.`, { file }, error);
    const why = errno === 'EACCES' || errno === 'EPERM' ? 'this user may not read it' : errno;
    throw new Fault('NO_PERMISSION', `The ledger ${name} cannot be opened: ${why}.`, { file }, error);
  }
}

export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

function notLedger(file: string, why: string): Fault {
  return new Fault('BAD_INPUT', `${shown(file)} is not a ledger: ${why}; check the path.`, { file });
}

function newer(file: string, layout: number): Fault {
  return new Fault(
    'UNSUPPORTED',
    `The ledger ${shown(file)} has the layout ${layout}, and this haunted knows ${LAYOUT}; use the haunted that made it, or a newer one.`,
    { file, layout },
  );
}
