import { describe, expect, it } from 'vitest';
import { clockOffset, earliestStart, readBootId, readClock, startedAt } from './kernel-clock.ts';

describe('the two clocks', () => {
  it('are read together', () => {
    const before = Date.now();
    const clock = readClock(Date.now);
    expect(clock.now).toBeGreaterThanOrEqual(before);
    expect(clock.uptimeMs).toBeGreaterThan(0);
    expect(clock.uptimeMs % 10).toBe(0);
  });

  it('are read again when something came between', () => {
    // Each reading asks twice; the third is the first without a gap.
    const answers = [0, 500, 1_000, 1_400, 2_000, 2_001];
    expect(readClock(() => answers.shift() ?? 9_999).now).toBe(2_000);
    expect(answers).toEqual([]);
  });

  it('are taken at their closest when something always comes between', () => {
    const answers = [0, 500, 1_000, 1_400, 2_000, 2_300, 3_000, 3_600, 4_000, 4_700];
    expect(readClock(() => answers.shift() ?? 9_999).now).toBe(2_000);
  });

  it('tell when a process started, and when it may have started at the earliest', () => {
    const offset = clockOffset({ now: 1_000_000, uptimeMs: 400_000 });
    expect(startedAt(30_000, offset)).toBe(900_000);
    expect(earliestStart(30_000, offset)).toBe(899_990);
  });

  it('belong to one boot', () => {
    expect(readBootId()).toMatch(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });
});
