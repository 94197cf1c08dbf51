import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { Joiners, SeenProcess } from '../../agent/ports.ts';
import { isAlive, isLeader, listProcesses, readArguments, readStat } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';

/** Processes that have come lately, looked at once for everybody who asks. */
export type Newcomers = {
  /** Whether any came since the call before: it may not be what it is going to be yet. */
  readonly areYoung: boolean;
  /** Is one of them, which is not among `seen` yet, of this service, or may it be? */
  readonly anyOf: (seen: readonly SeenProcess[], joiners: Joiners) => boolean;
};

/** How long a process is asked about anew, in milliseconds: a start script takes a while until it is what it starts. */
const YOUNG_FOR_MS = 3_000;

/**
 * Takes the ids that were given out since the last call (`newestPids`), null when nobody can say which, and the monotonic time in
 * milliseconds. A process that was just made is not yet what it is going to be, and one that comes while its service is looked at is passed
 * over, so young ones are asked about again each time.
 */
export function newcomerDesk(): (pids: readonly number[] | null, now: number) => Newcomers {
  let young: readonly { readonly stat: ProcessStat; readonly until: number }[] = [];
  return (pids, now) => {
    const fresh = pids === null ? everyProcess() : pids.flatMap(ofId);
    // Where all were asked for, those from before are among them.
    const older = pids === null ? [] : young.filter(({ until }) => until > now);
    young = [...older, ...fresh.map((stat) => ({ stat, until: now + YOUNG_FOR_MS }))];
    const all = young.map(({ stat }) => stat);
    return {
      areYoung: fresh.length > 0,
      anyOf: (seen, { anybody, children, groups, command }) => {
        if (all.length === 0) return false;
        const ours = new Set(seen.map(({ pid }) => pid));
        const isStranger = ({ pid }: ProcessStat): boolean =>
          !ours.has(pid) && existsSync(`/proc/${pid}`) && isLeader(pid);
        return (
          // What the agent itself starts, to ask systemd or to tell others, is nobody's service.
          (anybody && all.some((each) => each.parent !== process.pid && isStranger(each))) ||
          (children && all.some((each) => ours.has(each.parent) && isStranger(each))) ||
          groups.some((folder) => hasStranger(folder, ours)) ||
          (command !== null && all.some((each) => isCalled(each.pid, command) && isStranger(each)))
        );
      },
    };
  };
}

/** Most ids are of threads, or of processes that have ended already: asking whether they are there at all is the cheapest question. */
function ofId(pid: number): ProcessStat[] {
  const stat = existsSync(`/proc/${pid}`) ? readStat(pid) : null;
  return stat !== null && isAlive(stat) ? [stat] : [];
}

function everyProcess(): readonly ProcessStat[] {
  try {
    return listProcesses();
  } catch {
    // What may not be looked at is told of by the look itself.
    return [];
  }
}

function isCalled(pid: number, text: string): boolean {
  try {
    return readArguments(pid).join(' ').includes(text);
  } catch {
    return false;
  }
}

function hasStranger(folder: string, ours: ReadonlySet<number>): boolean {
  try {
    const pids = readFileSync(path.join(folder, 'cgroup.procs'), 'utf8').trim().split('\n');
    if (pids.some((pid) => pid !== '' && !ours.has(Number(pid)))) return true;
  } catch {
    // A group that goes away has no strangers, and a threaded one has no processes.
  }
  try {
    if (statSync(folder).nlink <= 2) return false;
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return below.some((entry) => hasStranger(path.join(folder, entry.name), ours));
  } catch {
    return false;
  }
}
