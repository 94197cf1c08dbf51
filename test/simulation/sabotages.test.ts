import { describe, expect, it } from 'vitest';
import { runSeed } from './random.ts';
import { newTally } from './exhaustive.ts';
import { interleave, PAIRS } from './pairs.ts';
import { NO_COMPARING, SABOTAGES } from './sabotages.ts';

/** A simulation that cannot fail proves nothing. Seeds enough that each of these is met. */
const SEEDS = 150;

describe('the simulation notices', () => {
  it.each(SABOTAGES.map((each) => [each.what, each] as const))('%s', async (_, { sabotage, invariant }) => {
    const noticed = new Set<string>();
    for (let seed = 1; seed <= SEEDS && !noticed.has(invariant); seed += 1) {
      const { failure } = await runSeed(seed, sabotage);
      if (failure !== null) noticed.add(failure.invariant);
    }
    expect([...noticed]).toContain(invariant);
  });

  it('a ledger that accepts without comparing', async () => {
    const tally = newTally();
    for (const pair of PAIRS.slice(0, 1)) await interleave(pair, 2, tally, NO_COMPARING);
    expect(tally.failures.map((each) => each.invariant)).toContain('one change at a time');
  });
});
