import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Cuts whoever connects and has not asked anything within `ms`. It costs nothing while nobody is there. */
export function cutTheSilent(server: Server, ms: number): void {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  server.on('connection', (socket) => {
    const timer = setTimeout(() => socket.destroy(), ms);
    timers.set(socket, timer);
    socket.once('close', () => clearTimeout(timer));
  });
  server.on('request', ({ socket }: IncomingMessage) => clearTimeout(timers.get(socket)));
}
