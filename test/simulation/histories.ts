import type { Gate } from '../../src/gate/gate.ts';
import { DONE } from '../world/gated-cluster.ts';
import { newDriver } from './drive.ts';
import { gateOf } from './presses.ts';
import type { Version } from './servers.ts';
import { documentOf, HOSTS, wishFor } from './setups.ts';
import { newWorld } from './world.ts';

/** What went before: the lines of a ledger in which this version was proven last, and the time after it. */
export type History = { readonly lines: readonly string[]; readonly startMs: number };

/** Long enough that no lease of the history counts any more, in milliseconds. */
const LATER_MS = 60_000;

const made = new Map<Version, Promise<History>>();

/** A cluster that adopted A and was deployed up to this version, each proven. Made once by the real gate. */
export async function historyUpTo(version: 'A' | 'B'): Promise<History> {
  const known = made.get(version) ?? make(version);
  made.set(version, known);
  return await known;
}

async function make(version: 'A' | 'B'): Promise<History> {
  const running = runningAll('A');
  const world = newWorld({ lines: [], startMs: 1_000_000, running, mode: 'here' });
  const { untilSettled } = newDriver(world);
  const { gate } = gateOf(world, 'history');
  await untilSettled(gate.adopt(documentOf('A'), 'alice'));
  if (version === 'B') await deploy(gate);
  const lines = (await Array.fromAsync(world.ledger.read(1))).flat();
  return { lines, startMs: world.sched.clock.mono + LATER_MS };

  async function deploy(gate: Gate): Promise<void> {
    const { change } = await untilSettled(gate.begin(wishFor('deploy', 'B')));
    for (const host of HOSTS) {
      world.fleet.copy(host, 'B');
      world.fleet.restart(host);
    }
    await untilSettled(gate.end('smars', change?.change ?? '', DONE));
  }
}

export function runningAll(version: Version): Readonly<Record<string, Version>> {
  return Object.fromEntries(HOSTS.map((host) => [host, version]));
}
