import { uptime } from 'node:os';
import type { AgentClock } from '../../agent/ports.ts';

/** The clocks of this machine. Timers keep no process alive: an agent lives for as long as its doors and streams do. */
export function agentClock(now: () => number): AgentClock {
  return {
    // The time since boot with sleep, from /proc/uptime or CLOCK_BOOTTIME; the monotonic clock of Node stands still while the machine sleeps.
    bootMs: () => uptime() * 1000,
    now,
    random: Math.random,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
