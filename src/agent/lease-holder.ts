import { NO_LEASE, readinessUnder } from './held-lease.ts';
import type { HeldLease } from './held-lease.ts';
import type { AgentClock } from './ports.ts';
import type { Readiness, ReadinessSource } from './traffic/readiness.ts';

/** The lease of one service over time: what the doors answer from. */
export type LeaseHolder = ReadinessSource & {
  readonly lease: () => HeldLease;
  /** Puts the lease that `change` makes of it in its place, and tells who listens when the answer is another one. */
  readonly update: (change: (lease: HeldLease) => HeldLease) => void;
  readonly close: () => void;
};

/** The system's own timers may come some milliseconds before the clock of the lease says so. */
const AGAIN_MS = 20;

export function leaseHolder(clock: AgentClock): LeaseHolder {
  const listeners = new Set<(readiness: Readiness) => void>();
  let lease = NO_LEASE;
  let told = readinessUnder(lease, clock.bootMs());
  let cancel: (() => void) | undefined;
  const current = (): Readiness => readinessUnder(lease, clock.bootMs());
  const tell = (): void => {
    cancel?.();
    const now = clock.bootMs();
    const readiness = readinessUnder(lease, now);
    if (readiness.ready) cancel = clock.after(Math.max((lease.held?.endsMs ?? now) - now, AGAIN_MS), tell);
    const isNews = readiness.ready !== told.ready || (!readiness.ready && readiness.reason !== told.reason);
    told = readiness;
    if (isNews) for (const listener of Array.from(listeners)) listener(readiness);
  };
  return {
    current,
    lease: () => lease,
    update: (change) => {
      lease = change(lease);
      tell();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => cancel?.(),
  };
}
