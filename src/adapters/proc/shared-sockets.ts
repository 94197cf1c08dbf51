import { setTimeout } from 'node:timers';
import { networkOf } from './network-of.ts';
import { readSockets } from './socket-table.ts';
import type { Socket } from './socket-table.ts';

/** The sockets of the network namespace in which `pid` lives. With `mayBeRecent` they may have been read a moment ago. */
export type SocketsOf = (pid: number | 'self', mayBeRecent: boolean) => readonly Socket[];

/** How long a reading counts as recent. */
const MOMENT_MS = 250;

type Ways = {
  readonly read: (pid: number | 'self') => readonly Socket[];
  readonly nameOf: (pid: number | 'self') => string | null;
  readonly soon: (act: () => void) => void;
};

/** Reads the tables of the kernel, which takes it some milliseconds whatever is in them, once for all who ask in one moment. */
export function sharedSockets({
  read = readSockets,
  nameOf = networkOf,
  soon = inAMoment,
}: Partial<Ways> = {}): SocketsOf {
  const kept = new Map<string, readonly Socket[]>();
  return (pid, mayBeRecent) => {
    const network = nameOf(pid);
    if (network === null) return read(pid);
    const recent = kept.get(network);
    if (mayBeRecent && recent !== undefined) return recent;
    const sockets = read(pid);
    // A process that ended meanwhile may have shown half of them, and nobody else is to be told so.
    if (nameOf(pid) !== network) return sockets;
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
