import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes on this machine whose command line, executable or working folder lies in a folder, one line for each. */
export function processesIn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => `${pid} ${describe(pid)}`)
    .filter((line) => line.includes(folder));
}

// A process may end between two looks; what cannot be read any more is gone.
function describe(pid: string): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return `${words} exe=${readlinkSync(`/proc/${pid}/exe`)} cwd=${readlinkSync(`/proc/${pid}/cwd`)}`;
  } catch {
    return '';
  }
}
