import { describe, expect, it } from 'vitest';
import { heldClock } from '../../test/world/held-clock.ts';
import { Fault } from '../fault.ts';
import type { StreamLine } from '../model/agent-wire.ts';
import { keepStream } from './keep-stream.ts';

const BEAT: StreamLine = { type: 'beat' };
const SETTINGS: StreamLine = { type: 'settings', prove_every_ms: 1_000 };

/** Streams that are opened, and end when the test says so. */
function world(random = 0) {
  const clock = heldClock(() => random);
  const opened: { hear: (line: StreamLine) => void; end: (error: Error) => void; signal: AbortSignal }[] = [];
  const lines: StreamLine[] = [];
  const states: (string | null)[] = [];
  const close = keepStream({
    clock,
    onLine: (line) => lines.push(line),
    onState: (problem) => states.push(problem),
    open: async (hear, signal) =>
      await new Promise<void>((resolve, reject) => {
        signal.addEventListener('abort', () => resolve());
        opened.push({ hear, end: reject, signal });
      }),
  });
  const last = () => opened.at(-1) ?? { hear: () => {}, end: () => {}, signal: new AbortController().signal };
  return { clock, opened, lines, states, close, last };
}

const GONE = new Fault('UNREACHABLE', 'Nobody listens there.');

describe('a stream that is kept', () => {
  it('hands on what is said, but for beats', () => {
    const { last, lines, states } = world();
    last().hear(SETTINGS);
    last().hear(BEAT);
    expect(lines).toEqual([SETTINGS]);
    expect(states).toEqual([null]);
  });

  it.each([
    [0, [125, 250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]],
    [0.999_999, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]],
  ])('is opened again after pauses that grow and are spread (chance %d)', async (random, pauses) => {
    const { clock, last, opened } = world(random);
    const waited: number[] = [];
    for (const _ of pauses) {
      const before = opened.length;
      last().end(GONE);
      await clock.pass(0);
      const [pause = 0] = clock.waiting();
      waited.push(Math.round(pause));
      await clock.pass(pause);
      expect(opened.length).toBe(before + 1);
    }
    expect(waited).toEqual(pauses);
  });

  it('is opened again soon when it had been heard', async () => {
    const { clock, last } = world();
    for (let round = 0; round < 5; round += 1) {
      last().end(GONE);
      await clock.pass(5_000);
    }
    last().hear(BEAT);
    last().end(GONE);
    await clock.pass(0);
    expect(clock.waiting()).toEqual([125]);
  });

  it('is left when it says nothing for three beats, and not before', async () => {
    const { clock, last, opened, states } = world();
    await clock.pass(14_999);
    last().hear(BEAT);
    await clock.pass(14_999);
    expect(opened.length).toBe(1);
    await clock.pass(1);
    expect(opened[0]?.signal.aborted).toBe(true);
    expect(states).toEqual([null, 'The control plane has said nothing for three beats.']);
    await clock.pass(125);
    expect(opened.length).toBe(2);
  });

  it('says why it is not open', async () => {
    const { clock, last, states } = world();
    last().end(GONE);
    await clock.pass(0);
    expect(states).toEqual(['Nobody listens there.']);
  });

  it('is closed for good, also while it waits', async () => {
    const open = world();
    open.close();
    await open.clock.pass(60_000);
    expect(open.opened.length).toBe(1);
    expect(open.opened[0]?.signal.aborted).toBe(true);
    const waits = world();
    waits.last().end(GONE);
    await waits.clock.pass(0);
    waits.close();
    await waits.clock.pass(60_000);
    expect(waits.opened.length).toBe(1);
    expect(waits.clock.waiting()).toEqual([]);
  });
});
