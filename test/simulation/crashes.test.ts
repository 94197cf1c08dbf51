import { expect, it } from 'vitest';
import { ASSIGNMENTS, explore, newTally } from './exhaustive.ts';
import type { Action, Failure } from './exhaustive.ts';

/** How many schedules each action has at least, so that this cannot pass on nothing. The fault-free run of each is one of them. */
const FLOORS: readonly (readonly [Action, number])[] = [
  ['deploy', 380],
  ['activate', 380],
  ['rollback', 1_050],
];

const shown = (failures: readonly Failure[]): readonly string[] =>
  failures.map(({ invariant, detail, schedule }) => `${invariant}: ${detail} (${schedule})`);

it.each(FLOORS)(
  'a %s holds with each fault at each step, whichever of two versions each of three servers runs: at least %i schedules',
  async (action, floor) => {
    const tally = newTally();
    for (const running of ASSIGNMENTS) await explore({ action, mode: 'here', running }, tally);
    expect(shown(tally.failures)).toEqual([]);
    expect(tally.schedules).toBeGreaterThanOrEqual(floor);
    expect([...tally.steps]).toEqual(
      expect.arrayContaining([`${action} copies ${action === 'rollback' ? 'A' : 'B'} to n2`]),
    );
  },
  300_000,
);
