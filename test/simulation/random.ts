import { Fault } from '../../src/fault.ts';
import { Broken, newDriver, recover } from './drive.ts';
import type { Driver } from './drive.ts';
import { historyUpTo } from './histories.ts';
import { firstViolation } from './invariants.ts';
import { gateOf, press } from './presses.ts';
import type { Press } from './presses.ts';
import { kill, rngOf } from './scheduler.ts';
import type { Fate, Rng, Step } from './scheduler.ts';
import type { Version } from './servers.ts';
import { documentOf, HOSTS, signedWord, wishFor } from './setups.ts';
import type { Violation } from './witness.ts';
import { newWorld } from './world.ts';
import type { Sabotage, World } from './world.ts';

/** What one seed came to: null when every invariant held. */
export type Outcome = {
  readonly seed: number;
  readonly steps: number;
  readonly failure: (Violation & { readonly trace: readonly string[] }) | null;
};

type Chaos = {
  readonly world: World;
  readonly rng: Rng;
  readonly presses: Press[];
  /** Faults and presses that are still to come. */
  budget: number;
  words: number;
};

/** How many steps a run goes on for before the faults end. */
const STEPS = 220;

/** One run in which everything is drawn from the seed: who presses what, in which order things happen, and what breaks. */
export async function runSeed(seed: number, sabotage: Sabotage = {}): Promise<Outcome> {
  const rng = rngOf(seed);
  const before = rng.pick(['A', 'B'] as const);
  const isHaunted = rng.chance(0.25);
  const running = Object.fromEntries(
    HOSTS.map((host): [string, Version] => [host, isHaunted ? rng.pick(['A', 'B', 'X'] as const) : before]),
  );
  const traffic = {
    takes_out: rng.pick(['unproven', 'unproven', 'all'] as const),
    floor: rng.pick([0, 0, 1, 2]),
  };
  const mode = rng.pick(['served', 'served', 'here'] as const);
  const world = newWorld({ ...(await historyUpTo(before)), running, mode, traffic, sabotage });
  const driver = newDriver(world);
  world.sched.trace.push(
    `--    seed ${seed}: ${mode}, ${before} in force, ${HOSTS.map((host) => running[host]).join('')} running, takes_out ${traffic.takes_out}, floor ${traffic.floor}`,
  );
  const chaos: Chaos = { world, rng, presses: [], budget: 3 + rng.below(9), words: 0 };
  let steps = 0;
  try {
    await driver.run((open) => {
      steps += 1;
      if (steps > STEPS) return null;
      if (chaos.budget > 0 && rng.chance(0.06)) {
        chaos.budget -= 1;
        strike(chaos);
        return pickAny(chaos, world.sched.open());
      }
      return pickAny(chaos, open);
    });
    await recoverFrom(driver, chaos);
  } catch (error) {
    if (!(error instanceof Broken)) throw error;
  }
  const violation = firstViolation(world);
  return { seed, steps, failure: violation === null ? null : { ...violation, trace: world.sched.trace } };
}

/** Any step that may happen now; sometimes time passes first, and sometimes it fails. An agent is never late for its own service. */
function pickAny({ world, rng }: Chaos, open: readonly Step[]): { step: Step; fate: Fate } | null {
  const [first] = open;
  if (first === undefined) return null;
  const now = world.sched.clock.mono;
  const due = open.filter(({ at }) => at <= now);
  const late = due.find(({ by, at }) => by.name.startsWith('agent') && at < now - 300);
  const isPassing = due.length === 0 || rng.chance(0.04);
  const next = isPassing
    ? (open.find(({ at }) => at > now) ?? first)
    : rng.chance(0.4)
      ? first
      : rng.pick(due);
  const own = next.at > now ? due.find(({ by }) => by.name.startsWith('agent')) : undefined;
  const step = late ?? own ?? next;
  const fate = step.canFail && rng.chance(0.02) ? 'fails' : 'happens';
  return { step, fate };
}

/** Something that people, machines or the world do. */
function strike(chaos: Chaos): void {
  const { world, rng } = chaos;
  const { fleet, sched } = world;
  const host = rng.pick(HOSTS);
  const server = fleet.serverOf(host);
  const deeds: readonly (readonly [string, () => void])[] = [
    ['somebody presses', () => pressSomething(chaos)],
    ['somebody presses', () => pressSomething(chaos)],
    ['somebody presses', () => pressSomething(chaos)],
    ['somebody asks all', () => ask(chaos)],
    ['somebody gives the manifest again', () => adopt(chaos)],
    ['an operator says a word', () => say(chaos)],
    ['a gate dies', () => killSome(chaos)],
    ['a button dies', () => killPress(chaos)],
    ['somebody presses Ctrl-C', () => chaos.presses.at(-1)?.interrupt()],
    [`${host} starts anew`, () => fleet.restart(host)],
    [`${host} is haunted`, () => haunt(chaos, host, rng.pick(['A', 'B', 'X'] as const))],
    [`${host} is put right`, () => haunt(chaos, host, inForce(world))],
    [`${host} goes down`, () => void (server.running = null)],
    [`${host} boots`, () => boot(chaos, host)],
    [`${host} is cut off or back`, () => void (server.isCut = !server.isCut)],
    [`the agent of ${host} dies`, () => fleet.stopAgent(host)],
    ['time passes', () => pass(world, rng.below(40_000))],
    [
      'the clock of gates jumps',
      () => void (world.gateClock.skewMs = rng.pick([-3_600_000, -20_000, 20_000, 7_200_000])),
    ],
    ['the clock of gates is right', () => void (world.gateClock.skewMs = 0)],
    [
      `the clock of ${host} jumps`,
      () => void (server.skewMs = rng.pick([-600_000, -15_000, 15_000, 600_000])),
    ],
  ];
  const [name, deed] = rng.pick(deeds);
  sched.trace.push(`--    ${name}`);
  deed();
}

