import type { Readiness, ReadinessSource } from '../../src/agent/traffic/readiness.ts';

/** A source of readiness that a test sets by hand. */
export type ReadinessSwitch = ReadinessSource & {
  readonly up: () => void;
  readonly down: (reason: string) => void;
  /** Becomes something else without a word to those who listen, as a lease does in the moment it runs out. */
  readonly lapse: (reason: string) => void;
};

export function readinessSwitch(initial: Readiness = { ready: true, reason: 'leased' }): ReadinessSwitch {
  let now = initial;
  const listeners = new Set<(readiness: Readiness) => void>();
  const set = (readiness: Readiness): void => {
    now = readiness;
    for (const listener of listeners) listener(readiness);
  };
  return {
    current: () => now,
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    up: () => set({ ready: true, reason: 'leased' }),
    down: (reason) => set({ ready: false, reason }),
    lapse: (reason) => {
      now = { ready: false, reason };
    },
  };
}
