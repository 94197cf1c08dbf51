import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import { isSame } from '../../http/callers.ts';
import { whyRefused } from './caller.ts';
import type { Admission } from './caller.ts';
import type { ChangeWatch } from './change-watch.ts';
import type { EventStreams } from './event-streams.ts';
import type { GuardedFlags } from './guarded-flags.ts';
import type { HttpLimits } from './http-limits.ts';
import { readBody, readContext, readFreshness } from './read-request.ts';
import type { BadRequest } from './read-request.ts';
import { respond } from './respond.ts';

const EVALUATE = '/ofrep/v1/evaluate/flags';
const EVENTS = '/haunted/v1/events';
const REPORT = '/haunted/v1/flags';

export type Routes = {
  readonly flags: GuardedFlags;
  readonly admission: Admission;
  readonly limits: HttpLimits;
  readonly streams: EventStreams;
  readonly changes: ChangeWatch;
  /** Whether the source notices its own changes; else callers must go on polling and are told of no stream. */
  readonly announcesStreams: () => boolean;
  readonly inactivityDelaySec: number;
  readonly report: () => Promise<Readonly<Record<string, unknown>>>;
};

/** Answers one request. Throws only for bugs. */
export function routeRequests(
  routes: Routes,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { admission } = routes;
  let underWay = 0;

  return async (request, response) => {
    const { pathname, query } = splitUrl(request.url ?? '/');
    const hasTicket =
      pathname === EVENTS && admission.ticket !== null && isSame(query.get('ticket') ?? '', admission.ticket);
    const refused = hasTicket ? null : whyRefused(request.headers, admission);
    if (refused !== null) return turnAway(request, response, refused);
    if (pathname === EVENTS || pathname === REPORT) {
      if (request.method !== 'GET') return wrongMethod(request, response, 'GET');
      if (pathname === EVENTS) return openStream(routes, request, response);
      return respond(response, { status: 200, body: await routes.report() });
    }
    const flag = flagOf(pathname);
    if (flag === undefined)
      return endEarly(request, response, {
        status: 404,
        body: { errorDetails: `There is nothing at ${pathname.slice(0, 200)}.` },
      });
    if (request.method !== 'POST') return wrongMethod(request, response, 'POST');
    if (underWay >= routes.limits.evaluations) return tooMany(request, response);
    underWay += 1;
    try {
      await evaluate(routes, { flag, query }, request, response);
    } finally {
      underWay -= 1;
    }
  };
}

type Asked = {
  /** Null for all of them; `bad` for a name that is not UTF-8 in percent signs. */
  readonly flag: string | null | { readonly bad: string };
  readonly query: URLSearchParams;
};

async function evaluate(
  { flags, limits, ...rest }: Routes,
  { flag, query }: Asked,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const names: Record<string, string> = typeof flag === 'string' ? { key: flag } : {};
  const fail = ({ status, code, detail }: BadRequest): void => {
    const answer = { status, body: { ...names, errorCode: code, errorDetails: detail } };
    if (status === 413) endEarly(request, response, answer);
    else respond(response, answer);
  };
  const body = await readBody(request, limits.bodyBytes);
  if (!body.ok) return fail(body);
  if (typeof flag === 'object' && flag !== null)
    return respond(response, {
      status: 400,
      body: {
        key: flag.bad,
        errorCode: 'PARSE_ERROR',
        errorDetails: 'The name of the flag is not UTF-8 text.',
      },
    });
  const read = readContext(request.headers['content-type'], body.bytes);
  if (!read.ok) return fail(read);
  if (flag !== null) return respond(response, await flags.one(flag, read.context));
  const fresh = readFreshness(query);
  if (!fresh.ok) return fail(fresh);
  const answer = await flags.all(read.context, fresh.freshness);
  respond(response, withStreams(answer, rest), request);
}

/** The address of the stream has no origin: callers know by which name they reach us, and we do not. */
function withStreams(
  answer: Answer,
  { announcesStreams, admission, inactivityDelaySec }: Omit<Routes, 'flags' | 'limits'>,
): Answer {
  if (answer.status !== 200 || !announcesStreams()) return answer;
  const query = admission.ticket === null ? '' : `?ticket=${admission.ticket}`;
  const stream = { type: 'sse', endpoint: { requestUri: `${EVENTS}${query}` }, inactivityDelaySec };
  return { ...answer, body: { ...answer.body, eventStreams: [stream] } };
}

function openStream({ streams, changes }: Routes, request: IncomingMessage, response: ServerResponse): void {
  const last = request.headers['last-event-id'];
  if (!streams.open(response, changes.latest(), typeof last === 'string' ? last : undefined))
    tooMany(request, response);
}

/** Null for all flags, undefined for another address. SDKs put names into the path as they are, so a name may hold slashes. */
function flagOf(pathname: string): Asked['flag'] | undefined {
  if (pathname === EVALUATE) return null;
  const raw = pathname.startsWith(`${EVALUATE}/`) ? pathname.slice(EVALUATE.length + 1) : '';
  if (raw === '') return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    return { bad: raw };
  }
}

function splitUrl(url: string): { readonly pathname: string; readonly query: URLSearchParams } {
  const [pathname = '', ...rest] = url.split('?');
  return { pathname, query: new URLSearchParams(rest.join('?')) };
}

function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  { status, detail }: { readonly status: 401 | 403; readonly detail: string },
): void {
  const headers = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
  endEarly(request, response, { status, body: { errorDetails: detail }, headers });
}

function wrongMethod(request: IncomingMessage, response: ServerResponse, allowed: string): void {
  const body = { errorDetails: `Use ${allowed} here.` };
  endEarly(request, response, { status: 405, body, headers: { Allow: allowed } });
}

function tooMany(request: IncomingMessage, response: ServerResponse): void {
  const body = { errorDetails: 'Too many requests at once; come back in a moment.' };
  endEarly(request, response, { status: 429, body, headers: { 'Retry-After': '1' } });
}

/** Answers without having read the body, and lets nobody go on sending it. */
function endEarly(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  const isRead = request.complete;
  respond(response, isRead ? answer : { ...answer, headers: { ...answer.headers, Connection: 'close' } });
  if (!isRead) request.resume();
}