/** Time passes, and no agent sleeps through what it has to do. */
function pass({ sched }: World, ms: number): void {
  const next = sched.open().find(({ by }) => by.name.startsWith('agent'));
  const until = sched.clock.mono + ms;
  sched.clock.mono = Math.max(sched.clock.mono, next === undefined ? until : Math.min(until, next.at));
}

function inForce(world: World): Version {
  const { in_force } = world.witness.state();
  const running = (['A', 'B', 'C'] as const).find((name) => documentIs(name, in_force));
  return running ?? 'A';
}

function documentIs(name: 'A' | 'B' | 'C', sha256: string | null): boolean {
  return (
    (JSON.parse(new TextDecoder().decode(documentOf(name).bytes)) as { manifest_sha256: string })
      .manifest_sha256 === sha256
  );
}

function pressSomething(chaos: Chaos): void {
  const { world, rng, presses } = chaos;
  const action = rng.pick(['deploy', 'deploy', 'rollback', 'rollback', 'activate'] as const);
  const version = rng.pick(['A', 'B', 'B', 'C'] as const);
  const failsAfter = rng.chance(0.3) ? rng.below(4) : null;
  const isBypassed = rng.chance(0.15);
  const bypass = isBypassed
    ? signedWord({ kind: 'bypass', word: `w-${(chaos.words += 1)}`, findings: [] }, world.gateNow())
    : null;
  const name = `press-${presses.length + 1}`;
  world.sched.trace.push(
    `--    ${name}: ${action} ${version}${failsAfter === null ? '' : `, fails after ${failsAfter}`}${isBypassed ? ', with a bypass' : ''}`,
  );
  presses.push(press(world, name, { wish: wishFor(action, version, { bypass }), version, failsAfter }));
}

function ignoringFaults(world: World, work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof Fault)) world.witness.bug(error);
  });
}

function ask({ world, presses, rng }: Chaos): void {
  const { gate } = gateOf(world, `asks-${presses.length}-${rng.below(1_000)}`);
  const { change } = world.witness.state();
  const outcome = { outcome: 'abandoned', exit_status: null, signal: null, reason: null } as const;
  const isAbandoned = change !== null && rng.chance(0.5);
  ignoringFaults(world, isAbandoned ? gate.end('smars', change.change, outcome) : gate.prove('smars'));
}

function adopt({ world, rng }: Chaos): void {
  const { gate } = gateOf(world, `adopts-${rng.below(1_000)}`);
  ignoringFaults(world, gate.adopt(documentOf(rng.pick(['A', 'B'] as const)), 'bob'));
}

function say(chaos: Chaos): void {
  const { world, rng } = chaos;
  const state = world.witness.state();
  const word = `w-${(chaos.words += 1)}`;
  const { gate } = gateOf(world, `says-${word}`);
  const [quarantine] = state.quarantines.keys();
  const refused = [...state.manifests.values()].find((each) => each.refused !== null);
  if (quarantine !== undefined && rng.chance(0.7))
    ignoringFaults(
      world,
      gate.hear(signedWord({ kind: 'release_quarantine', word, quarantine }, world.gateNow())),
    );
  else if (refused !== undefined) {
    const { manifest_sha256 } = refused;
    ignoringFaults(
      world,
      gate.hear(signedWord({ kind: 'release_manifest', word, manifest_sha256 }, world.gateNow())),
    );
  }
}

function killSome({ world, presses, rng }: Chaos): void {
  if (world.settings.mode === 'served') kill(world.served().process);
  else if (presses.length > 0) kill(rng.pick(presses).process);
}

function killPress({ presses, rng }: Chaos): void {
  if (presses.length === 0) return;
  const { process, command } = rng.pick(presses);
  kill(process);
  if (command !== null && rng.chance(0.5)) kill(command);
}

function haunt({ world }: Chaos, host: string, version: Version): void {
  world.fleet.copy(host, version);
  world.fleet.restart(host);
}

function boot({ world }: Chaos, host: string): void {
  const server = world.fleet.serverOf(host);
  server.boot += 1;
  server.sequence = 0;
  world.fleet.restart(host);
  if (world.settings.mode !== 'served') return;
  world.fleet.stopAgent(host);
  world.fleet.startAgent(host);
}

/** Commands that nobody waits for any more are stopped, or go on to their end, before anything is put right. */
async function recoverFrom(driver: Driver, { presses, rng }: Chaos): Promise<void> {
  for (const { process, command } of presses)
    if (command !== null && !process.isAlive && rng.chance(0.5)) kill(command);
  await recover(driver);
}
