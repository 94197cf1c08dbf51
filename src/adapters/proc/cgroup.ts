import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import { errnoOf, isGone } from './errno.ts';
import { cannotRead } from './rights.ts';

/** Where hierarchies with named services are mounted: cgroup v2, hybrid, and systemd's own of v1. */
const MOUNTS = ['/sys/fs/cgroup', '/sys/fs/cgroup/unified', '/sys/fs/cgroup/systemd'];

/**
 * The processes of a control group and of every group below it: a group's own file lists only its own. `name` is as systemd or
 * haunted.yaml writes it (`system.slice/smars.service`), or a full path below /sys/fs/cgroup. Null when there is no such group.
 * Faults: BAD_USAGE for a path that leaves /sys/fs/cgroup, NO_PERMISSION for processes of another pid namespace.
 */
export function processesOfCgroup(name: string): { folder: string; pids: number[] } | null {
  const folder = folderOf(name);
  return folder === null ? null : { folder, pids: [...new Set(processesBelow(folder))] };
}

function folderOf(name: string): string | null {
  const isFull = name === '/sys/fs/cgroup' || name.startsWith('/sys/fs/cgroup/');
  if (name.split('/').includes('..'))
    throw new Fault(
      'BAD_USAGE',
      `The control group ${JSON.stringify(name)} holds "..": name it from its root.`,
    );
  const candidates = isFull ? [name] : MOUNTS.map((mount) => path.join(mount, name));
  return candidates.find((folder) => existsSync(path.join(folder, 'cgroup.procs'))) ?? null;
}

function processesBelow(folder: string): number[] {
  const children = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return [
    ...ownProcesses(folder),
    ...children.flatMap((entry) => processesBelowIfThere(path.join(folder, entry.name))),
  ];
}

/** A group can go away while we walk. */
function processesBelowIfThere(folder: string): number[] {
  try {
    return processesBelow(folder);
  } catch (error) {
    if (isGone(error) || errnoOf(error) === 'ENODEV') return [];
    throw error;
  }
}

function ownProcesses(folder: string): number[] {
  const file = path.join(folder, 'cgroup.procs');
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    // A threaded group has no processes of its own: they are listed at the root of its domain (cgroups(7)).
    if (errnoOf(error) === 'EOPNOTSUPP') return [];
    throw isGone(error) ? error : cannotRead(file, error);
  }
  const pids = text
    .split('\n')
    .filter((line) => line !== '')
    .map(Number);
  if (pids.includes(0))
    throw new Fault(
      'NO_PERMISSION',
      `${file} lists processes of another pid namespace, which haunted cannot look at from here; run it on the host, or inside that container.`,
      { file },
    );
  return pids;
}
