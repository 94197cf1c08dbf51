import { constants, DatabaseSync } from 'node:sqlite';
import { Fault } from '../../fault.ts';
import type { LedgerEntry } from '../../model/entry.ts';
import { EMPTY_HEAD } from '../../ledger/ledger.ts';
import type { Head } from '../../ledger/ledger.ts';
import { readEntry } from '../../ledger/read-entry.ts';
import type { Written } from '../../ledger/entry-text.ts';
import { shown } from './ledger-file.ts';

/** How long opening waits for another process that is just repairing the file after a crash, in milliseconds. */
const OPEN_WAIT_MS = 5_000;
/** How long one attempt to write waits while nothing else happens in this process, in milliseconds. */
const WRITE_WAIT_MS = 20;

/** Rows of one INSERT: a hundred entries cost an eighth less of the processor than one by one. */
const ROWS = 32;
const BATCH_LINES = 512;
const BATCH_CHARACTERS = 4 * 1024 * 1024;

/** What a connection of ours may do at all: read, and add rows. History has no other verb. */
const ALLOWED: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_INSERT,
  constants.SQLITE_TRANSACTION,
  constants.SQLITE_PRAGMA,
  constants.SQLITE_FUNCTION,
]);

/** One connection to a ledger file, in the words of the ledger. Everything is synchronous and throws what SQLite throws. */
export type LedgerDatabase = {
  readonly id: string;
  readonly begin: () => void;
  readonly commit: () => void;
  readonly rollback: () => void;
  readonly insert: (entries: readonly Written[]) => void;
  /** The head as this connection sees it; inside a transaction nobody can move it. Fault LEDGER_CORRUPT. */
  readonly head: () => Head;
  readonly hashAt: (seq: number) => string | null;
  readonly after: (seq: number) => Iterable<LedgerEntry>;
  /** The number of the last row, whatever stands in it; 0 when there is none. */
  readonly lastRow: () => number;
  /** Some lines from a row on, and the row after them. */
  readonly batch: (
    from: number,
    until: number,
  ) => { readonly lines: readonly string[]; readonly next: number };
  /** Is the file whole as SQLite sees it? Reads all of it. Fault LEDGER_CORRUPT. */
  readonly checkWhole: () => void;
  readonly close: () => void;
};

/** A connection to a file that requireLedgerFile has let pass. */
export function openKnownDatabase(file: string, mode: 'append' | 'read'): LedgerDatabase {
  const db = new DatabaseSync(file, { readOnly: mode === 'read', timeout: OPEN_WAIT_MS });
  try {
    return connected(db, file);
  } catch (error) {
    db.close();
    throw error;
  }
}

type Row = { readonly seq: number; readonly line: string };

