import { describe, expect, it } from 'vitest';
import { inTurns } from './turns.ts';

/** Turns that end when they are told to. */
function held() {
  const turns: { readonly items: readonly number[]; readonly end: (error?: Error) => void }[] = [];
  const work = async (items: readonly number[]): Promise<readonly string[]> =>
    await new Promise((resolve, reject) => {
      const end = (error?: Error): void =>
        error === undefined ? resolve(items.map((item) => `did ${item}`)) : reject(error);
      turns.push({ items, end });
    });
  return { turns, ask: inTurns(work) };
}

async function settled(): Promise<void> {
  for (let at = 0; at < 2; at += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('work in turns', () => {
  it('takes together what comes at once, and then what came meanwhile, each with its own result', async () => {
    const { turns, ask } = held();
    const first = [ask(1), ask(2)];
    await settled();
    const others = [ask(3), ask(3), ask(4)];
    await settled();
    expect(turns.map(({ items }) => items)).toEqual([[1, 2]]);
    turns[0]?.end();
    expect(await Promise.all(first)).toEqual(['did 1', 'did 2']);
    await settled();
    turns[1]?.end();
    expect(await Promise.all(others)).toEqual(['did 3', 'did 3', 'did 4']);
    expect(turns).toHaveLength(2);
  });

  it.each([
    [128, [128]],
    [129, [128, 1]],
    [300, [128, 128, 44]],
  ])('gives other work a chance between many: %i', async (count, sizes) => {
    const { turns, ask } = held();
    const all = Array.from({ length: count }, async (_, at) => await ask(at));
    for (const size of sizes) {
      await settled();
      expect(turns.at(-1)?.items).toHaveLength(size);
      turns.at(-1)?.end();
    }
    expect(await Promise.all(all)).toEqual(Array.from({ length: count }, (_, at) => `did ${at}`));
  });

  it('tells an error to all of its turn, and goes on', async () => {
    const { turns, ask } = held();
    const both = [ask(1), ask(2)].map((each) => each.catch((error: unknown) => (error as Error).message));
    await settled();
    turns[0]?.end(new Error('the disk is full'));
    expect(await Promise.all(both)).toEqual(['the disk is full', 'the disk is full']);
    const next = ask(3);
    await settled();
    turns[1]?.end();
    expect(await next).toBe('did 3');
  });
});
