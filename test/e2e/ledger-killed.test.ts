import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLedger } from '../../src/adapters/sqlite/ledger.ts';
import { verifyChain } from '../../src/ledger/chain.ts';
import type { Head } from '../../src/ledger/ledger.ts';

/** How many processes that append are killed: few here, 1,000 by `npm run test:kills`. Four in each round. */
const KILLS = Number(process.env['LEDGER_KILLS'] ?? '16');
/** Where the random moments come from; another one each time, unless a run has to be repeated. */
const SEED = Number(process.env['LEDGER_SEED'] ?? Date.now() % 1_000_000);
const WRITERS = 4;
const ROUNDS_PER_FILE = 10;
/** Longest document of an entry. The large ones fill the log, so that writers also die while it is put away into the file. */
const LARGE = '1000000';
const SIZES = ['300', '300', '300', '300', '3000', '3000', '3000', LARGE];
const folder = mkdtempSync(path.join(tmpdir(), 'ledger-killed-'));
const appender = path.join(folder, 'appender.mjs');

beforeAll(async () => {
  // In one piece, or a killed process would have spent most of its life on reading modules.
  const source = fileURLToPath(import.meta.resolve('../world/ledger-appender.ts'));
  await build({ entryPoints: [source], outfile: appender, bundle: true, platform: 'node', format: 'esm' });
  const writer = fileURLToPath(import.meta.resolve('../../src/adapters/sqlite/ledger-writer.ts'));
  const outfile = path.join(folder, 'ledger-writer.cjs');
  await build({ entryPoints: [writer], outfile, bundle: true, platform: 'node', format: 'cjs' });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Random numbers below `most` that a seed repeats: the generator of Park and Miller. */
function randomFrom(seed: number): (most: number) => number {
  let state = (seed % 2_147_483_646) + 1;
  return (most) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % most;
  };
}

type Moment = {
  readonly size: string;
  readonly isOpening: boolean;
  readonly hasThread: boolean;
  readonly afterMs: number;
};

/** One in ten dies while it starts and opens; the others once it writes. It takes a while to fill the log. */
function momentOf(random: (most: number) => number): Moment {
  const size = SIZES[random(SIZES.length)] ?? LARGE;
  const afterMs = random(size === LARGE ? 1_500 : 300);
  return { size, isOpening: random(10) === 0, hasThread: random(2) === 0, afterMs };
}

/** Starts a process that appends, kills it after a while, and answers with what it had acknowledged. */
async function appendAndKill(
  file: string,
  { size, isOpening, hasThread, afterMs }: Moment,
): Promise<readonly string[]> {
  const words = [appender, file, size, ...(hasThread ? ['thread'] : [])];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  if (!isOpening) await once(child.stdout, 'data');
  await setTimeout(afterMs);
  child.kill('SIGKILL');
  // Nothing but the kill ended it.
  expect(await closed).toEqual([null, 'SIGKILL']);
  return said.split('\n').filter((line) => /^\d+ [0-9a-f]{64}$/.test(line));
}

/** Whether a log was put into the file while it was open: that alone makes it larger. */
function sizeOf(file: string): number {
  return existsSync(file) ? statSync(file).size : 0;
}

/** The hash of every entry, by its number; whether the chain is sound is asked on the way. */
async function hashesIn(file: string): Promise<ReadonlyMap<number, string | null>> {
  const ledger = openLedger(file);
  const hashes = new Map<number, string | null>();
  try {
    const each = (_: string, { count, hash }: Head): null => {
      hashes.set(count, hash);
      return null;
    };
    const answer = await verifyChain(ledger.read(1), { each });
    expect(answer).toMatchObject({ ok: true });
    // The head of a ledger that was opened anew is the end of what it holds: no half entry is left behind.
    expect(await ledger.head()).toEqual(answer.ok ? answer.head : null);
    return hashes;
  } finally {
    await ledger.close();
  }
}

describe('a ledger whose writers are killed', () => {
  it(
    `loses no acknowledged entry in ${KILLS} kills (LEDGER_SEED=${SEED})`,
    { timeout: 60_000 + KILLS * 3_000 },
    async () => {
      const random = randomFrom(SEED);
      let acknowledged = 0;
      let checkpoints = 0;
      for (let round = 0; round < KILLS / WRITERS; round += 1) {
        const file = path.join(folder, `${Math.floor(round / ROUNDS_PER_FILE)}.db`);
        const before = sizeOf(file);
        const moments = Array.from({ length: WRITERS }, () => momentOf(random));
        const said = (await Promise.all(moments.map((moment) => appendAndKill(file, moment)))).flat();
        if (before > 0 && sizeOf(file) > before) checkpoints += 1;
        const hashes = await hashesIn(file);
        const lost = said.filter((line) => {
          const [count = '', hash] = line.split(' ');
          return hashes.get(Number(count)) !== hash;
        });
        expect(lost).toEqual([]);
        acknowledged += said.length;
        if (round % ROUNDS_PER_FILE === ROUNDS_PER_FILE - 1) rmSync(file);
        if (round % 25 === 24)
          process.stderr.write(
            `${WRITERS * (round + 1)} kills, ${acknowledged} acknowledged, ${checkpoints} rounds with a checkpoint\n`,
          );
      }
      expect(acknowledged).toBeGreaterThan(KILLS);
      // Few kills may all miss that; a thousand do not.
      expect(checkpoints).toBeGreaterThanOrEqual(KILLS >= 1_000 ? 1 : 0);
    },
  );
});
