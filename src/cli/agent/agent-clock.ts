import { uptime } from 'node:os';
import type { AgentClock } from '../../agent/ports.ts';

/** The clocks of this machine. Timers keep no process alive: an agent lives for as long as its doors and streams do. */
export function agentClock(now: () => number): AgentClock {
  return {
    bootMs,
    beganMs: bootMs(),
    now,
    random: Math.random,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** The time since boot with sleep, from /proc/uptime or CLOCK_BOOTTIME; the monotonic clock of Node stands still while the machine sleeps. */
function bootMs(): number {
  return uptime() * 1000;
}
