import type { Ack, Join, Joined, ProofAnswer, StreamLine, Trouble } from '../model/agent-wire.ts';
import type { SigningKey } from '../seal/keys.ts';
import type { NodeReport } from '../model/node-report.ts';

/** What a proof must carry when somebody asked for it. */
export type Challenge = { readonly event_id: string; readonly nonce: string };

/** A process that belongs to the service, and the inode it runs. */
export type SeenProcess = { readonly pid: number; readonly dev: number; readonly ino: number };

/** How a process that comes can belong to the service. */
export type Joiners = {
  /** The service is not there, and any process that comes may be it. */
  readonly anybody: boolean;
  /** Whatever the service's processes start belongs to it. */
  readonly children: boolean;
  /** Control groups, by their folders: whatever is in them or below belongs to it. */
  readonly groups: readonly string[];
  /** Processes whose command line holds this text belong to it. */
  readonly command: string | null;
};

/** What a look went by: when any of it changes, the next look may show something else. */
export type Trail = {
  /** None when the service was not there, or could not be looked at. */
  readonly processes: readonly SeenProcess[];
  readonly joiners: Joiners;
  /** Files by their paths on this machine. */
  readonly files: readonly string[];
  /** Folders whose whole content matters. */
  readonly trees: readonly string[];
};

export type Look =
  | { readonly ok: true; readonly report: NodeReport; readonly trail: Trail }
  /** Nobody can tell what runs. `code` is that of a Fault, or BUG; `problem` one sentence. */
  | { readonly ok: false; readonly code: string; readonly problem: string; readonly trail: Trail };

/** Looks at one service (port). */
export type Observer = {
  /** One look that begins now. Never throws: what cannot be told is an answer. */
  readonly look: (challenge: Challenge | null) => Promise<Look>;
};

/** What changed: a process of the service ended or became another program; one came that may belong to it; or a file. */
export type Change = 'process' | 'newcomer' | 'file';

/** Tells, within a second, when what a look went by is not so any more (port). */
export type Watcher = {
  /** From now on this is watched; it replaces what was. */
  readonly follow: (trail: Trail) => void;
  readonly close: () => void;
};

/** Who speaks to the control plane. */
export type Member = { readonly cluster: string; readonly hostname: string; readonly session: string };

/** What a server speaks and signs with since it joined. */
export type Credentials = { readonly member: Member; readonly key: SigningKey };

/**
 * The control plane as an agent sees it (port). Faults: UNREACHABLE when it does not answer in time or not as agreed, and what it
 * answers itself, such as NOT_ADMITTED for a session that does not count.
 */
export type ControlPlane = {
  readonly join: (join: Join) => Promise<Joined>;
  /** Hears the stream of a member until it ends or `signal` does. Always ends with a Fault that says why, but for `signal`. */
  readonly stream: (member: Member, onLine: (line: StreamLine) => void, signal: AbortSignal) => Promise<void>;
  readonly ack: (member: Member, ack: Ack) => Promise<void>;
  /** Says why there is no proof of a service, though nobody has asked for one. */
  readonly trouble: (member: Member, trouble: Trouble) => Promise<void>;
  /** Sends a signed proof. One that may wait shares its way with those that follow within a moment. */
  readonly prove: (member: Member, envelope: string, when: 'now' | 'soon') => Promise<ProofAnswer>;
};

/** Time and chance of an agent (port), so that a test can hold both. */
export type AgentClock = {
  /** Milliseconds of CLOCK_BOOTTIME: nobody can set it, and it counts while the machine sleeps. */
  readonly bootMs: () => number;
  /** When the agent began, by the same. */
  readonly beganMs: number;
  /** Milliseconds since the epoch, for people. */
  readonly now: () => number;
  /** At least 0 and below 1. */
  readonly random: () => number;
  /** Calls back once after so many milliseconds. Returns what prevents it. */
  readonly after: (ms: number, run: () => void) => () => void;
};
