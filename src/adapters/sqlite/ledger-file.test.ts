import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import * as fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { proof, sha } from '../../../test/world/facts.ts';
import { verifyChain } from '../../ledger/chain.ts';
import { contentProblem } from '../../ledger/read-entry.ts';
import { openLedger, openLedgerToRead } from './ledger.ts';

const root = mkdtempSync(path.join(tmpdir(), 'ledger-file-'));
const NOW = Date.parse('2012-08-01T09:30:00Z');
let folder = root;
let count = 0;

beforeEach(() => {
  folder = path.join(root, String((count += 1)));
  mkdirSync(folder);
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

async function ledgerFile(entries = 3): Promise<string> {
  const file = path.join(folder, 'ledger.db');
  const ledger = openLedger(file);
  for (let at = 0; at < entries; at += 1)
    await ledger.append([proof(`smars-0${at}`)], { expected: 'any', now: NOW });
  await ledger.close();
  return file;
}

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'ok';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}

/** What a person with the sqlite3 shell could do. */
function tamper(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

describe('a ledger file', () => {
  it('is made for its owner only, whole, and with nothing left beside it', async () => {
    const file = await ledgerFile();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['ledger.db']);
  });

  it('has a log and an index that are closed to others while it is open', async () => {
    const ledger = openLedger(path.join(folder, 'ledger.db'));
    await ledger.append([proof('a')], { expected: 'any', now: NOW });
    const modes = readdirSync(folder).map((name) => statSync(path.join(folder, name)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o600, 0o600]);
    await ledger.close();
  });

  it('keeps its name and its entries', async () => {
    const file = await ledgerFile();
    const [one, other] = [openLedger(file), openLedgerToRead(file)];
    expect([await other.head(), other.id]).toEqual([await one.head(), one.id]);
    expect(await one.head()).toMatchObject({ count: 3 });
    await one.close();
    await other.close();
  });

  it.each([
    ['an empty file', '', 'BAD_INPUT'],
    ['a text', 'x'.repeat(200), 'BAD_INPUT'],
    ['half a database', 'SQLite format 3\0', 'BAD_INPUT'],
  ])('is not %s', (_, text, code) => {
    const file = path.join(folder, 'ledger.db');
    writeFileSync(file, text, { mode: 0o600 });
    expect([codeOf(() => openLedger(file)), codeOf(() => openLedgerToRead(file))]).toEqual([code, code]);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it.each([
    ['the database of another program', 'PRAGMA application_id = 7', 'BAD_INPUT'],
    ['a ledger of a newer haunted', 'PRAGMA user_version = 2', 'UNSUPPORTED'],
  ])('is not %s', async (_, sql, code) => {
    const file = await ledgerFile();
    tamper(file, sql);
    expect([codeOf(() => openLedger(file)), codeOf(() => openLedgerToRead(file))]).toEqual([code, code]);
  });

  it.each([0o640, 0o604, 0o660, 0o601])('is not one that others may touch: %o', async (mode) => {
    const file = await ledgerFile();
    chmodSync(file, mode);
    expect([codeOf(() => openLedger(file)), codeOf(() => openLedgerToRead(file))]).toEqual([
      'LEDGER_UNSAFE',
      'LEDGER_UNSAFE',
    ]);
  });

  it('may be a link to one', async () => {
    const file = await ledgerFile();
    symlinkSync(file, path.join(folder, 'link.db'));
    expect(codeOf(() => openLedgerToRead(path.join(folder, 'link.db')))).toBe('ok');
  });

  it('belongs to the one who uses it, unless that is root', async () => {
    const file = await ledgerFile();
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) chownSync(file, 12_345, 12_345);
    expect(codeOf(() => openLedgerToRead(file))).toBe('ok');
    expect(statSync(file).uid).toBe(isRoot ? 12_345 : process.geteuid?.());
  });

  it.each([
    ['is not there', 'none.db', 'NOT_FOUND'],
    ['lies in no folder', 'none/ledger.db', 'NOT_FOUND'],
  ])('is not read when it %s, and not made by reading', (_, name, code) => {
    expect(codeOf(() => openLedgerToRead(path.join(folder, name)))).toBe(code);
    expect(existsSync(path.join(folder, name))).toBe(false);
  });

  it('is not made where there is no folder', () => {
    expect(codeOf(() => openLedger(path.join(folder, 'none', 'ledger.db')))).toBe('CANNOT_WRITE');
  });

  it('is not a folder', () => {
    expect(codeOf(() => openLedger(folder))).toBe('BAD_INPUT');
  });
});

describe('the entries of a ledger file', () => {
  it.each([["UPDATE entry SET line = 'x' WHERE seq = 1"], ['DELETE FROM entry WHERE seq = 3']])(
    'stay, whoever says: %s',
    async (sql) => {
      const file = await ledgerFile();
      expect(() => tamper(file, sql)).toThrow('the ledger is append-only');
    },
  );

  const without = 'DROP TRIGGER entry_stays; DROP TRIGGER entry_remains;';
  it.each([
    ['changed', `UPDATE entry SET line = replace(line, 'smars-01', 'smars-09')`, 2],
    ['cut', 'DELETE FROM entry WHERE seq = 2', 2],
    ['reordered', 'UPDATE entry SET seq = 9 WHERE seq = 2', 2],
    ['replayed', 'INSERT INTO entry SELECT 4, line FROM entry WHERE seq = 1', 4],
    ['duplicated', 'INSERT INTO entry SELECT 4, line FROM entry WHERE seq = 3', 3],
    ['foreign', `UPDATE ledger SET id = 'other'`, 1],
  ])('are found %s', async (reason, sql, seq) => {
    const file = await ledgerFile();
    tamper(file, `${without} ${sql}`);
    const ledger = openLedgerToRead(file);
    expect(await verifyChain(ledger.read(1), { ledger: ledger.id })).toMatchObject({
      problem: { reason, seq },
    });
    await ledger.close();
  });

  it.each([
    ['moved', 'UPDATE entry SET seq = 9 WHERE seq = 3'],
    ['destroyed', `UPDATE entry SET line = 'x' WHERE seq = 3`],
    ['changed', `UPDATE entry SET line = replace(line, 'smars-02', 'smars-09') WHERE seq = 3`],
  ])('are not appended to when the last of them was %s', async (_, sql) => {
    const file = await ledgerFile();
    tamper(file, `${without} ${sql}`);
    const ledger = openLedger(file);
    const appended = ledger.append([proof('a')], { expected: 'any', now: NOW });
    await expect(appended).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
    await ledger.close();
  });

  it('are the same, or something is found, whatever byte of the file is changed', async () => {
    const file = await ledgerFile(40);
    const bytes = readFileSync(file);
    const original = openLedgerToRead(file);
    const lines = (await Array.fromAsync(original.read(1))).flat();
    await original.close();
    const copy = path.join(folder, 'copy.db');
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (place, flip) => {
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ flip;
        writeFileSync(copy, changed, { mode: 0o600 });
        expect(await isFoundOrSame(copy, lines)).toBe(true);
        for (const end of ['-wal', '-shm']) rmSync(copy + end, { force: true });
      }),
      // An entry that is no text any more, one that can't be reached, and both ways into a tree that are wrong.
      {
        numRuns: 300,
        examples: [
          [64_941, 1],
          [71_947, 16],
          [32_779, 1],
          [49_150, 1],
        ],
      },
    );
  });

  it('are seen by two that have the file open, each by the other', async () => {
    const file = await ledgerFile(0);
    const [one, other] = [openLedger(file), openLedger(file)];
    const head = await one.append([proof('a')], { expected: { head: await other.head() }, now: NOW });
    expect(await other.head()).toEqual(head);
    const late = other.append([proof('b')], { expected: { head: { count: 0, hash: null } }, now: NOW });
    await expect(late).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' });
    expect(await other.append([proof('b')], { expected: { head }, now: NOW })).toMatchObject({ count: 2 });
    await one.close();
    await other.close();
  });

  it(
    'are not written while another process holds the file, and that is said',
    { timeout: 30_000 },
    async () => {
      const file = await ledgerFile();
      const holder = new DatabaseSync(file);
      holder.exec('BEGIN IMMEDIATE');
      const ledger = openLedger(file);
      const appended = ledger.append([proof('a')], { expected: 'any', now: NOW });
      await expect(appended).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
      const patient = ledger.append([proof('b')], { expected: 'any', now: NOW });
      setImmediate(() => {
        holder.exec('ROLLBACK');
        holder.close();
      });
      expect(await patient).toMatchObject({ count: 4 });
      await ledger.close();
    },
  );

  it('are neither read nor written once it is closed, and that is no bug of whoever comes late', async () => {
    const ledger = openLedger(await ledgerFile());
    await ledger.close();
    const closed = { code: 'INTERRUPTED' };
    await expect(ledger.head()).rejects.toMatchObject(closed);
    await expect(ledger.append([proof('a')], { expected: 'any', now: NOW })).rejects.toMatchObject(closed);
    await expect(Array.fromAsync(ledger.read(1))).rejects.toMatchObject(closed);
  });

  it('are whole in a copy of the file and its log, as a backup takes them', async () => {
    const ledger = openLedger(path.join(folder, 'ledger.db'));
    await ledger.append([proof('a'), proof('b')], { expected: 'any', now: NOW });
    for (const name of ['ledger.db', 'ledger.db-wal'])
      copyFileSync(path.join(folder, name), path.join(folder, name.replace('ledger', 'copy')));
    const copy = openLedgerToRead(path.join(folder, 'copy.db'));
    expect(await copy.head()).toEqual(await ledger.head());
    expect((await ledger.head()).hash).not.toBe(sha('0'));
    await copy.close();
    await ledger.close();
  });
});

async function isFoundOrSame(file: string, lines: readonly string[]): Promise<boolean> {
  try {
    const ledger = openLedgerToRead(file);
    try {
      const now = (await Array.fromAsync(ledger.read(1))).flat();
      const answer = await verifyChain(ledger.read(1), { ledger: ledger.id });
      ledger.checkWhole();
      const isSame = now.length === lines.length && now.every((line, at) => line === lines[at]);
      return isSame || !answer.ok || now.some((line) => contentProblem(line) !== null);
    } finally {
      await ledger.close();
    }
  } catch (error) {
    return typeof (error as { code?: unknown }).code === 'string' && !('errcode' in (error as object));
  }
}
