import { Fault } from '../../src/fault.ts';
import type { Settled } from '../../src/gate/gate.ts';
import { heldLeases } from '../../src/ledger/state.ts';
import { unaskedChange } from '../../src/gate/unasked.ts';
import { checkReplay, checkRight, firstViolation, watch } from './invariants.ts';
import { gateOf } from './presses.ts';
import type { Fate, Step } from './scheduler.ts';
import { versionOf } from './setups.ts';
import type { World } from './world.ts';

/** What is done next: one step with its fate; null when this part of the run is over. */
export type Pick = (open: readonly Step[]) => { readonly step: Step; readonly fate: Fate } | null;

/** More steps than any run has: a run that does not end is a failure of its own. */
const MOST_STEPS = 6_000;

/** A run that broke an invariant stops there. */
export class Broken extends Error {}

function brokenBy(world: World): Broken {
  const violation = firstViolation(world);
  return new Broken(`${violation?.invariant}: ${violation?.detail}`);
}

export type Driver = {
  readonly world: World;
  /** Lets things happen until `pick` has no more to do. */
  readonly run: (pick: Pick) => Promise<void>;
  /** Lets everything happen that is due within so many milliseconds. */
  readonly pass: (ms: number) => Promise<void>;
  /** Lets things happen until this is settled. */
  readonly untilSettled: <T>(work: Promise<T>) => Promise<T>;
};

export function newDriver(world: World): Driver {
  const { sched } = world;
  const { afterStep } = watch(world);
  let count = 0;
  let isCaughtUp = false;
  const one = async (pick: Pick): Promise<boolean> => {
    if (!isCaughtUp) await world.witness.catchUp();
    isCaughtUp = true;
    await sched.settled();
    afterStep();
    if (firstViolation(world) !== null) throw brokenBy(world);
    const picked = pick(sched.open());
    if (picked === null) return false;
    count += 1;
    if (count > MOST_STEPS) {
      world.witness.violations.push({ invariant: 'it ends', detail: `more than ${MOST_STEPS} steps` });
      throw brokenBy(world);
    }
    sched.run(picked.step, picked.fate);
    return true;
  };
  const run = async (pick: Pick): Promise<void> => {
    while (await one(pick));
  };
  const pass = async (ms: number): Promise<void> => {
    const until = sched.clock.mono + ms;
    await run((open) => {
      const [step] = open;
      return step === undefined || step.at > until ? null : { step, fate: 'happens' };
    });
    sched.clock.mono = Math.max(sched.clock.mono, until);
    afterStep();
  };
  return {
    world,
    run,
    pass,
    untilSettled: async (work) => {
      let isOver = false;
      const over = work.finally(() => {
        isOver = true;
      });
      over.catch(() => undefined);
      await run((open) => {
        const [step] = open;
        if (isOver) return null;
        if (step === undefined) throw new Error('nothing is left to happen, and it is not over');
        return { step, fate: 'happens' };
      });
      return await over;
    },
  };
}

/** The order in which things happen when nothing is late: first come, first served. */
export const IN_ORDER: Pick = (open) => {
  const step = open.find((each) => !each.isBackground);
  return step === undefined ? null : { step, fate: 'happens' };
};

/** An agent has proven itself again within this time. */
const NEXT_PROOF_MS = 12_000;

/** How long a served gate may take to carry on a question by itself: a lease, the next proof after it, and what that takes. */
const CARRIED_ON_MS = 60_000;

/** A served gate needs nobody to go on where another one died. */
async function carryOn({ world, pass }: Driver): Promise<void> {
  const { settings, witness } = world;
  if (settings.mode !== 'served' || unaskedChange(witness.state()) === null) return;
  await pass(CARRIED_ON_MS);
  const unasked = unaskedChange(witness.state());
  if (unasked === null) return;
  witness.violations.push({ invariant: 'nobody is left unasked', detail: `after ${unasked.change}` });
  throw brokenBy(world);
}

/** Whoever holds a lease is in, as far as the balancer was told; an order that failed is given again with the next proof. */
async function agreeOnTraffic({ world, pass }: Driver): Promise<void> {
  const { settings, witness, balancer } = world;
  const outside = (): readonly string[] =>
    heldLeases(witness.state(), world.gateNow())
      .map(({ hostname }) => hostname)
      .filter((host) => balancer.get(host) === 'down');
  if (settings.mode !== 'served' || outside().length === 0) return;
  await pass(NEXT_PROOF_MS);
  if (outside().length === 0) return;
  const detail = `${outside().join(', ')} held a lease, and the balancer was told otherwise`;
  witness.violations.push({ invariant: 'traffic is told what the ledger says', detail });
  throw brokenBy(world);
}

/**
 * The faults are over and a person does what the manual says: waits for what still runs, abandons a change that nobody runs any more,
 * asks every server again, and puts those right that are wrong. Then everything must be right.
 */
export async function recover(driver: Driver): Promise<void> {
  const { world, run, pass, untilSettled } = driver;
  const { fleet, gateClock, settings, witness } = world;
  world.sched.trace.push('--    the faults are over');
  gateClock.skewMs = 0;
  for (const server of fleet.servers.values()) {
    server.isCut = false;
    server.skewMs = 0;
    if (server.running === null) fleet.restart(server.host);
    if (settings.mode === 'served' && server.agent?.isAlive !== true) fleet.startAgent(server.host);
  }
  if (settings.mode === 'served') world.served();
  await run(IN_ORDER);
  await checkReplay(world);
  await carryOn(driver);
  await agreeOnTraffic(driver);
  const { gate } = gateOf(world, 'hand');
  const resume = async (): Promise<Settled | Fault> => {
    const { change } = witness.state();
    const outcome = { outcome: 'abandoned', exit_status: null, signal: null, reason: null } as const;
    const asking = change === null ? gate.prove('smars') : gate.end('smars', change.change, outcome);
    try {
      return await untilSettled(asking);
    } catch (error) {
      if (error instanceof Fault) return error;
      throw error;
    }
  };
  for (let tries = 0; tries < 4; tries += 1) {
    const settled = await resume();
    if (!(settled instanceof Fault) && settled.verdict.verdict === 'PROVEN') break;
    const version = versionOf(witness.state().in_force);
    for (const { host } of fleet.servers.values()) {
      fleet.copy(host, version);
      fleet.restart(host);
    }
    await run(IN_ORDER);
  }
  if (settings.mode === 'served') await pass(12_000);
  await run(IN_ORDER);
  const [answered] = await untilSettled(gate.look('smars'));
  const { isDeepStrictEqual } = await import('node:util');
  if (!isDeepStrictEqual(answered, witness.state()))
    witness.violations.push({ invariant: 'replay is the live state', detail: 'the gate says otherwise' });
  await checkReplay(world);
  checkRight(world);
  if (firstViolation(world) !== null) throw brokenBy(world);
}
