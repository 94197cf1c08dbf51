import type { IncomingHttpHeaders } from 'node:http';
import { bearerOf, isLocalHost, isSame } from '../../http/callers.ts';

/** Who may ask. */
export type Admission = {
  /** Null lets everybody in who reaches the socket, which is then a loopback one. */
  readonly token: string | null;
  /** What the event streams' address carries, because a browser cannot send headers there; null without a token. */
  readonly ticket: string | null;
};

/**
 * Why a caller is turned away; null when it is not. 401 without the right token. 403 on a socket without token when Host is a name
 * and not this machine: a web page that has rebound its own name to 127.0.0.1 could read flags through somebody's browser.
 */
export function whyRefused(
  headers: IncomingHttpHeaders,
  { token }: Admission,
): { readonly status: 401 | 403; readonly detail: string } | null {
  if (token === null) {
    if (isLocalHost(headers.host)) return null;
    return { status: 403, detail: 'This address answers only as localhost or by its IP address.' };
  }
  const given = bearerOf(headers.authorization) ?? headers['x-api-key'];
  if (given === undefined)
    return { status: 401, detail: 'Give the token as `Authorization: Bearer …` or as `X-API-Key: …`.' };
  if (typeof given === 'string' && isSame(given, token)) return null;
  return { status: 401, detail: 'The token is not the right one.' };
}
