import type { IncomingMessage, ServerResponse } from 'node:http';
import { FAULTS } from '../fault.ts';
import type { Fault, FaultCode } from '../fault.ts';
import type { FaultTold } from '../model/operator-wire.ts';

const SHARED = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** Answers with one JSON document. */
export function respond(response: ServerResponse, status: number, body: object | null): void {
  if (response.headersSent || response.destroyed) return;
  if (body === null) {
    response.writeHead(status, SHARED).end();
    return;
  }
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(text),
      ...SHARED,
    })
    .end(text);
}

/** A fault in the words of the wire. What is no plain value stays here. */
export function faultTold(
  code: FaultCode,
  message: string,
  detail: Readonly<Record<string, unknown>> = {},
): FaultTold {
  const plain = Object.entries(detail).filter(([, value]) => isPlain(value));
  return {
    schema: 'haunted.fault/v1',
    code,
    message,
    detail: Object.fromEntries(plain) as FaultTold['detail'],
  };
}

function isPlain(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Answers with a fault, and lets nobody go on sending what was not read. */
export function respondFault(request: IncomingMessage, response: ServerResponse, fault: Fault): void {
  const { code, message, detail } = fault;
  const { status } = FAULTS[code];
  if (status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
  if (status === 503) response.setHeader('Retry-After', '1');
  if (!request.complete) {
    response.setHeader('Connection', 'close');
    request.resume();
  }
  respond(response, status, faultTold(code, message, detail));
}

/** Starts an answer of lines, each a JSON document, that goes on until somebody ends it. */
export function startLines(response: ServerResponse): void {
  // A line that stays open for hours is not a request that takes too long.
  response.socket?.setTimeout(0);
  response.socket?.setNoDelay(true);
  response.socket?.setKeepAlive(true, 15_000);
  response.writeHead(200, { 'Content-Type': 'application/x-ndjson', 'X-Accel-Buffering': 'no', ...SHARED });
  response.flushHeaders();
}
