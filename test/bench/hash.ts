import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { digestCache } from '../../src/adapters/proc/digest-cache.ts';
import { sha256OfFd } from '../../src/adapters/proc/hash-file.ts';
import { runningBinary } from '../../src/adapters/proc/running-binary.ts';

/** The prover's two figures: a 1 GiB file against `openssl dgst -sha256` in the same run, and an unchanged binary looked at again. */
export type HashFigures = {
  readonly openssl_ms: number;
  readonly haunted_ms: number;
  /** Above 1 is faster than openssl. */
  readonly speed_ratio: number;
  readonly extra_memory_mib: number;
  readonly recheck_us: number;
  readonly recheck_with_guard_us: number;
};

const GIB = 1024 ** 3;
const ROUNDS = 5;
const RECHECKS = 20_000;

/** Measures both; needs openssl and 1 GiB in the temporary folder. Interleaved rounds, the best of each counts. */
export async function measureHashing(): Promise<HashFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-hash-'));
  try {
    const file = path.join(folder, 'executable');
    writeGib(file);
    const openssl: number[] = [];
    const haunted: number[] = [];
    let memory = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      openssl.push(timed(() => execFileSync('openssl', ['dgst', '-sha256', file])));
      const before = process.memoryUsage().rss;
      haunted.push(timed(() => hashOnce(file)));
      memory = Math.max(memory, process.memoryUsage().rss - before);
    }
    const [best, theirs] = [Math.min(...haunted), Math.min(...openssl)];
    return {
      openssl_ms: rounded(theirs),
      haunted_ms: rounded(best),
      speed_ratio: rounded(theirs / best),
      extra_memory_mib: rounded(memory / 1024 / 1024),
      ...(await measureRecheck()),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function writeGib(file: string): void {
  const block = Buffer.alloc(1024 * 1024, 'haunted');
  const fd = openSync(file, 'w');
  for (let at = 0; at < GIB / block.length; at += 1) writeSync(fd, block);
  closeSync(fd);
}

function hashOnce(file: string): void {
  const fd = openSync(file, 'r');
  sha256OfFd(fd);
  closeSync(fd);
}

/** `recheck` opens, asks for the file's identity and looks its digest up; the guard adds both looks at the process. */
async function measureRecheck(): Promise<Pick<HashFigures, 'recheck_us' | 'recheck_with_guard_us'>> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await new Promise<void>((resolve, reject) => void child.once('spawn', resolve).once('error', reject));
  const pid = child.pid ?? 0;
  const cache = digestCache();
  const now = statSync(process.execPath).ctimeMs + 3_600_000;
  runningBinary(pid, cache, now);
  const recheck = perRound(() => {
    const fd = openSync(`/proc/${pid}/exe`, 'r');
    if (cache.digestOf(fd, now).wasRead) throw new Error('it was read again');
    closeSync(fd);
  });
  const guarded = perRound(() => runningBinary(pid, cache, now));
  child.kill();
  return { recheck_us: rounded(recheck), recheck_with_guard_us: rounded(guarded) };
}

function perRound(work: () => unknown): number {
  for (let at = 0; at < 1_000; at += 1) work();
  const times = Array.from({ length: 5 }, () =>
    timed(() => {
      for (let at = 0; at < RECHECKS / 5; at += 1) work();
    }),
  );
  return (Math.min(...times) * 1000) / (RECHECKS / 5);
}

function timed(work: () => unknown): number {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

if (process.argv[1] === import.meta.filename) console.log(JSON.stringify(await measureHashing(), null, 2));
