import { randomBytes } from 'node:crypto';
import { Fault } from '../../fault.ts';
import { isLoopback } from '../../http/callers.ts';
import { drain, httpListener, listen } from '../../http/listener.ts';
import type { Tls } from '../../http/listener.ts';
import { watchChanges } from './change-watch.ts';
import { eventStreams } from './event-streams.ts';
import { guardedFlags } from './guarded-flags.ts';
import type { GuardParts, GuardedFlags } from './guarded-flags.ts';
import { HTTP_LIMITS } from './http-limits.ts';
import type { HttpLimits } from './http-limits.ts';
import type { Refusal } from './ownership.ts';
import { respond } from './respond.ts';
import { routeRequests } from './routes.ts';
import { endpointReport, guardReport } from './self-report.ts';
import type { ReportParts } from './self-report.ts';
import type { GuardReport } from '../../model/guard-report.ts';

export type ServerOptions = GuardParts & {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string | null;
  readonly tls: Tls | null;
  /** How often the report is written somewhere, in seconds; said in it. */
  readonly reportEverySec: number;
  readonly inactivityDelaySec?: number;
  readonly limits?: Partial<HttpLimits>;
  /** Told at the start and at each change: null when flags are answered, else why they are not. */
  readonly onStanding: (problem: Refusal | null) => void;
  /** Told of a bug in a request; its caller gets a 500 that says nothing. */
  readonly onBug: (error: unknown) => void;
};

export type RunningServer = {
  readonly address: { readonly host: string; readonly port: number };
  readonly url: string;
  /** What was asked in the service's name; null while nobody can tell which binary that is. */
  readonly report: () => Promise<GuardReport | null>;
  /** Takes no new connections, ends streams, waits for requests under way, then cuts what is left. */
  readonly close: () => Promise<void>;
};

/** Serves OFREP 0.3.0. Faults: BAD_USAGE for an address others can reach without token and TLS; BAD_INPUT for a TLS key that is none; BAD_USAGE and NO_PERMISSION when it cannot listen. */
export async function serveOfrep(options: ServerOptions): Promise<RunningServer> {
  const { host, port, token, tls } = options;
  requireProtection(options);
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const server = httpListener(limits, tls);
  const flags = guardedFlags(options);
  const streams = eventStreams(limits);
  const standing = standingTeller(flags, options.onStanding);
  await standing();
  const changes = await watchChanges(flags, options, (event) => {
    streams.send(event);
    void standing();
  });
  const reportParts = async (): Promise<ReportParts> => ({
    view: options.manifest.view(),
    look: await options.running.look(),
    problem: await flags.problem(),
    tally: options.tally,
    everySeconds: options.reportEverySec,
    now: options.now(),
  });
  const route = routeRequests({
    flags,
    // Told to nobody who did not show the token, and good for the streams alone.
    admission: { token, ticket: token === null ? null : randomBytes(24).toString('hex') },
    limits,
    streams,
    changes,
    announcesStreams: () => options.source.version() !== null,
    inactivityDelaySec: options.inactivityDelaySec ?? 120,
    report: async () => endpointReport(await reportParts()),
  });
  server.on('request', (request, response) => {
    route(request, response).catch((error: unknown) => {
      // The caller went away while it was sending.
      if (request.destroyed && !request.complete) return;
      options.onBug(error);
      respond(response, { status: 500, body: { errorDetails: 'The flag could not be evaluated here.' } });
    });
  });
  const bound = await listen(server, host, port);
  return {
    address: { host, port: bound.port },
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound.port}`,
    report: async () => guardReport(await reportParts()),
    close: async () => {
      changes.close();
      streams.close();
      await drain(server, limits.drainMs);
    },
  };
}

/** Tells each standing once, however often it is asked for. */
function standingTeller(flags: GuardedFlags, onStanding: ServerOptions['onStanding']): () => Promise<void> {
  let told: string | undefined;
  return async () => {
    const problem = await flags.problem();
    const code = problem?.code ?? 'none';
    if (code === told) return;
    told = code;
    onStanding(problem);
  };
}

function requireProtection({ host, token, tls }: ServerOptions): void {
  if (isLoopback(host) || (token !== null && tls !== null)) return;
  const missing = [
    ...(token === null ? ['--token-file'] : []),
    ...(tls === null ? ['--tls-cert and --tls-key'] : []),
  ];
  throw new Fault(
    'BAD_USAGE',
    `Other machines can reach ${host}, so it needs ${missing.join(', and ')}; or listen on 127.0.0.1.`,
  );
}
