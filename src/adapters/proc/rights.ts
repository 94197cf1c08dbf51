import { readFileSync, statSync } from 'node:fs';
import process from 'node:process';
import { Fault } from '../../fault.ts';
import { errnoOf, isForbidden } from './errno.ts';

/** What an unprivileged prover's systemd unit needs; measured, see docs/prove.md. */
const UNIT_LINES =
  'AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH (and the same in CapabilityBoundingSet=) to its systemd unit';

/** We may not look at something of this process. Unreadable is never "matches": the report is not made. */
export function mayNotRead(pid: number, what: string, error: unknown): Fault {
  const owner = ownerOf(pid);
  return new Fault(
    'NO_PERMISSION',
    `haunted may not read ${what} of process ${pid}${owner === null ? '' : `, which belongs to uid ${owner}`}: the kernel asks for CAP_SYS_PTRACE, and CAP_DAC_READ_SEARCH for files of another user; run it as root, or add ${UNIT_LINES}.`,
    { pid, what, capabilities: ['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH'] },
    error,
  );
}

/** The process may be seen, the bytes of its binary may not: a 0111 or 0700 file of somebody else. */
export function mayNotReadBinary(pid: number, file: string, error: unknown): Fault {
  return new Fault(
    'NO_PERMISSION',
    `The binary ${file} of process ${pid} may be run but not read by this user, so what runs cannot be hashed: the kernel asks for CAP_DAC_READ_SEARCH; run haunted as root, or add ${UNIT_LINES}.`,
    { pid, file, capabilities: ['CAP_DAC_READ_SEARCH'] },
    error,
  );
}

/**
 * What to throw when a file that belongs to the proof cannot be read: NO_PERMISSION, or BAD_INPUT for what the system says of a
 * loop of links, a broken disk or a stale network file. Anything that is not the system's word is a bug, and stays one.
 */
export function cannotRead(file: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (isForbidden(error)) return mayNotReadFile(file, error);
  if (errno === '' || error instanceof Fault) return error;
  return new Fault(
    'BAD_INPUT',
    `${file} cannot be read (${errno}), and what cannot be read cannot be proven.`,
    { file, errno },
    error,
  );
}

/** A file that belongs to the proof may not be read. */
function mayNotReadFile(file: string, error: unknown): Fault {
  return new Fault(
    'NO_PERMISSION',
    `${file} may not be read by this user (${errnoOf(error)}), and what cannot be read cannot be proven; give read permission, run haunted as root, or add AmbientCapabilities=CAP_DAC_READ_SEARCH to its systemd unit.`,
    { file, capabilities: ['CAP_DAC_READ_SEARCH'] },
    error,
  );
}

/** Other users' processes do not show in this /proc, so a search through it would miss some without a word. */
export function processesAreHidden(what: string): Fault {
  return new Fault(
    'NO_PERMISSION',
    `/proc is mounted with hidepid, so haunted cannot see every process and may miss one of ${what}: the kernel asks for CAP_SYS_PTRACE or membership of the group in the gid= mount option; run it as root, or add ${UNIT_LINES}.`,
    { what, capabilities: ['CAP_SYS_PTRACE'] },
  );
}

const CAP_SYS_PTRACE = 19n;

/**
 * Whether processes of other users may be missing in the /proc this process sees: mounted with hidepid, and neither
 * CAP_SYS_PTRACE nor the exempt group is ours (proc(5); the group is 0 when gid= is not given).
 */
export function isProcHidden(): boolean {
  const [options] = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter((line) => line.split(' ')[4] === '/proc' && line.includes(' - proc '))
    .map((line) => line.split(' ').at(-1) ?? '')
    .slice(-1);
  const mode = /(?:^|,)hidepid=([a-z0-9]+)/.exec(options ?? '')?.[1] ?? 'off';
  if (mode === 'off' || mode === '0') return false;
  const exempt = Number(/(?:^|,)gid=(\d+)/.exec(options ?? '')?.[1] ?? 0);
  const isExempt = mode !== 'ptraceable' && mode !== '4' && groups().includes(exempt);
  return !isExempt && !hasCapability(CAP_SYS_PTRACE);
}

function groups(): number[] {
  return [...(process.getgroups?.() ?? []), process.getegid?.() ?? -1];
}

function hasCapability(bit: bigint): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> bit) & 1n) === 1n;
}

function ownerOf(pid: number): number | null {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
}

/** Whether a process of this id exists although /proc does not show it to us. */
export function isThereButHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}
