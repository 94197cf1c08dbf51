import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { isForbidden, isGone } from './errno.ts';
import { mayNotRead } from './rights.ts';

/** One process as /proc/PID/stat shows it. With the boot id, `pid` and `startTicks` together name it for ever. */
export type ProcessStat = {
  readonly pid: number;
  readonly parent: number;
  /** What the process calls itself; a claim, and it may hold spaces and parentheses. */
  readonly comm: string;
  /** One letter: Z and X run nothing any more. */
  readonly state: string;
  /** Clock ticks (1/100 s) from boot to its start. It does not change when the process execs another binary. */
  readonly startTicks: number;
};

/**
 * What one line of /proc/PID/stat says. comm is whatever the process likes, `a) R 1 (b` too, so fields are counted after the
 * LAST parenthesis (proc_pid_stat(5): ppid is field 4, starttime field 22). Null when the line is not of that form.
 */
export function parseStat(line: string): ProcessStat | null {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  if (open === -1 || close < open) return null;
  const pid = Number(line.slice(0, open));
  const fields = line
    .slice(close + 1)
    .trim()
    .split(/\s+/);
  const [state = '', parent = ''] = fields;
  const startTicks = Number(fields[19] ?? Number.NaN);
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(startTicks) || !/^\d+$/.test(parent)) return null;
  return { pid, parent: Number(parent), comm: line.slice(open + 1, close), state, startTicks };
}

/** The process of this id; null when there is none, or when we may not know (hidepid). */
export function readStat(pid: number): ProcessStat | null {
  return parseStat(textOf(`/proc/${pid}/stat`));
}

/** Whether the process still has code: a zombie or a dead one has not. */
export function isAlive(stat: ProcessStat): boolean {
  return !['Z', 'X', 'x'].includes(stat.state);
}

/** Every process, zombies left out. Fault: NO_PERMISSION for one that is there and may not be looked at. */
export function listProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat): stat is ProcessStat => stat !== null && isAlive(stat));
}

function statOf(pid: number): ProcessStat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    if (isGone(error)) return null;
    throw isForbidden(error) ? mayNotRead(pid, `/proc/${pid}/stat`, error) : error;
  }
}

/** `roots` and everything they started, and what those started, as far as parents still live. */
export function withDescendants(roots: ReadonlySet<number>, all: readonly ProcessStat[]): Set<number> {
  const family = new Set(roots);
  for (let grew = true; grew;) {
    grew = false;
    for (const { pid, parent } of all) {
      if (!family.has(pid) && family.has(parent)) {
        family.add(pid);
        grew = true;
      }
    }
  }
  return family;
}

/** `pid` and its parents up to init. */
export function withAncestors(pid: number, all: readonly ProcessStat[]): Set<number> {
  const parentByPid = new Map(all.map((stat) => [stat.pid, stat.parent]));
  const line = new Set<number>();
  for (
    let at: number | undefined = pid;
    at !== undefined && at > 0 && !line.has(at);
    at = parentByPid.get(at)
  )
    line.add(at);
  return line;
}

/** Whether this id is that of a process, and not of one of its further threads, which /proc shows to who asks for them. */
export function isLeader(pid: number): boolean {
  return /^Tgid:\s*(\d+)$/m.exec(textOf(`/proc/${pid}/status`))?.[1] === String(pid);
}

const piece = Buffer.allocUnsafe(4_096);

/** The beginning of a small file of /proc, in half the time of readFileSync; empty when it cannot be read. */
function textOf(file: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(file, 'r');
    return piece.toString('latin1', 0, readSync(fd, piece, 0, piece.length, 0));
  } catch {
    return '';
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The command line as the process shows it now, argument by argument; empty for kernel threads and processes that are gone. */
export function readArguments(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return text === '' ? [] : text.replace(/\0$/, '').split('\0');
  } catch (error) {
    if (isGone(error)) return [];
    throw isForbidden(error) ? mayNotRead(pid, `/proc/${pid}/cmdline`, error) : error;
  }
}
