import { statSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
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

/**
 * Watches the processes of several services. The kernel tells nobody without CAP_NET_ADMIN of processes that come and go, so it is asked a
 * few times a second, in the cheapest way there is: does each process still run the same inode, and was any process made since?
 */
export function watchServices(everyMs: number, filesFor: (onChange: () => void) => Files): ServicesWatch {
  const pids = newestPids();
  const newcomers = newcomerDesk();
  const ticks = new Set<(came: Newcomers, isFileTurn: boolean) => void>();
  let count = 0;
  const timer = setInterval(() => {
    count += 1;
    const came = newcomers(pids.sinceLast());
    for (const tick of Array.from(ticks)) tick(came, count % 2 === 0);
  }, everyMs);
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
