import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tally } from './tally.ts';

describe('the tally', () => {
  it('keeps outcomes apart, and the last time', () => {
    const counts = tally(() => true);
    counts.count('a', { counted: 'evaluated', said: 'm:a' }, 1);
    counts.count('a', { counted: 'flag_shackled' }, 3);
    counts.count('a', { counted: 'evaluated', said: null }, 2);
    expect(counts.counts()).toEqual([
      {
        flag: 'a',
        asked: 3,
        byOutcome: { evaluated: 2, flag_shackled: 1 },
        saidMeaning: null,
        lastSeenAt: 2,
      },
    ]);
  });

  it('keeps a thousand names of strangers apart and only counts the others; owned flags always find room', () => {
    const counts = tally((flag) => flag === 'owned');
    for (let at = 0; at < 1_001; at += 1) counts.count(`stranger-${at}`, { counted: 'flag_not_owned' }, at);
    counts.count('owned', { counted: 'evaluated' }, 5);
    expect(counts.counts()).toHaveLength(1_001);
    expect(counts.notListed()).toBe(1);
    expect(counts.counts().at(-1)?.flag).toBe('owned');
  });

  it('starts anew for another binary, and for no other reason', () => {
    const counts = tally(() => false);
    counts.count('early', { counted: 'binary_unproven' }, 0);
    counts.startFor('a');
    counts.startFor('a');
    expect(counts.counts()).toHaveLength(1);
    counts.startFor('b');
    expect(counts.counts()).toEqual([]);
  });

  it('lists no name that is none', () => {
    const counts = tally(() => false);
    for (const name of ['', 'x'.repeat(257), 'two\nlines', 'turn\u202eed'])
      counts.count(name, { counted: 'flag_not_owned' }, 0);
    expect(counts.counts()).toEqual([]);
    expect(counts.notListed()).toBe(4);
  });

  it('loses no request', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.constantFrom('evaluated', 'flag_retired'))), (asked) => {
        const counts = tally(() => false);
        for (const [flag, counted] of asked) counts.count(flag, { counted }, 0);
        const listed = counts.counts().reduce((sum, { asked }) => sum + asked, 0);
        expect(listed + counts.notListed()).toBe(asked.length);
      }),
    );
  });
});
