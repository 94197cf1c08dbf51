import { Broken, IN_ORDER, newDriver, recover } from './drive.ts';
import type { Driver } from './drive.ts';
import { historyUpTo } from './histories.ts';
import { firstViolation } from './invariants.ts';
import { press } from './presses.ts';
import type { Press } from './presses.ts';
import type { Fate, Step } from './scheduler.ts';
import { kill } from './scheduler.ts';
import type { Version } from './servers.ts';
import { HOSTS, wishFor } from './setups.ts';
import type { Violation } from './witness.ts';
import { newWorld } from './world.ts';
import type { Sabotage, Settings, World } from './world.ts';

/** One way a run can go wrong at one step. */
type Blow = { readonly name: string; readonly strike: (run: Run, step: Step) => Fate | void };

type Run = { readonly world: World; readonly driver: Driver; readonly presses: readonly Press[] };

export type Action = 'deploy' | 'activate' | 'rollback';

/** What is pressed, in which cluster. */
export type Scene = {
  readonly action: Action;
  readonly mode: Settings['mode'];
  /** What n1, n2 and n3 run before, one letter each. */
  readonly running: string;
  readonly failsAfter?: number | null;
  readonly traffic?: Settings['traffic'];
  readonly sabotage?: Sabotage;
};

export type Failure = Violation & { readonly schedule: string; readonly trace: readonly string[] };

export type Tally = { schedules: number; readonly steps: Set<string>; readonly failures: Failure[] };

export function newTally(): Tally {
  return { schedules: 0, steps: new Set(), failures: [] };
}

/** Faults that can make a difference just before this step. What touches another server commutes with it, and is met at that server’s own steps. */
function blowsAt(step: Step, { world, presses }: Run): readonly Blow[] {
  const blows: Blow[] = [];
  const add = (name: string, strike: Blow['strike']): void => void blows.push({ name, strike });
  if (step.canFail) add('fails', () => 'fails');
  const gates = world.settings.mode === 'served' ? [world.served().process] : [];
  for (const gate of gates)
    if (step.by === gate || step.what.startsWith('asks the gate') || step.what.includes('arrives'))
      add('the gate dies', () => kill(gate));
  for (const { process, command, name } of presses) {
    if (!process.isAlive || (step.by !== process && step.by !== command)) continue;
    add(`${name} dies, its command goes on`, () => kill(process));
    if (command !== null && command.isAlive)
      add(`${name} and its command die`, () => {
        kill(process);
        kill(command);
      });
    if (step.by === command) add('the command dies', (run) => run.presses[0]?.interrupt());
  }
  const host = step.touches;
  if (host === null) return blows;
  const { fleet } = world;
  const server = fleet.serverOf(host);
  add(`${host} starts anew`, () => fleet.restart(host));
  add(`${host} is haunted`, () => {
    fleet.copy(host, server.running === 'A' ? 'B' : 'A');
    fleet.restart(host);
  });
  add(`${host} is cut off`, () => {
    server.isCut = true;
  });
  if (server.agent?.isAlive === true) add(`the agent of ${host} dies`, () => fleet.stopAgent(host));
  return blows;
}

/** Runs a scene as it goes without faults, and then once for each fault at each step; `isCalm` leaves the faults out. */
export async function explore(
  scene: Scene,
  tally: Tally,
  { isCalm = false }: { readonly isCalm?: boolean } = {},
): Promise<void> {
  const plans: { readonly at: number; readonly name: string }[] = [];
  await runOnce(scene, tally, null, (at, step, run) => {
    tally.steps.add(`${scene.action} ${step.what}`);
    for (const { name } of blowsAt(step, run)) plans.push({ at, name });
  });
  if (isCalm) return;
  for (const plan of plans) await runOnce(scene, tally, plan);
}

async function runOnce(
  scene: Scene,
  tally: Tally,
  plan: { readonly at: number; readonly name: string } | null,
  onStep?: (at: number, step: Step, run: Run) => void,
): Promise<void> {
  const world = await worldOf(scene);
  const driver = newDriver(world);
  const presses: Press[] = [];
  const run = { world, driver, presses };
  let at = 0;
  try {
    await startUp(driver);
    const { version, wish } = wishOf(scene);
    presses.push(press(world, 'alice', { wish, version, failsAfter: scene.failsAfter ?? null }));
    await driver.run((open) => {
      const picked = IN_ORDER(open);
      if (picked === null) return null;
      const { step } = picked;
      at += 1;
      onStep?.(at, step, run);
      if (plan === null || plan.at !== at) return picked;
      world.sched.trace.push(`--    ${plan.name}`);
      const fate = blowsAt(step, run)
        .find(({ name }) => name === plan.name)
        ?.strike(run, step);
      if (fate === 'fails') return { step, fate };
      return step.by.isAlive ? picked : IN_ORDER(world.sched.open());
    });
    await recover(driver);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
  tally.schedules += 1;
  const violation = firstViolation(world);
  if (violation === null) return;
  const { action, mode, running } = scene;
  const schedule = `${mode} ${running} ${action} fails-after=${scene.failsAfter ?? '-'} step ${plan?.at ?? 0}: ${plan?.name ?? 'no fault'}`;
  tally.failures.push({ ...violation, schedule, trace: world.sched.trace });
}

/** Agents prove themselves before anybody presses, so that servers hold leases. */
async function startUp(driver: Driver): Promise<void> {
  if (driver.world.settings.mode === 'served') await driver.run(IN_ORDER);
}

async function worldOf({ action, running, mode, traffic = {}, sabotage = {} }: Scene): Promise<World> {
  const history = await historyUpTo(action === 'deploy' ? 'A' : 'B');
  const versions = HOSTS.map((host, at): [string, Version] => [host, running[at] === 'A' ? 'A' : 'B']);
  return newWorld({ ...history, running: Object.fromEntries(versions), mode, traffic, sabotage });
}

function wishOf({ action }: Scene): {
  readonly version: 'A' | 'B';
  readonly wish: ReturnType<typeof wishFor>;
} {
  const version = action === 'rollback' ? 'A' : 'B';
  return { version, wish: wishFor(action, version) };
}

/** What three servers may run, of two versions. */
export const ASSIGNMENTS: readonly string[] = ['AAA', 'AAB', 'ABA', 'ABB', 'BAA', 'BAB', 'BBA', 'BBB'];
