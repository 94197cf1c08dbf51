import type { SourceUnavailable } from '../../agent/ofrep/flag-source.ts';
import { Fault } from '../../fault.ts';
import { readJson } from '../../seal/json.ts';

export type Upstream = {
  /** Without a slash at its end. */
  readonly url: string;
  /** Headers that say who we are; asked each time, so that a new secret is used at once. */
  readonly headers: () => Promise<Readonly<Record<string, string>>>;
  /** How long one answer may take in all, in milliseconds. */
  readonly timeoutMs: number;
  /** Largest answer, in bytes. */
  readonly maxBytes: number;
};

export type UpstreamReply =
  | { readonly kind: 'reply'; readonly status: number; readonly etag: string | null; readonly value: unknown }
  | SourceUnavailable;

/**
 * Posts one question to the upstream service. What is too slow, too large, somewhere else (redirects are not followed: the secret
 * would go along), not JSON or not there makes it unavailable, with a sentence that names no secret. Never throws.
 */
export async function askUpstream(
  { url, headers, timeoutMs, maxBytes }: Upstream,
  path: string,
  { body, ifNoneMatch }: { readonly body: unknown; readonly ifNoneMatch?: string | undefined },
): Promise<UpstreamReply> {
  try {
    const response = await fetch(`${url}${path}`, {
      method: 'POST',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        Accept: 'application/json',
        'Content-Type': 'application/json',
        ...(ifNoneMatch === undefined ? {} : { 'If-None-Match': ifNoneMatch }),
        ...(await headers()),
      },
      body: JSON.stringify(body),
    });
    const bytes = await wholeBody(response, maxBytes);
    if (bytes === null) return away(`sent more than ${maxBytes} bytes`);
    return replyOf(response, bytes);
  } catch (error) {
    if (error instanceof Fault)
      return away('wants a secret that cannot be read here; see --upstream-auth-file');
    return away(whyNot(error, timeoutMs));
  }
}

function replyOf(response: Response, bytes: Uint8Array): UpstreamReply {
  const { status } = response;
  const etag = response.headers.get('etag');
  if (status === 304) return { kind: 'reply', status, etag, value: null };
  if (status === 429)
    return {
      ...away('asks us to come back later (429)'),
      retryAfter: retryAfter(response.headers.get('retry-after')),
    };
  if (status === 401 || status === 403)
    return away(`does not let us in (${status}); check --upstream-auth-file`);
  if (status >= 300 && status < 400) return away(`sends us elsewhere (${status}), where we do not go`);
  if (status !== 200 && status !== 400 && status !== 404) return away(`answered ${status}`);
  const read = readJson(bytes);
  if (!read.ok) return away(`answered ${status} with a body that ${read.detail}`);
  return { kind: 'reply', status, etag, value: read.value };
}

/** Null when it is larger than `maxBytes`; it is not read to its end then. */
async function wholeBody(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body as AsyncIterable<Uint8Array>) {
    length += piece.length;
    // Leaving the loop cancels the body.
    if (length > maxBytes) return null;
    pieces.push(piece);
  }
  return Buffer.concat(pieces, length);
}

/** A sentence about the upstream service, which has no answer for us. */
export function away(clause: string): SourceUnavailable {
  return { kind: 'unavailable', detail: `The flag service behind this node ${clause}.`, retryAfter: null };
}

function retryAfter(header: string | null): string {
  const isUsable =
    header !== null && (/^\d{1,6}$/.test(header) || !Number.isNaN(Date.parse(header))) && header.length < 64;
  return isUsable ? header : '1';
}

function whyNot(error: unknown, timeoutMs: number): string {
  const names: unknown[] = [];
  for (let at: unknown = error, left = 4; at instanceof Error && left > 0; at = at.cause, left -= 1)
    names.push(at.name, (at as NodeJS.ErrnoException).code);
  if (names.includes('TimeoutError')) return `did not answer within ${timeoutMs} ms`;
  const code = names.find(
    (name) => typeof name === 'string' && /^(?:E[A-Z]{3}|UND_|HPE_|CERT_|DEPTH_|SELF_|UNABLE_)/.test(name),
  );
  return `cannot be asked (${typeof code === 'string' ? code : 'no connection'})`;
}
