import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endWhenStuck } from './end-when-stuck.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How often it was ended, when these keep it alive, one list for each look. */
function endedAfter(looks: readonly (readonly string[])[]): number {
  let [at, ended] = [0, 0];
  const getActiveResourcesInfo = (): readonly string[] => looks[at++] ?? [];
  endWhenStuck({ getActiveResourcesInfo }, () => (ended += 1));
  vi.advanceTimersByTime(500 * looks.length);
  return ended;
}

const FILE = ['PipeWrap', 'FSReqPromise', 'PipeWrap'];

describe('a process that was asked to stop', () => {
  it.each([
    ['waits for nothing but a file', [FILE, FILE, FILE, FILE], 1],
    ['does, and is asked on', [FILE, FILE, FILE, FILE, FILE, FILE], 1],
    ['waits for it a moment less', [FILE, FILE, FILE], 0],
    ['goes on in between', [FILE, FILE, ['FSReqCallback', 'Timeout'], FILE, FILE], 0],
    ['runs a command beside it', Array.from({ length: 9 }, () => [...FILE, 'ProcessWrap']), 0],
    ['asks a server beside it', Array.from({ length: 9 }, () => [...FILE, 'TCPSocketWrap']), 0],
    ['waits for nothing at all, and is about to end', Array.from({ length: 9 }, () => ['TTYWrap']), 0],
  ])('and %s', (_, looks, ended) => {
    expect(endedAfter(looks)).toBe(ended);
  });
});
