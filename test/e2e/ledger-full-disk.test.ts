import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/adapters/sqlite/ledger.ts';
import { verifyChain } from '../../src/ledger/chain.ts';
import { proof } from '../world/facts.ts';

const FULL = fileURLToPath(import.meta.resolve('../world/ledger-full.ts'));
const APPENDER = fileURLToPath(import.meta.resolve('../world/ledger-appender.ts'));
const folder = mkdtempSync(path.join(tmpdir(), 'ledger-full-'));

// Root mounts in a namespace of its own; others become root of one, where the machine lets them.
const UNSHARE = ['--mount', '--map-root-user'].slice(0, process.geteuid?.() === 0 ? 1 : 2);
const MOUNT = `mount -t tmpfs -o size=3m tmpfs "$1"`;
const canMount =
  spawnSync('unshare', [...UNSHARE, 'sh', '-c', MOUNT, 'sh', folder], { stdio: 'ignore' }).status === 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a ledger on a full disk', () => {
  it.runIf(canMount).each([
    ['by itself', 'here'],
    ['by a thread', 'thread'],
  ])(
    'that it writes %s: refuses with a clear fault, loses nothing, and goes on when there is room',
    { timeout: 120_000 },
    (_, how) => {
      const script = `${MOUNT} && exec "$2" "$3" "$1" "$4"`;
      const words = ['sh', '-c', script, 'sh', folder, process.execPath, FULL, how];
      const { stdout, stderr } = spawnSync('unshare', [...UNSHARE, ...words], { encoding: 'utf8' });
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual({
        first: 'CANNOT_WRITE',
        again: 'CANNOT_WRITE',
        second: 'CANNOT_WRITE',
        hadSome: true,
        lostWhileFull: 0,
        lostAfter: 0,
        lostReopened: 0,
      });
    },
  );

  it('refuses where a process may not write larger files, and another one goes on', async () => {
    const file = path.join(folder, 'limited.db');
    // In blocks of 512 or 1,024 bytes, as the shell has it.
    const { stdout, status } = spawnSync(
      'sh',
      ['-c', 'ulimit -f 400; exec "$@"', 'sh', process.execPath, APPENDER, file, '3000'],
      { encoding: 'utf8' },
    );
    const lines = stdout.split('\n');
    expect([status, lines.find((line) => line.startsWith('fault'))]).toEqual([
      9,
      expect.stringContaining('CANNOT_WRITE The ledger'),
    ]);
    const acknowledged = lines.filter((line) => /^\d+ [0-9a-f]{64}$/.test(line));
    expect(acknowledged.length).toBeGreaterThan(10);
    const ledger = openLedger(file);
    const there = new Set(
      (await Array.fromAsync(ledger.read(1))).flat().map((line) => {
        const { seq, hash } = JSON.parse(line) as { seq: number; hash: string };
        return `${seq} ${hash}`;
      }),
    );
    expect(acknowledged.filter((line) => !there.has(line))).toEqual([]);
    await ledger.append([proof('smars-01')], { expected: 'any', now: 0 });
    expect(await verifyChain(ledger.read(1))).toMatchObject({ ok: true });
    await ledger.close();
  });

  it('says so when there is no room to open one', async () => {
    const file = path.join(folder, 'noroom.db');
    const ledger = openLedger(file);
    await ledger.append([proof('smars-01')], { expected: 'any', now: 0 });
    await ledger.close();
    const main = path.join(import.meta.dirname, '../../bin/haunted.js');
    for (const words of [
      ['ledger', 'show'],
      ['quarantine', 'list'],
    ]) {
      const limited = [
        '-c',
        'ulimit -f 1; exec "$@"',
        'sh',
        process.execPath,
        main,
        ...words,
        '--ledger',
        file,
      ];
      const { stderr, status } = spawnSync('sh', limited, { encoding: 'utf8' });
      expect([status, stderr]).toEqual([
        1,
        expect.stringContaining('could not be opened: the disk refused it'),
      ]);
      expect(stderr).not.toContain('could not take the entry');
    }
  });
});
