import process from 'node:process';
import { Fault } from '../../fault.ts';
import type { ServiceSelector } from '../../model/config.ts';
import { processesOfCgroup } from './cgroup.ts';
import { pidsWithCommand } from './command-line.ts';
import { pidFromFile } from './pid-file.ts';
import { pidsListeningOn } from './port-owner.ts';
import { FRESH_TABLES } from './proc-tables.ts';
import type { ProcTables } from './proc-tables.ts';
import { isAlive, readStat, withDescendants } from './process-stat.ts';
import type { ProcessStat } from './process-stat.ts';
import { isThereButHidden, mayNotRead, processesAreHidden } from './rights.ts';
import type { UnitStatus } from './systemd-unit.ts';

/** The processes that together are the service. */
export type Service = {
  /** The one that started the others, as far as that can be told. */
  readonly main: ProcessStat;
  /** All of them, `main` first, then by age. */
  readonly processes: readonly ProcessStat[];
  /** What was looked for, as a sentence may say it: `port 9000`. */
  readonly wanted: string;
  /** The folder of the control group that holds them all; null when they were found another way. */
  readonly group: string | null;
};

/** How the service is found: exactly one of them is given. */
export const FINDERS = [
  'unit',
  'cgroup',
  'pid_file',
  'port',
  'command',
  'pid',
] as const satisfies readonly (keyof ServiceSelector)[];

export type FindOptions = {
  /** Epoch milliseconds. */
  readonly now: number;
  /** The program that is asked about units. */
  readonly systemctl?: string;
  /** How the whole machine is asked; each time anew by default. */
  readonly tables?: ProcTables;
};

type Hit = {
  readonly pids: readonly number[];
  readonly mainPid?: number;
  readonly wanted: string;
  readonly withFamily: boolean;
  readonly group?: string;
};

/**
 * Which processes are the service? A unit and a control group are what the kernel keeps together; a pid file, a port or a command
 * line name some processes, and everything those started belongs to the service too: a haunted worker under a clean parent is
 * the shape of Knight again. `pid` alone means that one process. Faults: NO_PROCESS naming what was looked for, NO_PERMISSION
 * when some process could be hidden from us, BAD_USAGE, UNSUPPORTED off Linux or without systemd.
 */
export async function findService(
  selector: ServiceSelector,
  { now, systemctl = 'systemctl', tables = FRESH_TABLES }: FindOptions,
): Promise<Service> {
  if (process.platform !== 'linux')
    throw new Fault(
      'UNSUPPORTED',
      `haunted prove reads /proc, which only Linux has; this is ${process.platform}.`,
    );
  const hit = await hitOf(selector, { now, systemctl, tables });
  // We may listen on that port, stand in that control group, or have been started by the service: we are not it.
  const roots = new Set(hit.pids.filter((pid) => pid !== process.pid));
  const family = hit.withFamily ? withDescendants(roots, tables.processes()) : roots;
  family.delete(process.pid);
  const found = [...family]
    .map((pid) => readStat(pid))
    .filter((stat) => stat !== null)
    .filter(isAlive);
  const [oldest] = found.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid);
  if (oldest === undefined) throw notFound(hit);
  const main = found.find((stat) => stat.pid === hit.mainPid) ?? rootOfFamily(found) ?? oldest;
  return {
    main,
    processes: [main, ...found.filter((stat) => stat !== main)],
    wanted: hit.wanted,
    group: hit.group ?? null,
  };
}

async function hitOf(
  selector: ServiceSelector,
  { now, systemctl, tables }: Required<FindOptions>,
): Promise<Hit> {
  const { unit, cgroup, pid_file: pidFile, port, command, pid } = selector;
  if (unit !== undefined) return byUnit(unit, await tables.unit(unit, systemctl));
  if (cgroup !== undefined) return byCgroup(cgroup, `control group ${JSON.stringify(cgroup)}`);
  if (pid !== undefined) return { pids: [visiblePid(pid)], wanted: `process ${pid}`, withFamily: false };
  const wanted = wantedText(selector);
  if (tables.isHidden()) throw processesAreHidden(`the service with ${wanted}`);
  if (pidFile !== undefined)
    return { pids: [visiblePid(pidFromFile(pidFile, now))], wanted, withFamily: true };
  if (port !== undefined) return { pids: pidsListeningOn(port, tables), wanted, withFamily: true };
  if (command !== undefined)
    return { pids: pidsWithCommand(command, tables.processes()), wanted, withFamily: true };
  throw new Fault(
    'BAD_USAGE',
    'haunted does not know which process is the service: give one of --unit, --cgroup, --pid-file, --port, --command or --pid, or `service:` in haunted.yaml.',
  );
}

function wantedText({ pid_file: pidFile, port, command }: ServiceSelector): string {
  if (pidFile !== undefined) return `pid file ${pidFile}`;
  if (port !== undefined) return `TCP port ${port}`;
  return `command line text ${JSON.stringify(command ?? '')}`;
}

function byUnit(unit: string, status: UnitStatus): Hit {
  const hit = byCgroup(status.controlGroup, `systemd unit ${JSON.stringify(unit)}`);
  return status.mainPid > 0 ? { ...hit, mainPid: status.mainPid } : hit;
}

function byCgroup(name: string, wanted: string): Hit {
  const found = processesOfCgroup(name);
  if (found === null)
    throw new Fault(
      'NO_PROCESS',
      `The ${wanted} has no group ${JSON.stringify(name)} below /sys/fs/cgroup; check the name, or whether the service runs.`,
      {
        cgroup: name,
      },
    );
  const { folder, pids } = found;
  const hidden = pids.find((pid) => readStat(pid) === null && isThereButHidden(pid));
  if (hidden !== undefined) throw mayNotRead(hidden, `/proc/${hidden}`, null);
  return { pids, wanted, withFamily: false, group: folder };
}

function visiblePid(pid: number): number {
  if (readStat(pid) === null && isThereButHidden(pid)) throw mayNotRead(pid, `/proc/${pid}`, null);
  return pid;
}

/** The one whose parent is not of the family; null when there are several such, or none. */
function rootOfFamily(found: readonly ProcessStat[]): ProcessStat | null {
  const pids = new Set(found.map((stat) => stat.pid));
  const roots = found.filter((stat) => !pids.has(stat.parent));
  return roots.length === 1 ? (roots[0] ?? null) : null;
}

function notFound(hit: Hit): Fault {
  return new Fault(
    'NO_PROCESS',
    `No running process was found by ${hit.wanted}; is the service up, and is that how to find it?`,
    { wanted: hit.wanted, pids: hit.pids },
  );
}
