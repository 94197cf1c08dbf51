import { Fault } from '../fault.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { ProofAnswer, StreamLine } from '../model/agent-wire.ts';
import { signReport } from '../seal/sign.ts';
import { leaseLeft, looked, proofAnswered, proofSent, unproven } from './held-lease.ts';
import type { Shown } from './held-lease.ts';
import type { LeaseHolder } from './lease-holder.ts';
import { lookTurns } from './look-turns.ts';
import { troubleTeller } from './tell-trouble.ts';
import type {
  AgentClock,
  Challenge,
  Change,
  ControlPlane,
  Credentials,
  Look,
  Observer,
  Trail,
  Watcher,
} from './ports.ts';

export type ProverParts = {
  /** Those of now: a server may join again while it is answered for. */
  readonly credentials: () => Credentials;
  readonly observer: Observer;
  readonly watch: (onChange: (change: Change) => void) => Watcher;
  readonly control: ControlPlane;
  readonly clock: AgentClock;
  readonly holder: LeaseHolder;
  /** Told of looks and answers that differ from the one before. */
  readonly onNews: (news: ProverNews) => void;
};

export type ProverNews =
  | { readonly kind: 'look'; readonly look: Look }
  | { readonly kind: 'answer'; readonly answer: ProofAnswer }
  | { readonly kind: 'unsent'; readonly problem: string };

/** What became of the last challenge. */
type Challenged = {
  readonly at: number;
  readonly event_id: string;
  readonly outcome: 'open' | 'proven' | 'refused' | 'no_proof' | 'not_sent';
};

/** Times are milliseconds since the epoch. */
export type ProverFacts = {
  readonly everyMs: number;
  readonly attemptAt: number | null;
  readonly successAt: number | null;
  readonly look: { readonly at: number; readonly look: Look } | null;
  readonly answer: { readonly at: number; readonly answer: ProofAnswer } | null;
  readonly challenged: Challenged | null;
  /** What kept the last attempt from being a success; null for nothing. */
  readonly problem: string | null;
};

export type Prover = {
  readonly start: () => void;
  /** Looks and proves at once, and from then on every so many milliseconds. */
  readonly every: (ms: number) => void;
  readonly challenge: (line: Extract<StreamLine, { type: 'challenge' }>) => void;
  readonly facts: () => ProverFacts;
  readonly close: () => void;
};

/** Until the control plane says how often. */
const EVERY_MS = 10_000;
/** Two changes that come together are one look, and what changes all the time is looked at ten times a second; what is not there, less often. */
const GATHER_MS = 30;
const GAP_MS = 100;
const DOWN_GAP_MS = 400;
/** What could not be told a moment ago may be told soon: a service that starts, a file that is being written. */
const AGAIN_MS = 1_000;
/**
 * Proves one service: every so often, when something changed, and when it is asked. One look at a time. What a look shows counts for the
 * lease at once; what cannot be told is never proven. Nothing is judged here.
 */
