import type { Server, Socket } from 'node:net';

export type NewestCallers = {
  /** Says that this caller did something a moment ago, so that others are cut before it. */
  readonly touch: (socket: Socket) => void;
  /** Cuts every caller. */
  readonly cutAll: () => void;
};

/**
 * Keeps a server at `most` connections by cutting the one that has been quiet for longest, not by turning new ones away: a crowd of
 * idle callers must not keep a load balancer from its answer. A connection that breaks is nobody's error here.
 */
export function keepNewest(server: Server, most: number): NewestCallers {
  /** A set remembers the order: the first is the one that has been quiet for longest. */
  const callers = new Set<Socket>();
  const touch = (socket: Socket): void => {
    if (callers.delete(socket)) callers.add(socket);
  };
  server.on('connection', (socket) => {
    callers.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => callers.delete(socket));
    const [quietest] = callers;
    if (callers.size > most) quietest?.destroy();
  });
  return {
    touch,
    cutAll: () => {
      for (const socket of callers) socket.destroy();
    },
  };
}
