import { describe, expect, it } from 'vitest';
import { inTurns, oneByOne, perKey } from './turns.ts';

/** Work that ends when it is told to. */
function held() {
  const turns: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const work = async (items: readonly number[]): Promise<string> =>
    await new Promise((resolve, reject) => {
      const end = (error?: Error): void =>
        error === undefined ? resolve(`did ${items.join(' ')}`) : reject(error);
      turns.push({ items, end });
    });
  return { turns, work, begun: () => turns.map(({ items }) => items) };
}

async function eventLoop(): Promise<void> {
  await new Promise<void>((resolve) => void setImmediate(resolve));
}

const message = (error: unknown): string => (error as Error).message;

describe('work in a queue', () => {
  it('is done one after the other, in the order in which it came', async () => {
    const { turns, work, begun } = held();
    const queue = oneByOne();
    const both = [queue(() => work([1])), queue(() => work([2]))];
    await eventLoop();
    expect(begun()).toEqual([[1]]);
    turns[0]?.end();
    expect(await both[0]).toBe('did 1');
    await eventLoop();
    expect(begun()).toEqual([[1], [2]]);
    turns[1]?.end();
    expect(await both[1]).toBe('did 2');
  });

  it('goes on after an error, which is told to whoever brought it', async () => {
    const { turns, work } = held();
    const queue = oneByOne();
    const first = queue(() => work([1])).catch(message);
    const second = queue(() => work([2]));
    await eventLoop();
    turns[0]?.end(new Error('the disk is full'));
    expect(await first).toBe('the disk is full');
    await eventLoop();
    turns[1]?.end();
    expect(await second).toBe('did 2');
  });
});

describe('work in turns', () => {
  it('takes together what came during a turn, in order, and tells all of them what it came to', async () => {
    const { turns, work, begun } = held();
    const ask = inTurns(work);
    const first = ask(1);
    await eventLoop();
    const others = [ask(3), ask(3), ask(2)];
    await eventLoop();
    expect(begun()).toEqual([[1]]);
    turns[0]?.end();
    expect(await first).toBe('did 1');
    await eventLoop();
    turns[1]?.end();
    expect(await Promise.all(others)).toEqual(Array(3).fill('did 3 3 2'));
    expect(turns).toHaveLength(2);
  });

  it('lets the first begin at once, and gathers what the event loop has ready when it is told to', async () => {
    const [hasty, patient] = [held(), held()];
    const [askHasty, askPatient] = [inTurns(hasty.work), inTurns(patient.work, { gather: eventLoop })];
    for (const number of [1, 2]) {
      void askHasty(number);
      void askPatient(number);
      // What one socket has for us comes between microtasks of another.
      for (let at = 0; at < 10; at += 1) await Promise.resolve();
    }
    expect([hasty.begun(), patient.begun()]).toEqual([[[1]], []]);
    await eventLoop();
    expect([hasty.begun(), patient.begun()]).toEqual([[[1]], [[1, 2]]]);
  });

  it.each([
    [128, [128]],
    [129, [128, 1]],
    [300, [128, 128, 44]],
  ])('gives other work a chance between many: %i', async (count, sizes) => {
    const { turns, work } = held();
    const ask = inTurns(work, { most: 128 });
    const all = Array.from({ length: count }, async (_, at) => await ask(at));
    for (const size of sizes) {
      await eventLoop();
      expect(turns.at(-1)?.items).toHaveLength(size);
      turns.at(-1)?.end();
    }
    await Promise.all(all);
    expect(turns.flatMap(({ items }) => items)).toEqual(Array.from({ length: count }, (_, at) => at));
  });

  it('adds to a turn that is not full yet, though others wait before it', async () => {
    const { turns, work, begun } = held();
    const ask = inTurns(work, { most: 2 });
    for (const number of [1, 2, 3]) void ask(number);
    await eventLoop();
    void ask(4);
    turns[0]?.end();
    await eventLoop();
    expect(begun()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('tells an error to all of its turn, and goes on', async () => {
    const { turns, work } = held();
    const ask = inTurns(work);
    const both = [ask(1), ask(2)].map((each) => each.catch(message));
    await eventLoop();
    turns[0]?.end(new Error('the disk is full'));
    expect(await Promise.all(both)).toEqual(['the disk is full', 'the disk is full']);
    const next = ask(3);
    await eventLoop();
    turns[1]?.end();
    expect(await next).toBe('did 3');
  });
});

it('what is done for two keys does not wait for each other', async () => {
  const { work, begun } = held();
  const queueOf = perKey(oneByOne);
  for (const [at, key] of ['smars', 'other', 'smars'].entries()) void queueOf(key)(() => work([at]));
  await eventLoop();
  expect(begun()).toEqual([[0], [1]]);
});
