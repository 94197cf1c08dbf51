import { Broken, newDriver, recover } from './drive.ts';
import type { Failure, Tally } from './exhaustive.ts';
import { historyUpTo, runningAll } from './histories.ts';
import { firstViolation } from './invariants.ts';
import { press } from './presses.ts';
import type { Step } from './scheduler.ts';
import { wishFor } from './setups.ts';
import type { Sabotage } from './world.ts';
import { newWorld } from './world.ts';

type Wanted = {
  readonly action: 'deploy' | 'activate' | 'rollback';
  readonly version: 'A' | 'B' | 'C';
  readonly failsAfter?: number;
};

/** Two people who press at the same time, each with a gate of their own over one ledger. */
export type Pair = { readonly before: 'A' | 'B'; readonly alice: Wanted; readonly bob: Wanted };

export const PAIRS: readonly Pair[] = [
  { before: 'A', alice: { action: 'deploy', version: 'B' }, bob: { action: 'deploy', version: 'B' } },
  { before: 'B', alice: { action: 'deploy', version: 'C' }, bob: { action: 'rollback', version: 'A' } },
  {
    before: 'B',
    alice: { action: 'rollback', version: 'A' },
    bob: { action: 'deploy', version: 'C', failsAfter: 1 },
  },
  { before: 'B', alice: { action: 'rollback', version: 'A' }, bob: { action: 'rollback', version: 'A' } },
  { before: 'B', alice: { action: 'activate', version: 'B' }, bob: { action: 'rollback', version: 'A' } },
];

/**
 * Runs two presses in every order in which the one can come between two accesses of the other to the ledger, with at most so many turns
 * from the one to the other. With no bound there are as many orders as there are ways to shuffle two runs of twenty accesses.
 */
export async function interleave(
  pair: Pair,
  most: number,
  tally: Tally,
  sabotage: Sabotage = {},
): Promise<void> {
  const go = async (turns: readonly number[]): Promise<void> => {
    const accesses = await runPair(pair, turns, tally, sabotage);
    if (turns.length === most) return;
    for (let at = (turns.at(-1) ?? 0) + 1; at <= accesses; at += 1) await go([...turns, at]);
  };
  await go([]);
}

/** One order of events: alice goes first, and the turn goes to the other before these accesses. Answers how many accesses there were. */
async function runPair(
  { before, alice, bob }: Pair,
  turns: readonly number[],
  tally: Tally,
  sabotage: Sabotage,
): Promise<number> {
  const running = runningAll(before);
  const world = newWorld({ ...(await historyUpTo(before)), running, mode: 'here', sabotage });
  const driver = newDriver(world);
  let turn = 'alice';
  let accesses = 0;
  try {
    for (const [name, wanted] of [
      ['alice', alice],
      ['bob', bob],
    ] as const)
      press(world, name, { ...wanted, wish: wishFor(wanted.action, wanted.version, { actor: name }) });
    await driver.run((open) => {
      const of = (name: string): Step | undefined =>
        open.find(({ by, isBackground }) => !isBackground && by.name.endsWith(name));
      const other = (): string => (turn === 'alice' ? 'bob' : 'alice');
      let step = of(turn);
      const isAccess = step !== undefined && /^(?:read|append)/.test(step.what);
      if (isAccess) accesses += 1;
      if (step === undefined || (isAccess && turns.includes(accesses))) {
        const next = of(other());
        if (next !== undefined) {
          turn = other();
          step = next;
        }
      }
      return step === undefined ? null : { step, fate: 'happens' };
    });
    await recover(driver);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
  tally.schedules += 1;
  const violation = firstViolation(world);
  if (violation !== null)
    tally.failures.push(failureOf(violation, { before, alice, bob }, turns, world.sched.trace));
  return accesses;
}

function failureOf(
  violation: { readonly invariant: string; readonly detail: string },
  { before, alice, bob }: Pair,
  turns: readonly number[],
  trace: readonly string[],
): Failure {
  const schedule = `${before} in force, ${alice.action} ${alice.version} beside ${bob.action} ${bob.version}, turns before accesses ${turns.join(', ') || 'none'}`;
  return { ...violation, schedule, trace };
}
