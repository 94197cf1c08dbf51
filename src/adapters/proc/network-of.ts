import { readlinkSync } from 'node:fs';
import { isForbidden, isGone } from './errno.ts';
import { mayNotRead } from './rights.ts';

/** The name of the network namespace in which a process lives, `self` for this one; null when it has ended. Fault: NO_PERMISSION. */
export function networkOf(pid: number | 'self'): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch (error) {
    if (isGone(error)) return null;
    if (pid !== 'self' && isForbidden(error)) throw mayNotRead(pid, `/proc/${pid}/ns/net`, error);
    throw error;
  }
}