function connected(db: DatabaseSync, file: string): LedgerDatabase {
  // Without a sync at each commit an acknowledged entry could be lost with the power.
  db.exec('PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;');
  const id = idOf(db, file);
  db.exec(`PRAGMA busy_timeout = ${WRITE_WAIT_MS}`);
  db.setAuthorizer((action) => (ALLOWED.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY));

  const last = db.prepare('SELECT seq, line FROM entry ORDER BY seq DESC LIMIT 1');
  const lastSeq = db.prepare('SELECT seq FROM entry ORDER BY seq DESC LIMIT 1');
  const one = db.prepare('SELECT seq, line FROM entry WHERE seq = ?');
  const range = db.prepare('SELECT seq, line FROM entry WHERE seq BETWEEN ? AND ? ORDER BY seq');
  // An object for each row would cost an audit a seventh of its time.
  for (const statement of [last, one, range]) statement.setReturnArrays(true);
  const version = db.prepare('PRAGMA data_version');
  const quickCheck = db.prepare('PRAGMA quick_check(1)');
  const add = db.prepare('INSERT INTO entry (seq, line) VALUES (?, ?)');
  const addMany = db.prepare(
    `INSERT INTO entry (seq, line) VALUES ${Array.from({ length: ROWS }, () => '(?, ?)').join(', ')}`,
  );
  const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')];
  let known: { readonly head: Head; readonly version: unknown } | null = null;
  /** Inserted in this transaction, and not yet told to SQLite. */
  let held: Written[] = [];

  const tellHeld = (): void => {
    const rows = held;
    held = [];
    const whole = rows.length - (rows.length % ROWS);
    for (let at = 0; at < whole; at += ROWS)
      addMany.run(...rows.slice(at, at + ROWS).flatMap(({ head, line }) => [head.count, line]));
    for (const { head, line } of rows.slice(whole)) add.run(head.count, line);
  };
  const lineAt = (seq: number): string | null => {
    const row = one.get(seq);
    return row === undefined ? null : rowOf(row, file).line;
  };

  const database: LedgerDatabase = {
    id,
    begin: () => void begin.run(),
    commit: () => {
      tellHeld();
      commit.run();
    },
    rollback: () => {
      [known, held] = [null, []];
      if (db.isTransaction) db.exec('ROLLBACK');
    },
    insert: (entries) => {
      for (const entry of entries) held.push(entry);
      const end = entries.at(-1)?.head;
      if (end !== undefined && known !== null) known = { ...known, head: end };
    },
    head: () => {
      // SQLite changes this number when somebody else has committed, and only then.
      const now = (version.get() as { data_version: unknown }).data_version;
      if (known === null || known.version !== now) known = { head: headOf(last.get(), file), version: now };
      return known.head;
    },
    hashAt: (seq) => {
      tellHeld();
      const line = seq === 0 ? null : lineAt(seq);
      return line === null ? null : readEntry(line).hash;
    },
    after: function* (seq) {
      tellHeld();
      for (const row of range.iterate(seq + 1, Number.MAX_SAFE_INTEGER))
        yield readEntry(rowOf(row, file).line);
    },
    lastRow: () => (lastSeq.get() as Pick<Row, 'seq'> | undefined)?.seq ?? 0,
    batch: (from, until) => {
      const lines: string[] = [];
      let [reached, characters] = [from - 1, 0];
      for (const row of range.iterate(from, until)) {
        const { seq, line } = rowOf(row, file);
        lines.push(line);
        characters += line.length;
        reached = seq;
        if (lines.length >= BATCH_LINES || characters >= BATCH_CHARACTERS)
          return { lines, next: reached + 1 };
      }
      // The last row was found from the other end of the tree: not to come to it means that the tree is broken.
      if (reached === until) return { lines, next: until + 1 };
      throw damaged(file, `after entry ${reached} its entries up to ${until} can't be reached`);
    },
    checkWhole: () => {
      const said = Object.values(quickCheck.get() ?? {})[0];
      if (said !== 'ok') throw damaged(file, `SQLite says ${String(said).replaceAll(/\s+/g, ' ')}`);
    },
    close: () => db.close(),
  };
  return database;
}

function idOf(db: DatabaseSync, file: string): string {
  const row = db.prepare('SELECT id FROM ledger').get() as { readonly id: unknown } | undefined;
  if (typeof row?.id === 'string') return row.id;
  throw new Fault('LEDGER_CORRUPT', `The ledger ${shown(file)} has lost its name; restore it from a copy.`);
}

/** SQLite gives what the record on disk says, whatever the column was declared as: one changed bit makes a text a blob. */
function rowOf(row: unknown, file: string): Row {
  const { 0: seq, 1: line } = row as readonly unknown[];
  if (typeof seq === 'number' && typeof line === 'string') return { seq, line };
  throw damaged(file, `entry ${String(seq)} is no text`);
}

function damaged(file: string, what: string): Fault {
  const sentence = `The ledger ${shown(file)} is damaged: ${what}; keep the file, and go on with a copy that a checkpoint confirms.`;
  return new Fault('LEDGER_CORRUPT', sentence, { file });
}

function headOf(found: unknown, file: string): Head {
  if (found === undefined) return EMPTY_HEAD;
  const row = rowOf(found, file);
  const { seq, hash } = readEntry(row.line);
  if (seq === row.seq) return { count: seq, hash };
  throw new Fault(
    'LEDGER_CORRUPT',
    `The ledger ${shown(file)} holds entry ${seq} in the place of entry ${row.seq}; \`haunted ledger verify\` says what was done to it.`,
  );
}
