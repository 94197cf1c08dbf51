import { existsSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { newestPids } from './newest-pids.ts';
import type { ProcTables } from './proc-tables.ts';
import { FRESH_TABLES } from './proc-tables.ts';
import { isAlive, isLeader, readStat } from './process-stat.ts';
import { sharedSockets } from './shared-sockets.ts';
import type { ProcessStat } from './process-stat.ts';
import type { UnitStatus } from './systemd-unit.ts';

/** However sure it looks, everything is asked anew after this long. */
const LONGEST_MS = 60_000;

type Kept<T> = { readonly value: T; readonly at: number };

/**
 * The tables of the machine for somebody who asks all the time: what cannot have changed since the last time is not asked again. A process
 * that is not in the list has an id that was given out since; one that ended is still in it, and whoever looks at it sees that.
 */
export function keptTables(): ProcTables & { readonly close: () => void } {
  const newest = newestPids();
  let processes: Kept<Map<number, ProcessStat>> | null = null;
  let hidden: Kept<boolean> | null = null;
  const units = new Map<string, Kept<UnitStatus> & { readonly startTicks: number }>();
  return {
    processes: () => {
      const now = performance.now();
      const pids = newest.sinceLast();
      if (processes === null || pids === null || now - processes.at > LONGEST_MS) {
        const all = FRESH_TABLES.processes();
        processes = { value: new Map(all.map((stat) => [stat.pid, stat])), at: now };
      } else for (const pid of pids) takeIn(processes.value, pid);
      return [...processes.value.values()];
    },
    sockets: sharedSockets(),
    isHidden: () => {
      const now = performance.now();
      if (hidden === null || now - hidden.at > LONGEST_MS)
        hidden = { value: FRESH_TABLES.isHidden(), at: now };
      return hidden.value;
    },
    unit: async (unit, systemctl) => {
      const known = units.get(unit);
      if (
        known !== undefined &&
        performance.now() - known.at < LONGEST_MS &&
        isStillSo(known.value, known.startTicks)
      )
        return known.value;
      units.delete(unit);
      const at = performance.now();
      const value = await FRESH_TABLES.unit(unit, systemctl);
      const main = value.mainPid > 0 ? readStat(value.mainPid) : null;
      if (main !== null) units.set(unit, { value, at, startTicks: main.startTicks });
      return value;
    },
    close: newest.close,
  };
}

function takeIn(processes: Map<number, ProcessStat>, pid: number): void {
  const stat = existsSync(`/proc/${pid}`) ? readStat(pid) : null;
  if (stat !== null && isAlive(stat) && isLeader(pid)) processes.set(pid, stat);
  else processes.delete(pid);
}

/** The main process that systemd named is the same one, in the same control group: the unit was not started anew. */
function isStillSo({ mainPid, controlGroup }: UnitStatus, startTicks: number): boolean {
  const main = readStat(mainPid);
  if (main === null || !isAlive(main) || main.startTicks !== startTicks) return false;
  try {
    const groups = readFileSync(`/proc/${mainPid}/cgroup`, 'utf8').split('\n');
    return groups.some((line) => line.endsWith(`:${controlGroup}`) || line.includes(`:${controlGroup}/`));
  } catch {
    return false;
  }
}
