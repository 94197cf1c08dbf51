import { statSync } from 'node:fs';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import type { Change, SeenProcess, Trail, Watcher } from '../../agent/ports.ts';
import { newcomerDesk } from './newcomers.ts';
import type { Newcomers } from './newcomers.ts';
import { newestPids } from './newest-pids.ts';

/** What tells of changed files: see adapters/files/file-events.ts. */
type Files = {
  readonly follow: (files: readonly string[], trees: readonly string[]) => void;
  readonly poll: () => void;
  readonly close: () => void;
};

export type ServicesWatch = {
  /** A watcher for one service. */
  readonly watch: (onChange: (change: Change) => void) => Watcher;
  readonly close: () => void;
};

/** A process that was just made becomes what it is going to be within some milliseconds. */
const YOUNG_MS = 150;

/**
 * Watches the processes of several services. The kernel tells nobody without CAP_NET_ADMIN of processes that come and go, so it is asked
 * every `everyMs`, in the cheapest way there is: does each process still run the same inode, and was any process made since? After one was
 * made it is asked once more in between. Each time wakes a process that has nothing else to do, and that costs more than the questions.
 */
export function watchServices(everyMs: number, filesFor: (onChange: () => void) => Files): ServicesWatch {
  const pids = newestPids();
  const newcomers = newcomerDesk();
  const ticks = new Set<(came: Newcomers, isFileTurn: boolean) => void>();
  let again: NodeJS.Timeout | undefined;
  const ask = (isFileTurn: boolean): void => {
    const came = newcomers(pids.sinceLast(), performance.now());
    for (const tick of Array.from(ticks)) tick(came, isFileTurn);
    clearTimeout(again);
    if (isFileTurn && came.areYoung) again = setTimeout(() => ask(false), YOUNG_MS);
  };
  const timer = setInterval(() => ask(true), everyMs);
  return {
    watch: (onChange) => {
      const files = filesFor(() => onChange('file'));
      let trail: Trail | null = null;
      const tick = (came: Newcomers, isFileTurn: boolean): void => {
        if (trail === null) return;
        const { processes, joiners } = trail;
        const hasMoved = !processes.every(isStillThere);
        if (hasMoved || came.anyOf(processes, joiners)) {
          // Told once; the look that follows says what to watch from then on.
          trail = null;
          onChange(hasMoved ? 'process' : 'newcomer');
        }
        if (isFileTurn) files.poll();
      };
      ticks.add(tick);
      return {
        follow: (next) => {
          trail = next;
          files.follow(next.files, next.trees);
        },
        close: () => {
          ticks.delete(tick);
          files.close();
        },
      };
    },
    close: () => {
      clearInterval(timer);
      clearTimeout(again);
      pids.close();
    },
  };
}

/** A process that ended has no executable any more, not even as a zombie; one that exec'd has another. */
function isStillThere({ pid, dev, ino }: SeenProcess): boolean {
  try {
    const stat = statSync(`/proc/${pid}/exe`, { throwIfNoEntry: false });
    return stat !== undefined && stat.dev === dev && stat.ino === ino;
  } catch {
    // Nobody may look at it (any more): the look says so.
    return false;
  }
}
