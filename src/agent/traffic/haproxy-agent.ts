import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { listen } from '../../http/listener.ts';
import { keepNewest } from './newest-callers.ts';
import type { Readiness, ReadinessSource } from './readiness.ts';
import { readinessOf, saidReason } from './said-reason.ts';

/** A door that answers until it is closed; then nobody can connect to it. */
export type Door = { readonly port: number; readonly close: () => Promise<void> };

export type DoorLimits = {
  readonly connections: number;
  /** How long a caller that has its answer may stay on, in milliseconds. */
  readonly lingerMs: number;
};

const LIMITS: DoorLimits = { connections: 256, lingerMs: 1_000 };

export type HaproxyDoor = {
  readonly source: ReadinessSource;
  /** Loopback by default. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly limits?: Partial<DoorLimits>;
};

/**
 * Answers HAProxy's agent-check: one line for each connection, `up` or `down #reason` (configuration.txt of 2.6, `agent-check`).
 * Faults: BAD_USAGE or NO_PERMISSION when it cannot listen.
 */
export async function serveHaproxyAgent({
  source,
  host = '127.0.0.1',
  port,
  limits,
}: HaproxyDoor): Promise<Door> {
  const { connections, lingerMs } = { ...LIMITS, ...limits };
  const server = createServer();
  const callers = keepNewest(server, connections);
  server.on('connection', (socket) => {
    socket.end(lineOf(readinessOf(source)));
    // What a caller sends is read and thrown away: unread bytes would make the kernel reset the connection, and the line with it.
    socket.resume();
    const late = setTimeout(() => socket.destroy(), lingerMs);
    socket.once('close', () => clearTimeout(late));
  });
  const bound = await listen(server, host, port);
  return { port: bound.port, close: async () => await closeAtOnce(server, callers.cutAll) };
}

/**
 * Never `ready`, `drain`, `maint` or a weight: `ready` lifts the `maint` an operator has set, and a drained server still gets
 * sticky clients. `up` and `down` leave the operator's word alone.
 */
function lineOf({ ready, reason }: Readiness): string {
  return ready ? 'up\n' : `down #${saidReason(reason)}\n`;
}

async function closeAtOnce(server: Server, cutAll: () => void): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  cutAll();
  await closed;
}
