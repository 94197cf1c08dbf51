import { readFileSync } from 'node:fs';
import { isForbidden, isGone } from './errno.ts';
import { mayNotRead } from './rights.ts';

export type Variable = { readonly name: string; readonly value: string };

/**
 * The environment a process was started with. What it set for itself later does not show (proc_pid_environ(5)). Empty when the
 * process is gone. Fault: NO_PERMISSION.
 */
export function readEnvironment(pid: number): Variable[] {
  try {
    return parseEnvironment(readFileSync(`/proc/${pid}/environ`, 'utf8'));
  } catch (error) {
    if (isGone(error)) return [];
    if (isForbidden(error)) throw mayNotRead(pid, `/proc/${pid}/environ`, error);
    throw error;
  }
}

/** `NAME=value` items with a NUL after each; an item without a name is none. */
export function parseEnvironment(text: string): Variable[] {
  return text.split('\0').flatMap((item) => {
    const at = item.indexOf('=');
    return at < 1 ? [] : [{ name: item.slice(0, at), value: item.slice(at + 1) }];
  });
}
