import { Fault } from '../../fault.ts';
import { openFilesOf, socketInodesOf } from './open-files.ts';
import type { ProcTables } from './proc-tables.ts';
import { readSockets } from './socket-table.ts';
import type { Socket } from './socket-table.ts';

/**
 * The processes that listen on a TCP port, v4 or v6, in this network namespace. Empty when nobody does. Fault: NO_PERMISSION when
 * somebody does whom we cannot look into.
 */
export function pidsListeningOn(port: number, tables: ProcTables): number[] {
  // Services that are looked at in one moment share one look at them.
  const sockets = listenersOn(port, tables.sockets('self', true));
  if (sockets.length === 0) return [];
  const wanted = new Set(sockets.map((socket) => socket.inode));
  const held = new Set<number>();
  const owners: number[] = [];
  let refused: Fault | undefined;
  for (const { pid } of tables.processes()) {
    try {
      const own = socketInodesOf(openFilesOf(pid) ?? []).filter((inode) => wanted.has(inode));
      for (const inode of own) held.add(inode);
      if (own.length > 0) owners.push(pid);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refused = error;
    }
  }
  const orphan = sockets.find((socket) => !held.has(socket.inode));
  if (
    orphan !== undefined &&
    listenersOn(port, readSockets('self')).some((socket) => socket.inode === orphan.inode)
  )
    throw ownerIsHidden(port, orphan.uid, refused);
  return owners;
}

function listenersOn(port: number, sockets: readonly Socket[]): Socket[] {
  return sockets.filter((socket) => socket.state === 'listening' && socket.port === port);
}

function ownerIsHidden(port: number, uid: number, cause: unknown): Fault {
  const why =
    cause === undefined
      ? 'that does not show in this /proc, such as one in another pid namespace; run haunted where it shows'
      : 'that haunted may not look into: the kernel asks for CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH; run it as root, or add AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH to its systemd unit';
  return new Fault(
    'NO_PERMISSION',
    `TCP port ${port} is listened on by a process of uid ${uid} ${why}.`,
    { port, uid, capabilities: ['CAP_SYS_PTRACE', 'CAP_DAC_READ_SEARCH'] },
    cause,
  );
}
