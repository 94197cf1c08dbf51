import type { ListenerLimits } from '../http/listener.ts';

/** What bounds careless and hostile callers of the control plane, and how it keeps time. */
export type ServerLimits = ListenerLimits & {
  /** Largest body of a proof, of a small question, and of a call of the gate with its documents, in bytes. */
  readonly proofBytes: number;
  readonly smallBytes: number;
  readonly gateBytes: number;
  /** Proofs in one request at most, and its largest body in bytes: no more room than one proof may claim, or few callers would hold all of it. */
  readonly together: number;
  readonly togetherBytes: number;
  /** Proofs under way at once, and their bytes together; more are told to come again. */
  readonly proofs: number;
  readonly proofsBytes: number;
  /** Calls of the gate under way at once. */
  readonly gateCalls: number;
  /** Bytes that a reader of a stream may leave unread before it is cut off. */
  readonly unread: number;
  /** Between two beats of a stream, in milliseconds. */
  readonly beatMs: number;
  /** How long a server may take to acknowledge and prove, in milliseconds. */
  readonly challengeMs: number;
  /** How often attendance is written down, in milliseconds. */
  readonly saveMs: number;
  /** How long a stopping server waits for what is under way, in milliseconds. */
  readonly drainMs: number;
};

export const SERVER_LIMITS: ServerLimits = {
  headerBytes: 16 * 1024,
  headersMs: 5_000,
  requestMs: 30_000,
  keepAliveMs: 60_000,
  connections: 16_384,
  proofBytes: 4 * 1024 * 1024,
  smallBytes: 64 * 1024,
  gateBytes: 64 * 1024 * 1024,
  together: 256,
  togetherBytes: 4 * 1024 * 1024,
  proofs: 16_384,
  proofsBytes: 256 * 1024 * 1024,
  gateCalls: 32,
  unread: 256 * 1024,
  beatMs: 5_000,
  challengeMs: 5_000,
  saveMs: 5_000,
  drainMs: 15_000,
};
