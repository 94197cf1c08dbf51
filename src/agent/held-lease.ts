import type { LeaseTerms, ProofAnswer } from '../model/agent-wire.ts';
import type { Readiness } from './traffic/readiness.ts';

/** What a look at the service showed, as a lease names it. */
export type Shown = Pick<LeaseTerms, 'binary_sha256' | 'config_sha256'>;

/** A proof on its way: its number among those of this agent, and when it left, in milliseconds of CLOCK_BOOTTIME. */
export type SentProof = { readonly number: number; readonly sentMs: number };

type Held = {
  /** The number of the proof that earned it. */
  readonly proof: number;
  /** It ends at this instant, in milliseconds of CLOCK_BOOTTIME: a clock that nobody can set, and that counts sleep. */
  readonly endsMs: number;
  readonly terms: LeaseTerms;
};

/**
 * The right of one service to take live traffic, as its agent knows it. It is never asked for and never prolonged by itself: a lease
 * rests on one proof, counts from the moment that proof was sent, and is for what that proof showed and nothing else.
 */
export type HeldLease = {
  /** How many proofs were sent. */
  readonly sent: number;
  /** Proofs up to this number earn nothing any more, however late their answers come. */
  readonly voided: number;
  /** What the last look showed; null before the first, and when there was nothing or not one thing. */
  readonly shown: Shown | null;
  readonly held: Held | null;
  /** Why there is none, in one line. */
  readonly reason: string;
  /** The reason is that of a refused proof, which says more than that there is no lease. */
  readonly isRefused: boolean;
};

export const NO_LEASE: HeldLease = {
  sent: 0,
  voided: 0,
  shown: null,
  held: null,
  reason: 'not proven yet',
  isRefused: false,
};

/** A proof of what the last look showed leaves now. */
export function proofSent(lease: HeldLease, now: number): { lease: HeldLease; proof: SentProof } {
  const number = lease.sent + 1;
  return { lease: { ...lease, sent: number }, proof: { number, sentMs: now } };
}

/**
 * What the control plane answered to a proof. Answers may come in any order and late: only one to a newer proof than the one that is
 * held replaces it, and a refusal ends what older proofs have earned or will still earn. An accepted proof without a lease leaves the
 * lease of an older one to run out. One that was overtaken on its way by a newer one says nothing of now, so it neither gives nor takes.
 */
export function proofAnswered(lease: HeldLease, proof: SentProof, answer: ProofAnswer): HeldLease {
  if (!answer.accepted) {
    const reason = answer.reason ?? answer.findings.join(', ');
    if (lease.held !== null && isOvertaken(answer)) return lease;
    const next = voidUpTo(lease, proof.number, reason);
    // What a newer proof earned stands, and so does what is said of it.
    return next.held === null ? { ...next, isRefused: true } : next;
  }
  if (proof.number <= lease.voided || proof.number <= (lease.held?.proof ?? 0)) return lease;
  if (answer.lease === null)
    return lease.held === null
      ? { ...lease, reason: answer.reason ?? lease.reason, isRefused: false }
      : lease;
  const endsMs = proof.sentMs + answer.lease.for_ms;
  const held = { proof: proof.number, endsMs, terms: answer.lease };
  return { ...lease, held, reason: 'no newer proof was accepted', isRefused: false };
}

function isOvertaken({ findings: [first, ...others] }: ProofAnswer): boolean {
  return first === 'proof_replayed' && others.length === 0;
}

/**
 * The control plane took the lease away; what is under way was sent before it said so, and earns nothing either. It says so after each
 * proof that it refuses, too: then there is nothing to take, and why the proof was refused stays the reason.
 */
export function leaseEnded(lease: HeldLease, reason: string): HeldLease {
  const isKnown = lease.held === null && lease.isRefused;
  return { ...voidUpTo(lease, lease.sent, isKnown ? lease.reason : reason), isRefused: isKnown };
}

/**
 * What a look showed: null when no process of the service was there, or when they did not run one thing, and `reason` says which.
 * Whatever was proven before something else was seen has to be proven again, even if the old thing is back.
 */
export function looked(lease: HeldLease, shown: Shown | null, reason: string): HeldLease {
  const isSame = shown !== null && lease.shown !== null && isFor(lease.shown, shown);
  if (isSame) return lease;
  const first = lease.shown === null && lease.sent === 0;
  const why = shown === null || !first ? reason : lease.reason;
  return { ...voidUpTo(lease, lease.sent, why), shown, isRefused: false };
}

/** No proof can be given just now. What is held runs on until its end, and no longer; `reason` is what is said then. */
export function unproven(lease: HeldLease, reason: string): HeldLease {
  return { ...lease, reason, isRefused: false };
}

/** May the service take live traffic at this instant of CLOCK_BOOTTIME, in milliseconds? The reason is one line. */
export function readinessUnder(lease: HeldLease, now: number): Readiness {
  const { held, shown } = lease;
  if (held === null) return { ready: false, reason: `no lease: ${lease.reason}` };
  if (now >= held.endsMs) return { ready: false, reason: `the lease ran out: ${lease.reason}` };
  if (shown === null || !isFor(held.terms, shown))
    return { ready: false, reason: 'no lease: it is for another binary or config' };
  return { ready: true, reason: `leased until ${held.terms.until}` };
}

/** How long the lease still lasts, in milliseconds; 0 without one. */
export function leaseLeft(lease: HeldLease, now: number): number {
  return readinessUnder(lease, now).ready ? (lease.held?.endsMs ?? now) - now : 0;
}

function voidUpTo(lease: HeldLease, number: number, reason: string): HeldLease {
  const voided = Math.max(lease.voided, number);
  const isOver = lease.held === null || lease.held.proof <= voided;
  return isOver ? { ...lease, voided, held: null, reason } : { ...lease, voided };
}

function isFor(terms: Shown, shown: Shown): boolean {
  return terms.binary_sha256 === shown.binary_sha256 && terms.config_sha256 === shown.config_sha256;
}
