import type { IncomingMessage, ServerResponse } from 'node:http';
import { etagOf, namesTag } from './answer.ts';
import type { Answer } from './answer.ts';

/** Sends an answer. `maySayUnchanged`: a 200 gets an ETag, and a caller that has it already gets 304 without a body. */
export function respond(
  response: ServerResponse,
  { status, body, headers }: Answer,
  maySayUnchanged: IncomingMessage | null = null,
): void {
  if (response.headersSent || response.destroyed) return;
  const text = body === null ? '' : JSON.stringify(body);
  const etag = maySayUnchanged !== null && status === 200 ? etagOf(text) : null;
  const shared = {
    // A cache between us and the caller would answer for a binary that has left.
    'Cache-Control': etag === null ? 'no-store' : 'private, no-cache',
    'X-Content-Type-Options': 'nosniff',
    ...(etag === null ? {} : { ETag: etag }),
    ...headers,
  };
  if (etag !== null && namesTag(maySayUnchanged?.headers['if-none-match'], etag)) {
    response.writeHead(304, shared).end();
    return;
  }
  response
    .writeHead(status, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      ...shared,
    })
    .end(text);
}
