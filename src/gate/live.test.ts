import { describe, expect, it } from 'vitest';
import { accepted, sha } from '../../test/world/facts.ts';
import { memoryLedger } from '../ledger/memory.ts';
import { liveState } from './live.ts';

const NOW = Date.parse('2012-08-01T09:30:00Z');

function counted() {
  const ledger = memoryLedger('tests');
  const reads: number[] = [];
  const live = liveState({
    ...ledger,
    read: (from) => {
      reads.push(from);
      return ledger.read(from);
    },
  });
  return { ledger, reads, live };
}

describe('the live state', () => {
  it('knows what was written when it is asked, whoever else asks', async () => {
    const { ledger, live } = counted();
    for (const letter of ['1', '2', '3']) {
      const earlier = live.refresh();
      await ledger.append([accepted(sha(letter), 'in_force')], { expected: 'any', now: NOW });
      const [, state] = await Promise.all([earlier, live.refresh()]);
      expect(state.clusterOf('smars').in_force).toBe(sha(letter));
      expect(state.head).toEqual(await ledger.head());
    }
  });

  it('reads only what is new, and once for many who ask together', async () => {
    const { ledger, reads, live } = counted();
    await ledger.append([accepted(sha('1'), 'in_force')], { expected: 'any', now: NOW });
    await live.refresh();
    await ledger.append([accepted(sha('2'), 'in_force')], { expected: 'any', now: NOW });
    const all = await Promise.all(Array.from({ length: 50 }, live.refresh));
    expect(new Set(all.map(({ clusterOf }) => clusterOf('smars').in_force))).toEqual(new Set([sha('2')]));
    expect(reads).toEqual([1, 2]);
  });

  it('does not read back what was appended through it, and reads what others wrote in between', async () => {
    const { ledger, reads, live } = counted();
    const options = { expected: 'any', now: NOW } as const;
    await live.append([accepted(sha('1'), 'in_force')], options);
    expect((await live.refresh()).clusterOf('smars').in_force).toBe(sha('1'));
    const both = [
      live.append([accepted(sha('2'))], options),
      live.append([accepted(sha('3'), 'in_force')], options),
    ];
    await Promise.all(both);
    expect((await live.refresh()).clusterOf('smars')).toMatchObject({ in_force: sha('3') });
    expect(reads).toEqual([]);
    await ledger.append([accepted(sha('4'), 'in_force')], options);
    await live.append([accepted(sha('5'))], options);
    const { head, clusterOf } = await live.refresh();
    expect(reads).toEqual([4]);
    expect(head).toEqual(await ledger.head());
    const [state] = [clusterOf('smars')];
    expect([state.in_force, [...state.manifests.keys()]]).toEqual([
      sha('4'),
      ['1', '2', '3', '4', '5'].map(sha),
    ]);
    // The same as whoever reads all of it.
    expect(state).toEqual((await liveState(ledger).refresh()).clusterOf('smars'));
  });

  it('goes on after a reading that failed', async () => {
    const { ledger } = counted();
    await ledger.append([accepted(sha('1'), 'in_force')], { expected: 'any', now: NOW });
    let isBroken = true;
    const live = liveState({
      ...ledger,
      read: (from) => {
        if (!isBroken) return ledger.read(from);
        throw new Error('the disk is away');
      },
    });
    const [one, other] = await Promise.allSettled([live.refresh(), live.refresh()]);
    expect([one.status, other.status]).toEqual(['rejected', 'rejected']);
    isBroken = false;
    expect((await live.refresh()).clusterOf('smars').in_force).toBe(sha('1'));
  });

  it.each([
    ['is missing', (lines: string[]) => lines.toSpliced(1, 1)],
    ['stands there twice', (lines: string[]) => lines.toSpliced(1, 0, lines[1] ?? '')],
    ['changed places with the next', (lines: string[]) => [0, 2, 1].map((at) => lines[at] ?? '')],
    ['is missing at the start', (lines: string[]) => lines.slice(1)],
  ])('is told by no ledger of which an entry %s', async (_, tamper) => {
    const { ledger } = counted();
    const facts = ['1', '2', '3'].map((letter) => accepted(sha(letter), 'in_force'));
    await ledger.append(facts, { expected: 'any', now: NOW });
    const lines = tamper((await Array.fromAsync(ledger.read(1))).flat());
    const live = liveState({
      ...ledger,
      read: async function* () {
        yield lines;
      },
    });
    await expect(live.refresh()).rejects.toMatchObject({ code: 'LEDGER_CORRUPT' });
  });
});
