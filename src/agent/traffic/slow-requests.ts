import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Cuts whoever has connected and not asked anything within `ms`, and whoever takes longer than that from the first byte of a later request to
 * its last header, a byte now and then or none. It costs nothing while nobody is there, other than node’s own limits, which are looked after
 * by a clock that wakes the process.
 */
export function cutTheSlow(server: Server, ms: number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  const begin = (socket: Socket): void => {
    if (!timers.has(socket))
      timers.set(
        socket,
        setTimeout(() => socket.destroy(), ms),
      );
  };
  const end = (socket: Socket): void => {
    clearTimeout(timers.get(socket));
    timers.delete(socket);
  };
  server.on('connection', (socket) => {
    begin(socket);
    // Before node reads the same bytes, because they may be a whole request.
    socket.prependListener('data', () => begin(socket));
    socket.once('close', () => end(socket));
  });
  server.on('request', ({ socket }: IncomingMessage) => end(socket));
}