export function proveService(parts: ProverParts): Prover {
  const { credentials, observer, control, clock, holder, onNews } = parts;
  let facts: ProverFacts = {
    everyMs: EVERY_MS,
    attemptAt: null,
    successAt: null,
    look: null,
    answer: null,
    challenged: null,
    problem: null,
  };
  let isOver = false;
  // Changes of processes that were told of, and how many of them the last good look has seen.
  let moves = 0;
  let movesAtLook = 0;
  let movesSeen = 0;
  let seen: Trail | null = null;
  let isSending = false;
  let isStale = false;
  /** Ends when every challenge is answered. */
  let answering: Promise<unknown> = Promise.resolve();
  let cancelDue: (() => void) | undefined;
  let cancelChange: (() => void) | undefined;
  const set = (some: Partial<ProverFacts>): void => {
    facts = { ...facts, ...some };
  };

  const tellTrouble = troubleTeller(control, credentials);

  const take = (look: Look): void => {
    if (isOver) return;
    tellTrouble(look.ok ? null : look.problem);
    const isGone = !look.ok && (look.code === 'NO_PROCESS' || look.code === 'AMBIGUOUS');
    // What could not be looked at is still watched as it was seen last: should it change now, nobody could tell into what.
    if (look.ok || isGone) seen = look.trail;
    watcher.follow(look.ok || isGone || seen === null ? look.trail : seen);
    const before = facts.look?.look;
    set({ look: { at: clock.now(), look } });
    if (look.ok) {
      movesSeen = movesAtLook;
      const { binary_sha256, config_sha256 = null } = look.report;
      const shown = { binary_sha256, config_sha256 };
      holder.update((lease) => looked(lease, shown, changeOf(lease.shown, shown)));
    } else {
      // Whatever ran when the lease was earned is not there any more, or not alone; or it changed, and nobody can tell into what.
      const isLost = isGone || moves > movesSeen;
      const reason = reasonOf(look.code);
      holder.update((lease) => (isLost ? looked(lease, null, reason) : unproven(lease, reason)));
      set({ attemptAt: clock.now(), problem: look.problem });
    }
    if (before === undefined || markOf(before) !== markOf(look)) onNews({ kind: 'look', look });
  };
  const turns = lookTurns(observer, clock, { onBegin: () => (movesAtLook = moves), onLook: take });

  const send = async (report: NodeReport): Promise<ProofAnswer | null> => {
    const { member, key } = credentials();
    const envelope = signReport(report, key);
    // Nobody waits for one that only keeps up what its service has.
    const isRenewal = (report.challenge ?? null) === null && leaseLeft(holder.lease(), clock.bootMs()) > 0;
    const sent = proofSent(holder.lease(), clock.bootMs());
    holder.update(() => sent.lease);
    set({ attemptAt: clock.now() });
    try {
      const answer = await control.prove(member, envelope, isRenewal ? 'soon' : 'now');
      if (isOver) return null;
      holder.update((lease) => proofAnswered(lease, sent.proof, answer));
      const at = clock.now();
      const isNews =
        facts.answer?.answer.accepted !== answer.accepted || facts.answer.answer.reason !== answer.reason;
      set({
        answer: { at, answer },
        problem: answer.accepted ? null : `The proof was refused: ${whyNot(answer)}.`,
      });
      if (answer.accepted) set({ successAt: at });
      if (isNews) onNews({ kind: 'answer', answer });
      return answer;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      holder.update((lease) => unproven(lease, `the control plane took no proof (${error.code})`));
      if (facts.problem !== error.message) onNews({ kind: 'unsent', problem: error.message });
      set({ problem: error.message });
      return null;
    }
  };

  /** One unasked proof is under way at most; what changed meanwhile is looked at and sent after it. */
  const prove = async (): Promise<void> => {
    if (isOver) return;
    plan(untilNext(facts.everyMs, clock.bootMs() - clock.beganMs));
    if (turns.waiting() > 0) return;
    // What is looked for later must not arrive sooner than the answer to a question, which would be old then: nor to one that came meanwhile.
    for (let known: unknown = null; known !== answering; await known) known = answering;
    const look = await turns.look(null);
    if (isOver) return;
    if (!look.ok) {
      plan(look.code === 'NO_PERMISSION' ? facts.everyMs : Math.min(AGAIN_MS, facts.everyMs));
      return;
    }
    isStale = isSending;
    if (isSending) return;
    isSending = true;
    await send(look.report);
    isSending = false;
    if (isStale) await prove();
  };

  const plan = (ms: number): void => {
    cancelDue?.();
    if (!isOver) cancelDue = clock.after(ms, () => void prove());
  };

  const changed = (change: Change): void => {
    if (change === 'process') moves += 1;
    cancelChange?.();
    const gap = facts.look?.look.ok === false ? DOWN_GAP_MS : GAP_MS;
    const wait = Math.max(GATHER_MS, gap - (clock.bootMs() - turns.begunMs()));
    cancelChange = clock.after(wait, () => void prove());
  };
  const watcher = parts.watch(changed);

  const answer = async ({ event_id, nonce }: Challenge): Promise<void> => {
    const at = clock.now();
    const end = (outcome: Challenged['outcome']): void => {
      if (facts.challenged?.event_id === event_id) set({ challenged: { at, event_id, outcome } });
    };
    set({ challenged: { at, event_id, outcome: 'open' } });
    const acknowledged = ack({ event_id, nonce });
    const look = await turns.look({ event_id, nonce });
    await acknowledged;
    if (isOver) return;
    if (!look.ok) {
      await ack({ event_id, nonce, problem: look.problem });
      end('no_proof');
      return;
    }
    const answered = await send(look.report);
    end(answered === null ? 'not_sent' : answered.accepted ? 'proven' : 'refused');
  };

  /** The proof itself says more; that it could not be announced is no reason to keep it back. */
  const ack = async (words: Challenge & { readonly problem?: string }): Promise<void> => {
    try {
      await control.ack(credentials().member, words);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  };

  return {
    start: () => void prove(),
    every: (ms) => {
      set({ everyMs: ms });
      void prove();
    },
    challenge: ({ event_id, nonce }) => {
      answering = Promise.all([answering, answer({ event_id, nonce })]);
    },
    facts: () => facts,
    close: () => {
      isOver = true;
      cancelDue?.();
      cancelChange?.();
      watcher.close();
    },
  };
}

/**
 * How long until the next proof of a service is due, in milliseconds. All services of an agent are due at the multiples of `everyMs` since it
 * began, so that they wake it once, and share a request.
 */
function untilNext(everyMs: number, sinceMs: number): number {
  return everyMs - (sinceMs % everyMs);
}

function changeOf(before: Shown | null, { binary_sha256 }: Shown): string {
  if (before === null) return 'not proven yet';
  return before.binary_sha256 === binary_sha256
    ? 'another config is there, and not proven yet'
    : 'another binary runs, and is not proven yet';
}

function reasonOf(code: string): string {
  switch (code) {
    case 'NO_PROCESS':
      return 'no process of the service runs';
    case 'AMBIGUOUS':
      return 'unproven: its processes do not show one binary';
    default:
      return `unproven: what runs cannot be told (${code})`;
  }
}

function whyNot({ reason, findings }: ProofAnswer): string {
  return (reason ?? findings.join(', ')).replace(/\.$/, '') || 'no reason was given';
}

/** Another text when a look says something else. */
function markOf(look: Look): string {
  if (!look.ok) return `${look.code} ${look.problem}`;
  const { binary_sha256, binary_on_disk_sha256, config_sha256 } = look.report;
  return [binary_sha256, binary_on_disk_sha256, config_sha256].join(' ');
}
