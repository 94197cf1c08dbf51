import type { IncomingMessage, ServerResponse } from 'node:http';
import { isLoopback } from '../../http/callers.ts';
import { drain, httpListener, listen } from '../../http/listener.ts';
import { HTTP_LIMITS } from '../ofrep/http-limits.ts';
import type { HttpLimits } from '../ofrep/http-limits.ts';
import type { Door } from './haproxy-agent.ts';
import { keepNewest } from './newest-callers.ts';
import type { Readiness, ReadinessSource } from './readiness.ts';
import { readinessOf, saidReason } from './said-reason.ts';
import { cutTheSlow } from './slow-requests.ts';

const CONNECTIONS = 256;
const LIMITS: HttpLimits = {
  ...HTTP_LIMITS,
  headerBytes: 8 * 1024,
  headersMs: 2_000,
  requestMs: 2_000,
  // One more than are kept, so that the newest gets in and the quietest is cut.
  connections: CONNECTIONS + 1,
  // An agent has a door for each service, and nobody there for most of the time. A caller that is slow to ask is cut by a timer of its own;
  // these looks wake the process, and find only what that has missed.
  checkMs: 30_000,
  drainMs: 500,
};

export type ReadinessDoor = {
  readonly source: ReadinessSource;
  /** Loopback by default. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** What `/status` shows, to callers of this machine only. */
  readonly status?: () => Readonly<Record<string, unknown>>;
};

type Said = {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
};

const NOTHING: Said = { status: 404, text: 'There is nothing here.\n' };

/**
 * Answers over HTTP whether this server may take live traffic: `/health` for whatever polls, `/auth` for nginx's auth_request, `/live`
 * and `/status` for the agent itself. Faults: BAD_USAGE or NO_PERMISSION when it cannot listen.
 */
export async function serveReadiness({
  source,
  host = '127.0.0.1',
  port,
  status,
}: ReadinessDoor): Promise<Door> {
  const server = httpListener(LIMITS, null);
  const callers = keepNewest(server, CONNECTIONS);
  cutTheSlow(server, LIMITS.headersMs);
  server.on('request', (request, response) => {
    callers.touch(request.socket);
    answer(request, response, said(request, { source, status }));
  });
  const bound = await listen(server, host, port);
  return { port: bound.port, close: async () => await drain(server, LIMITS.drainMs) };
}

function said(
  request: IncomingMessage,
  { source, status }: { source: ReadinessSource; status: ReadinessDoor['status'] },
): Said {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, text: 'Use GET or HEAD here.\n', headers: { Allow: 'GET, HEAD' } };
  const [pathname = ''] = (request.url ?? '').split('?');
  switch (pathname) {
    case '/health':
    case '/haproxy/health':
      return health(readinessOf(source));
    case '/auth':
      return auth(readinessOf(source));
    case '/live':
      return { status: 200, text: 'live\n' };
    case '/status':
      return status === undefined ? NOTHING : statusFor(request, status);
    default:
      return NOTHING;
  }
}

function health({ ready, reason }: Readiness): Said {
  if (ready) return { status: 200, text: 'up\n' };
  const why = saidReason(reason);
  return { status: 503, text: `down: ${why}\n`, headers: { 'X-Haunted-Reason': why } };
}

/** Nothing but 204 and 403: of any other status nginx makes a 500 for its client. */
function auth({ ready, reason }: Readiness): Said {
  if (ready) return { status: 204, text: '' };
  return { status: 403, text: '', headers: { 'X-Haunted-Reason': saidReason(reason) } };
}

/** It names binaries and manifests, which is nobody's business on the network. */
function statusFor(request: IncomingMessage, status: () => Readonly<Record<string, unknown>>): Said {
  const from = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  if (!isLoopback(from)) return { status: 403, text: 'The status is shown on this machine only.\n' };
  try {
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    return { status: 200, text: `${JSON.stringify(status())}\n`, headers };
  } catch {
    // A bug in what is only shown must not take the health answers with it.
    return { status: 500, text: 'The status could not be told.\n' };
  }
}

function answer(request: IncomingMessage, response: ServerResponse, { status, text, headers }: Said): void {
  const hasBody =
    request.headers['transfer-encoding'] !== undefined || (request.headers['content-length'] ?? '0') !== '0';
  response
    .writeHead(status, {
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(status === 204
        ? {}
        : { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': Buffer.byteLength(text) }),
      // No answer here needs a body, so nobody is waited for to send one.
      ...(hasBody ? { Connection: 'close' } : {}),
      ...headers,
    })
    .end(request.method === 'HEAD' ? undefined : text);
  request.resume();
}
