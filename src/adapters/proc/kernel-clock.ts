import { readFileSync } from 'node:fs';

/** One look at the wall clock and at the kernel's own count, taken together. */
export type ClockReading = {
  /** Wall clock, epoch milliseconds. */
  readonly now: number;
  /** Milliseconds since boot, sleep included; no one can set it. /proc/uptime counts in steps of 10 ms. */
  readonly uptimeMs: number;
};

/** /proc/PID/stat counts in USER_HZ, which is 100 on every Linux that Node runs on, whatever the kernel's own HZ. */
const MS_PER_TICK = 10;

const TRIES = 5;
const CLOSE_ENOUGH_MS = 2;

/** Asks both clocks, again when we were put aside between the two questions: the lag would move every start time. */
export function readClock(now: () => number): ClockReading {
  const readings = [];
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = now();
    const seconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    const reading = { now: before, uptimeMs: Math.round(seconds * 1000), lagMs: now() - before };
    readings.push(reading);
    if (reading.lagMs <= CLOSE_ENOUGH_MS) break;
  }
  const [closest] = readings.sort((a, b) => a.lagMs - b.lagMs);
  return { now: closest?.now ?? now(), uptimeMs: closest?.uptimeMs ?? 0 };
}

let bootId: string | undefined;

/** The kernel's id of this boot. It is the same in every container of the machine, and for as long as this process lives. */
export function readBootId(): string {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim();
  return bootId;
}

/** Wall clock minus uptime, in milliseconds: the instant of the boot by today's clock. It moves when the clock is set. */
export function clockOffset({ now, uptimeMs }: ClockReading): number {
  return now - uptimeMs;
}

/**
 * When a process started, in epoch milliseconds by the clock that `offset` describes. Right to about 20 ms, and wrong by as much
 * as the clock was set since: the kernel keeps no wall time of a start. Good for people, never for identity.
 */
export function startedAt(startTicks: number, offset: number): number {
  return offset + startTicks * MS_PER_TICK;
}

/**
 * The earliest wall-clock instant at which the process can have started: /proc/uptime is cut to 10 ms, so the start may lie that
 * much earlier than `startedAt` says. A file changed at or after it may have been changed after the start.
 */
export function earliestStart(startTicks: number, offset: number): number {
  return startedAt(startTicks, offset) - MS_PER_TICK;
}
