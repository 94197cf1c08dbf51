import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';

/** A server that answers every request with its name and remembers which ones it got. */
export type CountingServer = {
  readonly name: string;
  /** The requests it got, by the id each of them carries in `?id=`. */
  readonly got: ReadonlySet<string>;
  /** How many so far. */
  readonly count: () => number;
  /** When the last one came, in milliseconds of the monotonic clock. */
  readonly lastAt: () => number;
  readonly close: () => Promise<void>;
};

export async function countingServer(
  name: string,
  host: string,
  ports: readonly number[],
): Promise<CountingServer> {
  const got = new Set<string>();
  let last = 0;
  const answer: RequestListener = (request, response) => {
    const id = new URLSearchParams((request.url ?? '').split('?')[1]).get('id');
    if (id !== null) got.add(id);
    last = performance.now();
    response.writeHead(200, { 'X-Server': name, 'Content-Length': 0 }).end();
  };
  const servers = ports.map((port) => createServer({ keepAliveTimeout: 60_000 }, answer).listen(port, host));
  await Promise.all(
    servers.map(async (server) => {
      if (!server.listening) await once(server, 'listening');
    }),
  );
  return {
    name,
    got,
    count: () => got.size,
    lastAt: () => last,
    close: async () => {
      await Promise.all(
        servers.map(async (server) => {
          if (!server.listening) return;
          const closed = once(server, 'close');
          server.close();
          server.closeAllConnections();
          await closed;
        }),
      );
    },
  };
}
