import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** A client that asks again and again, one request after the other, and remembers every answer. */
export type ClientLoop = {
  /** How many answers each server gave. */
  readonly answers: ReadonlyMap<string, number>;
  /** When each server gave its last answer, in milliseconds since the epoch. */
  readonly lastAt: ReadonlyMap<string, number>;
  /** The requests that got no 200, by id, and what they got. */
  readonly failed: ReadonlyMap<string, string>;
  readonly stop: () => Promise<void>;
};

type Asked = {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** One connection for all requests. */
  readonly isKept?: boolean;
  /** Between two requests, in milliseconds. */
  readonly everyMs?: number;
};

let ids = 0;

export function clientLoop({ isKept = false, everyMs = 2, ...asked }: Asked): ClientLoop {
  const agent = new Agent({ keepAlive: isKept, maxSockets: 1 });
  const answers = new Map<string, number>();
  const lastAt = new Map<string, number>();
  const failed = new Map<string, string>();
  const over = new AbortController();
  const run = async (): Promise<void> => {
    while (!over.signal.aborted) {
      ids += 1;
      const id = `${ids}`;
      const { server, problem } = await askAgain(asked, id, agent);
      if (problem === null) {
        answers.set(server, (answers.get(server) ?? 0) + 1);
        lastAt.set(server, Date.now());
      } else failed.set(id, problem);
      await pause(everyMs);
    }
    agent.destroy();
  };
  const running = run();
  return {
    answers,
    lastAt,
    failed,
    stop: async () => {
      over.abort();
      await running;
    },
  };
}

export type Told = {
  readonly server: string;
  readonly problem: string | null;
  readonly cookie: string;
  /** The connection had carried a request before, and ended without a word of an answer. */
  readonly isStale: boolean;
};

/**
 * Asks on another connection when a kept one turned out to be closed, as every browser and HTTP library does: the other side may close an
 * idle connection in the moment it is used (RFC 9112 section 9.3.1).
 */
async function askAgain(asked: Asked, id: string, agent: Agent): Promise<Told> {
  const first = await ask(asked, id, agent);
  return first.isStale ? await ask(asked, id, agent) : first;
}

/** One request with this id. */
export async function ask(
  { host, port, path = '/', headers = {} }: Asked,
  id: string,
  agent: Agent | false = false,
): Promise<Told> {
  return await new Promise((resolve) => {
    const asking = request(
      { host, port, path: `${path}?id=${id}`, headers, agent, timeout: 10_000 },
      (response) => {
        const server = String(response.headers['x-server'] ?? '');
        const cookie = (response.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
        const problem = response.statusCode === 200 ? null : `status ${response.statusCode ?? 0}`;
        response.resume();
        response.once('close', () => resolve({ server, problem, cookie, isStale: false }));
      },
    );
    asking.once('timeout', () => asking.destroy(new Error('no answer within 10 s')));
    asking.once('error', (error) =>
      resolve({ server: '', problem: error.message, cookie: '', isStale: asking.reusedSocket }),
    );
    asking.end();
  });
}
