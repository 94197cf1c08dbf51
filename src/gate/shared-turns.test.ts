import { describe, expect, it } from 'vitest';
import { sharedTurns } from './shared-turns.ts';

/** Turns that end when they are told to. */
function held() {
  const turns: { readonly hosts: readonly string[]; readonly end: (error?: Error) => void }[] = [];
  const work = async (cluster: string, hosts: ReadonlyMap<string, number>): Promise<string> =>
    await new Promise((resolve, reject) => {
      const names = [...hosts].map(([host, item]) => `${host}${item}`);
      const end = (error?: Error): void =>
        error === undefined ? resolve(`${cluster}: ${names.join(' ')}`) : reject(error);
      turns.push({ hosts: names, end });
    });
  return { turns, ask: sharedTurns(work) };
}

async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

describe('turns that are shared', () => {
  it('take together who came while one was under way, each server once and by its last item', async () => {
    const { turns, ask } = held();
    const first = ask('smars', 'a', 1);
    await settled();
    const others = [ask('smars', 'b', 1), ask('smars', 'c', 1), ask('smars', 'b', 2)];
    await settled();
    expect(turns.map(({ hosts }) => hosts)).toEqual([['a1']]);
    turns[0]?.end();
    expect(await first).toBe('smars: a1');
    await settled();
    turns[1]?.end();
    expect(await Promise.all(others)).toEqual(Array(3).fill('smars: b2 c1'));
    expect(turns.length).toBe(2);
  });

  it('of two clusters do not wait for each other', async () => {
    const { turns, ask } = held();
    void ask('smars', 'a', 1);
    void ask('other', 'a', 1);
    await settled();
    expect(turns.length).toBe(2);
  });

  it('tell an error to all who share one, and go on', async () => {
    const { turns, ask } = held();
    const both = [ask('smars', 'a', 1), ask('smars', 'b', 1)].map((each) =>
      each.catch((error: unknown) => (error as Error).message),
    );
    await settled();
    turns[0]?.end(new Error('the disk is full'));
    expect(await Promise.all(both)).toEqual(['the disk is full', 'the disk is full']);
    const next = ask('smars', 'a', 2);
    await settled();
    turns[1]?.end();
    expect(await next).toBe('smars: a2');
  });
});
