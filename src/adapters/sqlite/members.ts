import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import type { SQLOutputValue } from 'node:sqlite';
import { Fault } from '../../fault.ts';
import { requireOwnKey, requireToken } from '../../server/join-rules.ts';
import type { KeptToken } from '../../server/join-rules.ts';
import type { Member, Members } from '../../server/ports.ts';
import { shown } from './ledger-file.ts';
import { storeFault } from './sqlite-fault.ts';

/** `HMem`: what says in the head of an SQLite file that it holds our members. */
const APPLICATION_ID = 0x48_4d_65_6d;
const LAYOUT = 1;
const WAIT_MS = 5_000;

const LAYOUT_SQL = `
  CREATE TABLE token (sha256 TEXT PRIMARY KEY, cluster TEXT NOT NULL, hostname TEXT NOT NULL,
    made_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, used_at INTEGER) STRICT;
  CREATE TABLE member (cluster TEXT NOT NULL, hostname TEXT NOT NULL, keyid TEXT NOT NULL UNIQUE, public_key TEXT NOT NULL,
    session_sha256 TEXT NOT NULL, joined_at INTEGER NOT NULL, last_attempt_at INTEGER, last_success_at INTEGER,
    last_problem TEXT, PRIMARY KEY (cluster, hostname)) STRICT;
  CREATE TABLE former_key (keyid TEXT NOT NULL, cluster TEXT NOT NULL, hostname TEXT NOT NULL, public_key TEXT NOT NULL,
    joined_at INTEGER NOT NULL, ended_at INTEGER NOT NULL) STRICT;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${LAYOUT};
`;

type OpenMembers = Members & { readonly close: () => void };

/**
 * Who has joined, in an SQLite file that is made when it is not there, with mode 0600. Several processes may have it open. Faults:
 * KEY_UNSAFE when other users may read it, BAD_INPUT for what is no such file, UNSUPPORTED for one of a newer haunted, CANNOT_WRITE.
 */
export function openMembers(file: string): OpenMembers {
  const absolute = path.resolve(file);
  return guarded(absolute, () => {
    if (!existsSync(absolute)) closeSync(openSync(absolute, 'a', 0o600));
    requirePrivate(absolute);
    const db = new DatabaseSync(absolute, { timeout: WAIT_MS });
    try {
      prepareFile(db, absolute);
      return { ...membersIn(db, absolute), close: () => db.close() };
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

function requirePrivate(file: string): void {
  const { mode, uid } = statSync(file);
  const isOurs = uid === process.geteuid?.() || process.geteuid?.() === 0;
  if (isOurs && (mode & 0o077) === 0) return;
  throw new Fault(
    'KEY_UNSAFE',
    `The members ${shown(file)} are open to other users (mode ${(mode & 0o777).toString(8)}, uid ${uid}); run \`chmod 600 ${shown(file)}\` as their owner, and look whether every member is yours.`,
    { file },
  );
}

function prepareFile(db: DatabaseSync, file: string): void {
  db.exec(
    'PRAGMA synchronous = FULL; PRAGMA trusted_schema = OFF; PRAGMA journal_mode = WAL; BEGIN IMMEDIATE',
  );
  const idOf = (name: string): number => Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
  const [application, layout] = [idOf('application_id'), idOf('user_version')];
  const isNew = application === 0 && db.prepare('SELECT 1 FROM sqlite_schema').get() === undefined;
  if (isNew) db.exec(LAYOUT_SQL);
  db.exec('COMMIT');
  // WAL makes two more files; they hold what this one holds.
  for (const end of ['-wal', '-shm']) if (existsSync(file + end)) chmodSync(file + end, 0o600);
  if (!isNew && application !== APPLICATION_ID)
    throw new Fault('BAD_INPUT', `${shown(file)} holds no members: it is a database of another program.`, {
      file,
    });
  if (!isNew && layout !== LAYOUT)
    throw new Fault(
      'UNSUPPORTED',
      `The members ${shown(file)} have the layout ${layout}, and this haunted knows ${LAYOUT}; use the haunted that made them, or a newer one.`,
      { file, layout },
    );
}

function membersIn(db: DatabaseSync, file: string): Members {
  const tokenBy = db.prepare('SELECT * FROM token WHERE sha256 = ?');
  const addToken = db.prepare(
    'INSERT INTO token (sha256, cluster, hostname, made_at, expires_at) VALUES (?, ?, ?, ?, ?)',
  );
  const dropTokens = db.prepare('DELETE FROM token WHERE expires_at < ?');
  const useToken = db.prepare('UPDATE token SET used_at = ? WHERE sha256 = ?');
  const memberBy = db.prepare('SELECT * FROM member WHERE cluster = ? AND hostname = ?');
  const ownerOf = db.prepare('SELECT cluster, hostname FROM member WHERE keyid = ?');
  const retire = db.prepare(
    'INSERT INTO former_key SELECT keyid, cluster, hostname, public_key, joined_at, ? FROM member WHERE cluster = ? AND hostname = ?',
  );
  const admit = db.prepare(
    `INSERT INTO member (cluster, hostname, keyid, public_key, session_sha256, joined_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (cluster, hostname) DO UPDATE SET keyid = excluded.keyid, public_key = excluded.public_key,
       session_sha256 = excluded.session_sha256, joined_at = excluded.joined_at, last_problem = NULL`,
  );
  const every = db.prepare('SELECT * FROM member ORDER BY cluster, hostname');
  const attend = db.prepare(
    'UPDATE member SET last_attempt_at = ?, last_success_at = ?, last_problem = ? WHERE cluster = ? AND hostname = ?',
  );
  const inOneStep = async <T>(work: () => T): Promise<T> =>
    guarded(file, () => {
      db.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        db.exec('COMMIT');
        return result;
      } catch (error) {
        if (db.isTransaction) db.exec('ROLLBACK');
        throw error;
      }
    });
  return {
    invite: async ({ token_sha256, cluster, hostname, expires_at }, now) =>
      await inOneStep(() => {
        // Those that ended a month ago help nobody to understand anything.
        dropTokens.run(now - 30 * 86_400_000);
        addToken.run(token_sha256, cluster, hostname, now, expires_at);
      }),
    join: async (joining, now) =>
      await inOneStep(() => {
        const { token_sha256, cluster, hostname, keyid, public_key, session_sha256 } = joining;
        requireToken(tokenOf(tokenBy.get(token_sha256)), joining, now);
        requireOwnKey(ownerOf.get(keyid) as Pick<Member, 'cluster' | 'hostname'> | undefined, joining);
        useToken.run(now, token_sha256);
        retire.run(now, cluster, hostname);
        admit.run(cluster, hostname, keyid, public_key, session_sha256, now);
        return memberOf(memberBy.get(cluster, hostname) ?? {});
      }),
    all: async () => guarded(file, () => every.all().map(memberOf)),
    note: async (attendance) => {
      if (attendance.length === 0) return;
      await inOneStep(() => {
        for (const { last_attempt_at, last_success_at, last_problem, cluster, hostname } of attendance)
          attend.run(last_attempt_at, last_success_at, last_problem, cluster, hostname);
      });
    },
  };
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function tokenOf(row: Row | undefined): KeptToken | undefined {
  if (row === undefined) return undefined;
  const { sha256, ...rest } = row;
  return { ...rest, token_sha256: sha256 } as unknown as KeptToken;
}

function memberOf(row: Row): Member {
  return { ...row } as unknown as Member;
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw storeFault(file, error);
  }
}
