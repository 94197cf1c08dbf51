import { expect, it } from 'vitest';
import { explore, newTally } from './exhaustive.ts';
import { interleave, PAIRS } from './pairs.ts';
import { runSeed } from './random.ts';

it('a deployment through a control plane with agents holds with each fault at each step: at least 225 schedules', async () => {
  const tally = newTally();
  await explore({ action: 'deploy', mode: 'served', running: 'AAA' }, tally);
  expect(tally.failures.map(({ schedule, detail }) => `${detail} (${schedule})`)).toEqual([]);
  expect(tally.schedules).toBeGreaterThanOrEqual(225);
}, 300_000);

it('so does one whose command fails half-way, and nobody is left unasked: at least 160 schedules', async () => {
  const tally = newTally();
  await explore({ action: 'deploy', mode: 'served', running: 'AAA', failsAfter: 1 }, tally);
  expect(tally.failures.map(({ schedule, detail }) => `${detail} (${schedule})`)).toEqual([]);
  expect(tally.schedules).toBeGreaterThanOrEqual(160);
}, 300_000);

it.each([0, 1, 2, 3])('a command that fails after %i servers holds', async (failsAfter) => {
  const tally = newTally();
  for (const mode of ['here', 'served'] as const)
    await explore({ action: 'deploy', mode, running: 'AAA', failsAfter }, tally, { isCalm: true });
  expect(tally.failures.map(({ schedule, detail }) => `${detail} (${schedule})`)).toEqual([]);
  expect(tally.schedules).toBe(2);
});

it('two presses hold wherever one comes between two accesses of the other to the ledger: at least 75 schedules', async () => {
  const tally = newTally();
  for (const pair of PAIRS) await interleave(pair, 1, tally);
  expect(tally.failures.map(({ schedule, detail }) => `${detail} (${schedule})`)).toEqual([]);
  expect(tally.schedules).toBeGreaterThanOrEqual(75);
}, 300_000);

it('everything at once holds for 60 seeds', async () => {
  let steps = 0;
  for (let seed = 1; seed <= 60; seed += 1) {
    const { failure, steps: taken } = await runSeed(seed);
    steps += taken;
    expect(failure === null ? null : `seed ${seed}: ${failure.invariant}: ${failure.detail}`).toBeNull();
  }
  expect(steps).toBeGreaterThan(60 * 100);
}, 300_000);

it('the same seed gives the same run', async () => {
  const runs = [await runSeed(7), await runSeed(7)];
  expect(runs[0]).toEqual(runs[1]);
});
