import { setTimeout } from 'node:timers';
import { readSockets } from './socket-table.ts';
import type { Socket } from './socket-table.ts';

/** The sockets of a network namespace, in which `pid` lives. With `mayBeRecent` they may have been read a moment ago. */
export type SocketsOf = (network: string, pid: number, mayBeRecent: boolean) => readonly Socket[];

/** How long a reading counts as recent. */
const MOMENT_MS = 250;

/** Reads the tables of the kernel, which takes it some milliseconds whatever is in them, once for all who ask in one moment. */
export function sharedSockets(
  read: (pid: number) => readonly Socket[] = readSockets,
  soon: (act: () => void) => void = inAMoment,
): SocketsOf {
  const kept = new Map<string, readonly Socket[]>();
  return (network, pid, mayBeRecent) => {
    const recent = kept.get(network);
    if (mayBeRecent && recent !== undefined) return recent;
    const sockets = read(pid);
    kept.set(network, sockets);
    // A busy machine has a hundred thousand of them, and soon nobody needs them any more.
    soon(() => {
      if (kept.get(network) === sockets) kept.delete(network);
    });
    return sockets;
  };
}

function inAMoment(act: () => void): void {
  setTimeout(act, MOMENT_MS).unref();
}
