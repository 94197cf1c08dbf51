import { performance } from 'node:perf_hooks';
import { networkOf } from './network-of.ts';
import { openFilesOf, socketInodesOf } from './open-files.ts';
import type { SocketsOf } from './shared-sockets.ts';
import { readSockets } from './socket-table.ts';
import type { Socket } from './socket-table.ts';

/** What the kernel's socket tables say about one service. */
export type Traffic = {
  /** `0.0.0.0:9000`, `[::1]:9001`: every TCP socket it listens on, sorted. */
  readonly listening: readonly string[];
  /** Connections to its traffic ports, without those it makes to itself. */
  readonly established: number;
  readonly isLive: boolean;
  /** One clause that says why `isLive` is what it is. */
  readonly reason: string;
};

/**
 * Does this service take live traffic? With `trafficPorts` declared: when it listens on one of them, or still serves a connection
 * to one. Without: always yes, because an idle server that listens is within reach of the next order, and one that listens on no
 * TCP port may take its work from a queue; nothing the kernel shows could prove either of them drained. Fault: NO_PERMISSION.
 */
export function liveTraffic(pids: readonly number[], trafficPorts: readonly number[] | null): Traffic {
  return trafficOf(socketsHeld(pids), pids, trafficPorts, readSockets);
}

/** `liveTraffic`, or the same for somebody who asks all the time. */
export type TrafficLook = typeof liveTraffic;

/** However little seems to happen, the tables are read anew after this long. */
const LONGEST_MS = 60_000;

/**
 * `liveTraffic` with a memory. A service that takes traffic and holds the same sockets as before still takes it; only the count of its
 * connections may be some seconds old. One that takes none, or holds other sockets than before, is always looked at anew.
 */
export function rememberedTraffic(
  socketsOf: SocketsOf,
  upMs: () => number = () => performance.now(),
): TrafficLook {
  let kept: { readonly key: string; readonly at: number; readonly traffic: Traffic } | null = null;
  return (pids, trafficPorts) => {
    const held = socketsHeld(pids);
    const key = JSON.stringify([pids, trafficPorts, [...held]]);
    const now = upMs();
    const isSame = kept?.key === key && kept.traffic.isLive;
    if (kept !== null && isSame && now - kept.at < LONGEST_MS) return kept.traffic;
    const traffic = trafficOf(held, pids, trafficPorts, (pid) => socketsOf(pid, isSame));
    kept = { key, at: now, traffic };
    return traffic;
  };
}

function socketsHeld(pids: readonly number[]): ReadonlySet<number> {
  return new Set(pids.flatMap((pid) => socketInodesOf(openFilesOf(pid) ?? [])));
}

function trafficOf(
  held: ReadonlySet<number>,
  pids: readonly number[],
  trafficPorts: readonly number[] | null,
  socketsOf: (pid: number) => readonly Socket[],
): Traffic {
  const sockets = onePerNetwork(pids).flatMap((pid) => socketsOf(pid));
  const own = sockets.filter((socket) => held.has(socket.inode));
  const listening = own.filter((socket) => socket.state === 'listening');
  const ports = new Set(trafficPorts ?? listening.map((socket) => socket.port));
  const established = countConnections(sockets, own, ports);
  return {
    listening: [...new Set(listening.map(shownSocket))].sort(),
    established,
    ...verdictOf({ trafficPorts, listening, established }),
  };
}

function verdictOf({
  trafficPorts,
  listening,
  established,
}: {
  readonly trafficPorts: readonly number[] | null;
  readonly listening: readonly Socket[];
  readonly established: number;
}): Pick<Traffic, 'isLive' | 'reason'> {
  if (trafficPorts === null) {
    const reason =
      listening.length > 0
        ? 'it listens, and no traffic ports are declared'
        : 'it listens on no TCP port, so nothing shows that it is idle';
    return { isLive: true, reason };
  }
  const open = listening.find((socket) => trafficPorts.includes(socket.port));
  if (open !== undefined) return { isLive: true, reason: `it listens on traffic port ${open.port}` };
  if (established > 0) return { isLive: true, reason: 'it still serves connections to a traffic port' };
  return {
    isLive: false,
    reason: `it neither listens on traffic port ${trafficPorts.join(', ')} nor serves a connection there`,
  };
}

/**
 * Established connections whose local port is a traffic port: those the service holds, and those that wait in its queue (the
 * kernel gives them no inode yet). A connection whose other end is held by the service itself is its own health check.
 */
function countConnections(
  sockets: readonly Socket[],
  own: readonly Socket[],
  ports: ReadonlySet<number>,
): number {
  const held = new Set(own.map((socket) => socket.inode));
  const ownEnds = new Set(
    own.map((socket) => ends(socket.address, socket.port, socket.peerAddress, socket.peerPort)),
  );
  const doors = new Set(own.filter((socket) => socket.state === 'listening').map(doorOf));
  const isInQueue = (socket: Socket): boolean =>
    socket.inode === 0 && [doorOf(socket), `* ${socket.port}`].some((door) => doors.has(door));
  return sockets.filter(
    (socket) =>
      socket.state === 'established' &&
      ports.has(socket.port) &&
      (held.has(socket.inode) || isInQueue(socket)) &&
      !ownEnds.has(ends(socket.peerAddress, socket.peerPort, socket.address, socket.port)),
  ).length;
}

function doorOf({ address, port }: Socket): string {
  return `${address === '0.0.0.0' || address === '::' ? '*' : plain(address)} ${port}`;
}

function ends(address: string, port: number, peerAddress: string, peerPort: number): string {
  return `${plain(address)} ${port} ${plain(peerAddress)} ${peerPort}`;
}

/** The two ends of one connection may stand in both tables, one as IPv4, one as IPv4 in IPv6. */
function plain(address: string): string {
  return address.replace(/^::ffff:/, '');
}

/** A socket's own end as a report shows it: `0.0.0.0:9000`, `[::1]:9001`. */
export function shownSocket({ address, port }: Socket): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port}`;
}

/** One process of each network namespace: the table is the same for all who share one. */
function onePerNetwork(pids: readonly number[]): readonly number[] {
  const byNetwork = new Map<string, number>();
  for (const pid of pids) {
    const network = networkOf(pid);
    if (network !== null && !byNetwork.has(network)) byNetwork.set(network, pid);
  }
  return [...byNetwork.values()];
}
