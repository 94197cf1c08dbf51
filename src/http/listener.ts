import { createServer as createPlainServer } from 'node:http';
import type { Server, ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import type { AddressInfo, Server as SocketServer, Socket } from 'node:net';
import { Fault } from '../fault.ts';

/** Key and certificate chain, PEM. */
export type Tls = { readonly cert: string; readonly key: string };

/** What bounds careless and hostile callers before anybody looks at what they ask. */
export type ListenerLimits = {
  /** Largest request line and headers together, in bytes. */
  readonly headerBytes: number;
  /** How long a caller may take to send its headers, and its whole request, in milliseconds. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long a connection may lie idle between two requests, in milliseconds. */
  readonly keepAliveMs: number;
  readonly connections: number;
  /** How often callers that are too slow are looked for, in milliseconds: each time wakes the process. Once a second by default. */
  readonly checkMs?: number;
};

/** What is no HTTP, too long or too slow, in the words of whoever answers here. */
type SayRefused = (status: 400 | 408 | 431, detail: string) => object;

const inDetails: SayRefused = (_, detail) => ({ errorDetails: detail });

/** A server that bounds what callers may send and how long they may take. Fault BAD_INPUT for a key or certificate that is none. */
export function httpListener(
  limits: ListenerLimits,
  tls: Tls | null,
  sayRefused: SayRefused = inDetails,
): Server {
  const settings = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: limits.checkMs ?? Math.min(1_000, limits.headersMs),
  };
  const server = tls === null ? createPlainServer(settings) : tlsServer(settings, tls);
  server.maxConnections = limits.connections;
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Socket) =>
    refuseBytes(error, socket, sayRefused),
  );
  return server;
}

function tlsServer(settings: ServerOptions, tls: Tls): Server {
  try {
    const { headersTimeout: handshakeTimeout = 5_000 } = settings;
    return createTlsServer({ ...settings, ...tls, minVersion: 'TLSv1.2', handshakeTimeout });
  } catch (error) {
    throw notTls(error);
  }
}

function notTls(error: unknown): Fault {
  return new Fault(
    'BAD_INPUT',
    'The TLS certificate and key cannot be used: they are not PEM, or do not belong together.',
    {},
    error,
  );
}

/** A new key and certificate for the connections that come from now on. Fault BAD_INPUT; the old ones stay then. */
export function renewTls(server: Server, tls: Tls): void {
  if (!isTlsServer(server)) return;
  try {
    server.setSecureContext({ ...tls, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw notTls(error);
  }
}

/** Asking for the class would load TLS in programs that speak none. */
function isTlsServer(server: Server): server is TlsServer {
  return 'setSecureContext' in server;
}

/** What is no HTTP, too long or too slow is told so in HTTP, once, and cut off. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Socket, sayRefused: SayRefused): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const [status, name, detail] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? ([431, 'Request Header Fields Too Large', 'The headers are too large.'] as const)
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? ([408, 'Request Timeout', 'The request took too long to arrive.'] as const)
        : ([400, 'Bad Request', 'This is not an HTTP request.'] as const);
  const body = JSON.stringify(sayRefused(status, detail));
  const head = `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close`;
  socket.end(`HTTP/1.1 ${status} ${name}\r\n${head}\r\n\r\n${body}`, () => socket.destroy());
}

const WHY_NOT: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it already',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'this user may not take it',
  ENOTFOUND: 'no host has that name',
};

/** Starts to listen; port 0 takes a free one. Fault: BAD_USAGE, or NO_PERMISSION. */
export async function listen(server: SocketServer, host: string, port: number): Promise<AddressInfo> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        new Fault(
          error.code === 'EACCES' ? 'NO_PERMISSION' : 'BAD_USAGE',
          `${host} port ${port} cannot be listened on: ${WHY_NOT[error.code ?? ''] ?? `the system said ${error.code ?? error.message}`}. Choose another address.`,
          { host, port },
          error,
        ),
      ),
    );
    server.listen(port, host, resolve);
  });
  return server.address() as AddressInfo;
}

/** Takes no new connections, waits for requests under way, and cuts what is left after `drainMs`. */
export async function drain(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeIdleConnections();
  const late = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearTimeout(late);
}
