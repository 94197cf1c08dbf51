import { readFileSync } from 'node:fs';

/**
 * The ids of a process, from our own PID namespace to the innermost one it is in (proc_pid_status(5), NSpid): in a container a
 * process knows itself by the last. Only `pid` itself where the kernel does not say.
 */
export function namespacePids(pid: number): readonly number[] {
  try {
    const line = /^NSpid:\s*([\d\s]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
    const pids = line.trim().split(/\s+/).map(Number);
    return pids.every((each) => Number.isSafeInteger(each) && each > 0) ? pids : [pid];
  } catch {
    return [pid];
  }
}
