import { closeSync, openSync, readlinkSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { Fault } from '../../fault.ts';
import type { DigestCache } from './digest-cache.ts';
import { isForbidden, isGone } from './errno.ts';
import { readKernelLink, shownName } from './kernel-path.ts';
import { isAlive, readStat } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';
import { cannotRead, mayNotRead, mayNotReadBinary } from './rights.ts';

/** What one process runs, taken from the kernel and not from the process. */
export type RunningBinary = {
  readonly process: ProcessStat;
  readonly sha256: string;
  /** The inode that is mapped, whatever has become of its name. */
  readonly stat: BigIntStats;
  /** The kernel's name for it, byte for byte as latin1; it may end in " (deleted)". */
  readonly link: string;
};

const TRIES = 5;

/**
 * Which binary does this process run? Hashes the file behind /proc/PID/exe through an open descriptor, never a path, between two
 * looks at (pid, start) and at the mapped inode: when the process ended, its id was given away or it exec'd meanwhile, it
 * starts over. Faults: NO_PROCESS, NO_PERMISSION, AMBIGUOUS for a process that never stands still.
 */
export function runningBinary(pid: number, cache: DigestCache, now: number): RunningBinary {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = readStat(pid);
    if (before === null || !isAlive(before)) throw hasEnded(pid);
    const look = lookOnce(pid, cache, now);
    const after = readStat(pid);
    if (look !== null && after !== null && after.startTicks === before.startTicks)
      return { process: before, ...look };
  }
  throw new Fault(
    'AMBIGUOUS',
    `Process ${pid} started another binary each time haunted looked; ask again when it has settled.`,
    {
      pid,
    },
  );
}

/** Null when the process was not the same all the while. */
function lookOnce(pid: number, cache: DigestCache, now: number): Omit<RunningBinary, 'process'> | null {
  const exe = `/proc/${pid}/exe`;
  const fd = openExe(pid, exe);
  if (fd === null) return null;
  try {
    const link = readKernelLink(exe);
    const { sha256, stat } = cache.digestOf(fd, now);
    const after = statSync(exe, { bigint: true });
    return after.dev === stat.dev && after.ino === stat.ino ? { sha256, stat, link } : null;
  } catch (error) {
    if (isGone(error)) return null;
    throw cannotRead(exe, error);
  } finally {
    closeSync(fd);
  }
}

function openExe(pid: number, exe: string): number | null {
  try {
    return openSync(exe, 'r');
  } catch (error) {
    if (isForbidden(error)) throw whyForbidden(pid, exe, error);
    if (!isGone(error)) throw cannotRead(exe, error);
    const stat = readStat(pid);
    if (stat === null || !isAlive(stat)) throw hasEnded(pid);
    if (!hasNoFile(exe)) return null;
    throw new Fault(
      'NO_PROCESS',
      `Process ${pid} (${shownName(stat.comm)}) runs no file: it is a thread of the kernel.`,
      { pid },
      error,
    );
  }
}

function whyForbidden(pid: number, exe: string, error: unknown): Fault {
  try {
    return mayNotReadBinary(pid, shownName(readKernelLink(exe)), error);
  } catch {
    return mayNotRead(pid, exe, error);
  }
}

function hasNoFile(exe: string): boolean {
  try {
    readlinkSync(exe);
    return false;
  } catch (error) {
    return isGone(error);
  }
}

function hasEnded(pid: number): Fault {
  return new Fault('NO_PROCESS', `Process ${pid} does not run (any more); start the service and ask again.`, {
    pid,
  });
}
