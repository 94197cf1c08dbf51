import type { IncomingMessage } from 'node:http';
import { readJson } from '../../seal/json.ts';
import { isObject } from '../../seal/is-object.ts';
import type { FailureCode, FlagContext, Freshness } from './flag-source.ts';

/** A request that cannot be answered as asked. */
export type BadRequest = {
  readonly ok: false;
  readonly status: 400 | 413;
  readonly code: FailureCode;
  readonly detail: string;
};

/**
 * The body of a request. 413 when it is larger than `maxBytes`; it is not read further. A body that ends before its announced length never
 * gets here: node closes that connection.
 */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly ok: true; readonly bytes: Uint8Array } | BadRequest> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > maxBytes) return tooLarge(maxBytes);
  // By events: an async iterator over a request costs as much as all the rest of an evaluation.
  return await new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let length = 0;
    request.on('data', (piece: Buffer) => {
      length += piece.length;
      if (length > maxBytes) resolve(tooLarge(maxBytes));
      else pieces.push(piece);
    });
    request.once('end', () =>
      resolve({
        ok: true,
        bytes: pieces[1] === undefined ? (pieces[0] ?? Buffer.alloc(0)) : Buffer.concat(pieces, length),
      }),
    );
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('The caller left in the middle of a request.'));
    });
  });
}

/**
 * The context in a request body. `{}` is taken for an empty one although the schema requires `context`: shipped callers send it. JSON is
 * read strictly, to LIMITS.depth levels.
 */
export function readContext(
  contentType: string | undefined,
  bytes: Uint8Array,
): { readonly ok: true; readonly context: FlagContext } | BadRequest {
  // Only this type makes a browser ask first (CORS) before it sends a web page's request here.
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(contentType ?? ''))
    return bad('PARSE_ERROR', 'Send the request as Content-Type: application/json.');
  if (bytes.length === 0) return bad('PARSE_ERROR', 'The request has no body; send at least {}.');
  const read = readJson(bytes);
  if (!read.ok) return bad('PARSE_ERROR', `The body ${read.detail}.`);
  if (!isObject(read.value)) return bad('PARSE_ERROR', 'The body must be a JSON object with a context.');
  const context = Object.hasOwn(read.value, 'context') ? read.value['context'] : {};
  if (!isObject(context)) return bad('INVALID_CONTEXT', 'The context must be an object.');
  const key = context['targetingKey'];
  if (key !== undefined && typeof key !== 'string')
    return bad('INVALID_CONTEXT', 'The targetingKey of the context must be a string.');
  return { ok: true, context };
}

/** What an event stream told the caller, from the query (OFREP 0.3.0, ADR 0008). */
export function readFreshness(
  query: URLSearchParams,
): { readonly ok: true; readonly freshness: Freshness } | BadRequest {
  const etag = query.get('flagConfigEtag');
  const lastModified = query.get('flagConfigLastModified');
  if (lastModified !== null && !isInstant(lastModified))
    return bad(
      'GENERAL',
      'flagConfigLastModified must be seconds since 1970 or a time such as 2026-02-20T21:28:18Z.',
    );
  return { ok: true, freshness: { etag, lastModified } };
}

function isInstant(text: string): boolean {
  if (/^\d{1,12}$/.test(text)) return true;
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text) && !Number.isNaN(Date.parse(text));
}

function bad(code: FailureCode, detail: string): BadRequest {
  return { ok: false, status: 400, code, detail };
}

function tooLarge(maxBytes: number): BadRequest {
  return {
    ok: false,
    status: 413,
    code: 'GENERAL',
    detail: `The body is larger than the ${maxBytes} bytes that are read.`,
  };
}
