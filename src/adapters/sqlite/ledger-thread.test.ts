import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { proof } from '../../../test/world/facts.ts';
import { liveState } from '../../gate/live.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import { openLedgerThread } from './ledger-thread.ts';
import { openLedger } from './ledger.ts';

const NOW = Date.parse('2012-08-01T09:30:00Z');
const ANY = { expected: 'any', now: NOW } as const;
let folder: string;
let file: string;
const opened: Ledger[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ledger-thread-'));
  file = path.join(folder, 'ledger.db');
});
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Ledger> {
  const ledger = await openLedgerThread(file);
  opened.push(ledger);
  return ledger;
}

/** What a person with the sqlite3 shell does. */
function elsewhere(sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

/** Waits, and lets nothing else happen here meanwhile, until the file holds so many entries. */
function untilWritten(entries: number): void {
  const db = new DatabaseSync(file, { readOnly: true });
  const count = db.prepare('SELECT count(*) AS n FROM entry');
  while (count.get()?.['n'] !== entries);
  db.close();
}

describe('a ledger with a thread that appends', () => {
  it('holds the lock without which another SQLite would take the log away when it closes', async () => {
    const ledger = await open();
    await ledger.append([proof('a')], ANY);
    // proc_locks(5): `1: POSIX ADVISORY READ pid device:inode start end`. Of an older SQLite in another process this lock alone stops that.
    const [ours, { ino }] = [` ${process.pid} `, statSync(file)];
    const locks = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .filter((line) => line.includes(ours));
    expect(locks.filter((line) => line.includes(`:${ino} `))).toEqual([expect.stringContaining(' READ ')]);
  });

  it('leaves one whole file behind when it is closed', async () => {
    const ledger = await openLedgerThread(file);
    await ledger.append([proof('a')], ANY);
    await ledger.close();
    expect(readdirSync(folder)).toEqual(['ledger.db']);
  });

  it('sees what others append, and is refused when that came in between', async () => {
    const ledger = await open();
    const before = await ledger.head();
    const other = openLedger(file);
    const head = await other.append([proof('a')], ANY);
    await other.close();
    expect(await ledger.head()).toEqual(head);
    await expect(ledger.append([proof('b')], { expected: { head: before }, now: NOW })).rejects.toMatchObject(
      { name: 'Fault', code: 'LEDGER_CONFLICT', detail: { head } },
    );
  });

  it('lets its gate read nothing back of what that has written itself', async () => {
    const ledger = await open();
    const reads: number[] = [];
    const live = liveState({
      ...ledger,
      read: (from) => {
        reads.push(from);
        return ledger.read(from);
      },
    });
    for (let entry = 1; entry <= 20; entry += 1) {
      const appended = live.append([proof(`smars-${entry}`)], ANY);
      // It leaves for the thread, which is done before anybody here can hear of it.
      await new Promise((resolve) => setImmediate(resolve));
      untilWritten(entry);
      const { head } = await live.refresh();
      expect(head).toEqual(await appended);
    }
    expect(reads).toEqual([]);
  });

  it('takes nothing any more once it is closed, and that is no bug of whoever comes late', async () => {
    const ledger = await openLedgerThread(file);
    await ledger.close();
    await expect(ledger.append([proof('a')], ANY)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await expect(ledger.head()).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  it(
    'says so while another process holds the file, and writes when it lets go',
    { timeout: 30_000 },
    async () => {
      const ledger = await open();
      const holder = new DatabaseSync(file);
      holder.exec('BEGIN IMMEDIATE');
      await expect(ledger.append([proof('a')], ANY)).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
      const patient = ledger.append([proof('b')], ANY);
      setImmediate(() => holder.exec('ROLLBACK'));
      expect(await patient).toMatchObject({ count: 1 });
      holder.close();
    },
  );
});

describe('a thread that is lost', () => {
  it.each([
    ['ends by itself', `p.once('message', () => process.exit(0))`, 'has ended by itself, with 0'],
    ['meets a bug', `p.once('message', () => { throw new Error('a bug of ours') })`, 'a bug of ours'],
  ])('because it %s ends the process, and nobody waits for an answer', (_, behaviour, said) => {
    const program = path.join(folder, 'writer.cjs');
    writeFileSync(
      program,
      `const p = require('node:worker_threads').parentPort; ${behaviour}; p.postMessage({ kind: 'open' });`,
    );
    const script = `
      const [{ openLedgerThread }, { proof }] = await Promise.all(process.argv.slice(1, 3).map((file) => import(file)));
      const ledger = await openLedgerThread(...process.argv.slice(3));
      await ledger.append([proof('a')], { expected: 'any', now: 0 });
      process.stdout.write('answered');`;
    const sources = ['./ledger-thread.ts', '../../../test/world/facts.ts'].map((name) =>
      import.meta.resolve(name),
    );
    const words = ['--input-type=module', '-e', script, ...sources, file, program];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain(said);
  });
});

describe('a file that is no ledger with a thread', () => {
  it.each([
    ['a text', () => writeFileSync(file, 'x'.repeat(200), { mode: 0o600 }), 'BAD_INPUT'],
    ['a ledger without its table', () => elsewhere('DROP TABLE entry'), 'LEDGER_CORRUPT'],
    ['in a folder that is not there', () => (file = path.join(folder, 'none', 'ledger.db')), 'CANNOT_WRITE'],
  ])('is %s: told as a fault, and nothing is left running', async (_, make, code) => {
    await (await openLedgerThread(file)).close();
    make();
    await expect(openLedgerThread(file)).rejects.toMatchObject({ name: 'Fault', code });
  });
});
