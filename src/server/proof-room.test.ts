import { describe, expect, it } from 'vitest';
import { SERVER_LIMITS } from './limits.ts';
import { proofRoom } from './proof-room.ts';

const LIMITS = { proofs: 3, proofsBytes: 150 };

let members = 0;
/** Another member each time. */
function next(): string {
  members += 1;
  return `smars/n${members}`;
}

/** Work that ends when it is told to. */
function work() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { run: async () => await promise, end: resolve };
}

describe('the room for proofs', () => {
  it('holds so many, and has room again when one has ended', async () => {
    const room = proofRoom(LIMITS);
    const first = work();
    const under = [room.within(next(), 1, first.run)];
    for (const _ of [2, 3]) under.push(room.within(next(), 1, work().run));
    await expect(room.within(next(), 1, async () => 4)).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    first.end();
    await under[0];
    expect(await room.within(next(), 1, async () => 5)).toBe(5);
  });

  it.each([
    ['as much as there is room for', 50, 'let in'],
    ['one byte more', 51, 'OVERLOADED'],
  ])('takes %s', async (_, length, expected) => {
    const room = proofRoom(LIMITS);
    void room.within(next(), 100, work().run);
    const answer = room
      .within(next(), length, async () => 'let in')
      .catch((error: unknown) => (error as { code: string }).code);
    expect(await answer).toBe(expected);
  });

  it('takes one that is larger than all of it when nothing else is there', async () => {
    const room = proofRoom({ ...LIMITS, proofsBytes: 10 });
    expect(await room.within(next(), 100, async () => 'let in')).toBe('let in');
  });

  it('gives one member eight places and no more, and the others theirs', async () => {
    const room = proofRoom({ proofs: 100, proofsBytes: 10_000 });
    const first = work();
    const under = [room.within('smars/a', 100, first.run)];
    for (let count = 2; count <= 8; count += 1) under.push(room.within('smars/a', 100, work().run));
    await expect(room.within('smars/a', 100, async () => 9)).rejects.toMatchObject({
      code: 'OVERLOADED',
    });
    expect(await room.within('smars/b', 100, async () => 1)).toBe(1);
    first.end();
    await under[0];
    expect(await room.within('smars/a', 100, async () => 9)).toBe(9);
  });

  it.each([
    ['a proof', SERVER_LIMITS.proofBytes],
    ['several proofs', SERVER_LIMITS.togetherBytes],
  ])(
    'leaves others theirs while a server of seven services holds back all requests of %s',
    async (_, bytes) => {
      const room = proofRoom(SERVER_LIMITS);
      for (const member of [1, 2, 3, 4, 5, 6, 7])
        for (let count = 1; count <= 8; count += 1)
          void room.within(`c${member}/seized`, bytes, work().run).catch(() => undefined);
      expect(await room.within(next(), 4_000, async () => 'let in')).toBe('let in');
    },
  );

  it('gives its room back when the work fails', async () => {
    const room = proofRoom({ ...LIMITS, proofs: 1 });
    await expect(room.within(next(), 1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await room.within(next(), 1, async () => 'let in')).toBe('let in');
  });

  it('is idle when the last has ended, and at once when there was none', async () => {
    const room = proofRoom(LIMITS);
    await room.idle();
    const last = work();
    const under = room.within(next(), 1, last.run);
    let isIdle = false;
    const idle = room.idle().then(() => (isIdle = true));
    await Promise.resolve();
    expect(isIdle).toBe(false);
    last.end();
    await Promise.all([under, idle]);
    expect(isIdle).toBe(true);
  });
});
