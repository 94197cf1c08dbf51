import { statSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import { binaryAtPath, binaryOnDisk } from './binary-on-disk.ts';
import type { DigestCache } from './digest-cache.ts';
import { isGone } from './errno.ts';
import { clockOffset, earliestStart } from './kernel-clock.ts';
import type { ClockReading } from './kernel-clock.ts';
import { resolveBelow, rootOf, shownName } from './kernel-path.ts';
import { loadedTree } from './loaded-tree.ts';
import type { LoadedMemory } from './loaded-tree.ts';
import { readStat } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';
import { newestChange, readTree } from './release-tree.ts';
import { runningBinary } from './running-binary.ts';
import type { RunningBinary } from './running-binary.ts';
import { checkLinksStayInside, checkTreeBelongs } from './tree-of-process.ts';

/** What one process runs, next to what lies on disk. */
export type ProcessLook = {
  readonly process: ProcessStat;
  readonly method: 'proc_exe' | 'tree_digest';
  readonly sha256: string;
  /** Null when there is no such file any more. */
  readonly onDiskSha256: string | null;
  /** Fit to print. */
  readonly shownPath: string;
  /** When a deploy last changed what lies on disk, in epoch milliseconds. */
  readonly touchedAt: number | null;
  /** The executable itself; the interpreter, when the binary is a tree. */
  readonly executable: RunningBinary;
};

export type LookOptions = {
  readonly cache: DigestCache;
  readonly clock: ClockReading;
  /** Compare the running binary with this file instead of the one the kernel names. */
  readonly comparePath: string | null;
  /** The release directory of an interpreted service. */
  readonly tree: { readonly folder: string; readonly skipped: readonly string[] } | null;
  /** What an earlier look at the same process found. */
  readonly rememberedOf: (process: ProcessStat) => LoadedMemory | null;
};

/** What does this process run? Faults: NO_PROCESS, NO_PERMISSION, AMBIGUOUS, NOT_FOUND, BAD_INPUT, TOO_LARGE. */
export function lookAtProcess(executable: RunningBinary, options: LookOptions): ProcessLook {
  try {
    return options.tree === null
      ? lookAtBinary(executable, options)
      : lookAtTree(executable, options.tree, options);
  } catch (error) {
    // Its /proc folder goes away with the process, whatever we were reading there.
    if (isGone(error) && readStat(executable.process.pid)?.startTicks !== executable.process.startTicks)
      throw notTheSame(executable.process.pid, error);
    throw error;
  }
}

function lookAtBinary(executable: RunningBinary, { comparePath, cache, clock }: LookOptions): ProcessLook {
  const disk =
    comparePath === null
      ? binaryOnDisk(executable, cache, clock.now)
      : binaryAtPath(executable, comparePath, { cache, now: clock.now });
  return {
    process: executable.process,
    method: 'proc_exe',
    sha256: executable.sha256,
    onDiskSha256: disk.sha256,
    shownPath: disk.shownPath,
    touchedAt: disk.touchedAt,
    executable,
  };
}

function lookAtTree(
  executable: RunningBinary,
  { folder, skipped }: NonNullable<LookOptions['tree']>,
  { clock, rememberedOf }: LookOptions,
): ProcessLook {
  const { process } = executable;
  const root = rootOf(process.pid);
  const resolved = resolveBelow(root, Buffer.from(folder).toString('latin1'));
  if (resolved === null)
    throw new Fault(
      'NOT_FOUND',
      `There is no folder ${shownName(Buffer.from(folder).toString('latin1'))}; check --tree.`,
      { folder },
    );
  checkTreeBelongs(executable, resolved.inside);
  const tree = readTree(resolved.outside, skipped);
  checkLinksStayInside(tree.entries, { root, folder: resolved.inside, interpreter: executable.link });
  const remembered = rememberedOf(process);
  const loaded = loadedTree({
    pid: process.pid,
    folder: resolved.inside,
    tree,
    // A clock that was set since the first look puts the start elsewhere; the earlier of the two is the careful one.
    startedAt: Math.min(
      earliestStart(process.startTicks, clockOffset(clock)),
      earliestStart(process.startTicks, remembered?.clock_offset_ms ?? clockOffset(clock)),
    ),
    newestLinkNs: resolved.newestLinkNs,
    remembered: remembered?.sha256 ?? null,
  });
  return {
    process,
    method: 'tree_digest',
    sha256: loaded.sha256,
    onDiskSha256: loaded.onDiskSha256,
    shownPath: shownName(resolved.inside),
    touchedAt: Number(newestChange(tree, resolved.newestLinkNs) / 1_000_000n),
    executable,
  };
}

/** The service's executables, each hashed; a process that ended meanwhile runs nothing and is left out. */
export function runningBinaries(
  processes: readonly ProcessStat[],
  cache: DigestCache,
  now: number,
): RunningBinary[] {
  return processes.flatMap(({ pid, startTicks }) => {
    try {
      const running = runningBinary(pid, cache, now);
      return running.process.startTicks === startTicks ? [running] : [];
    } catch (error) {
      if (error instanceof Fault && error.code === 'NO_PROCESS' && readStat(pid)?.startTicks !== startTicks)
        return [];
      throw error;
    }
  });
}

/** Refuses a look whose process ended, was replaced or exec'd before everything about it was read. Fault: AMBIGUOUS. */
export function checkStillTheSame({ executable }: ProcessLook): void {
  const { process, stat } = executable;
  const now = readStat(process.pid);
  const exe = now === null ? null : statIfThere(`/proc/${process.pid}/exe`);
  if (now?.startTicks === process.startTicks && exe?.ino === stat.ino && exe.dev === stat.dev) return;
  throw notTheSame(process.pid);
}

function notTheSame(pid: number, cause?: unknown): Fault {
  return new Fault(
    'AMBIGUOUS',
    `Process ${pid} ended or started another binary while haunted looked at it; ask again when it has settled.`,
    { pid },
    cause,
  );
}

function statIfThere(file: string): { dev: bigint; ino: bigint } | null {
  try {
    return statSync(file, { bigint: true });
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
