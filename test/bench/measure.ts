import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** One line of the answer: ours beside a peer of the same run. */
export type Row = {
  readonly row: string;
  readonly ours: number;
  readonly peer: number | null;
  readonly unit: string;
  /** Ours over the peer's, the median of the rounds: below 1 is faster. Null where there is no peer to divide by. */
  readonly ratio: number | null;
  /** `<= 1.75` of the ratio, or of ours where there is no ratio; empty for what is only shown. */
  readonly goal: string;
  readonly note: string;
};

/** Words of a command; what it prints is thrown away. */
export type Command = readonly [string, ...string[]];

// Node 20 and others load this file at every start, which is not theirs to be measured by.
const { NODE_EXTRA_CA_CERTS: _, ...ENV } = process.env;
const SINK = '/dev/null';

/** Runs a command to its end and answers with the milliseconds it took. An exit code above 4 is an error. */
export function timeOf([program, ...words]: Command): number {
  const sink = openSync(SINK, 'w');
  const start = process.hrtime.bigint();
  const { status, error } = spawnSync(program, words, { stdio: ['ignore', sink, 'inherit'], env: ENV });
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  closeSync(sink);
  if (error !== undefined || status === null || status > 4)
    throw new Error(`${program} ${words.join(' ')} ended with ${status ?? error?.message}`);
  return ms;
}

/** What a command prints. */
export function outputOf([program, ...words]: Command): string {
  const { stdout, error } = spawnSync(program, words, { encoding: 'utf8', env: ENV, maxBuffer: 2 ** 30 });
  if (error !== undefined) throw error;
  return stdout;
}

/** Whether a program can be had here. */
export function isThere(program: string, word = '--version'): boolean {
  return spawnSync(program, [word], { stdio: 'ignore', env: ENV }).error === undefined;
}

/**
 * Runs both in turns, so that a busy moment of the machine meets both, each first in every other round. The ratio is the median of
 * the rounds' ratios. One round before, which does not count, warms files and caches.
 */
export function inTurns(
  ours: Command,
  peer: Command,
  rounds: number,
): { ours: number; peer: number; ratio: number } {
  timeOf(ours);
  timeOf(peer);
  const times = Array.from({ length: rounds }, (_, round) => {
    if (round % 2 === 1) {
      const theirs = timeOf(peer);
      return { ours: timeOf(ours), peer: theirs };
    }
    return { ours: timeOf(ours), peer: timeOf(peer) };
  });
  return {
    ours: median(times.map((time) => time.ours)),
    peer: median(times.map((time) => time.peer)),
    ratio: median(times.map((time) => time.ours / time.peer)),
  };
}

/** The most memory a command ever had resident, in MiB, as the kernel counts it. Asked every other millisecond. */
export async function peakMemoryOf([program, ...words]: Command): Promise<number> {
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'], env: ENV });
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, highWater(child.pid));
  }, 2);
  await new Promise((resolve, reject) => void child.once('exit', resolve).once('error', reject));
  clearInterval(timer);
  return peak / 1024;
}

function highWater(pid: number | undefined): number {
  try {
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Prints rows as run.ts reads them, one JSON object on a line. */
export function printRows(rows: readonly Row[]): void {
  for (const row of rows) console.log(JSON.stringify(row));
}
