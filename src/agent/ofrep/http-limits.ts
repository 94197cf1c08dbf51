import type { ListenerLimits } from '../../http/listener.ts';

/** What bounds careless and hostile callers of the endpoint. */
export type HttpLimits = ListenerLimits & {
  /** Largest request body, in bytes. */
  readonly bodyBytes: number;
  /** Evaluations under way at once; more are told 429. */
  readonly evaluations: number;
  readonly streams: number;
  /** Between two comments on an event stream that has nothing to say, in milliseconds. */
  readonly heartbeatMs: number;
  /** How long a stopping server waits for requests under way, in milliseconds. */
  readonly drainMs: number;
};

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 256 * 1024,
  headerBytes: 16 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  keepAliveMs: 60_000,
  connections: 1_024,
  evaluations: 256,
  streams: 256,
  heartbeatMs: 15_000,
  drainMs: 5_000,
};
