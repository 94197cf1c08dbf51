import { isDeepStrictEqual } from 'node:util';
import { replay } from '../../src/ledger/replay.ts';
import { checkEntry, checkHeld } from './ledger-invariants.ts';
import { versionOf } from './setups.ts';
import type { Violation } from './witness.ts';
import type { World } from './world.ts';

/** How long an agent may take to see that its service started anew, with one step of the scheduler, in milliseconds. */
const SEEN_MS = 1_500;

/** Watches a world from now on: entries as they are written, and the servers after every step. */
export function watch(world: World): { readonly afterStep: () => void } {
  const { witness } = world;
  const say = (invariant: string, detail: string): void => {
    witness.violations.push({ invariant, detail });
  };
  witness.onEntry = (entry, before, after) => checkEntry(entry, { world, before, after }, say);
  witness.onOrder = (order) => {
    const state = witness.state();
    for (const { hostname, until } of order.give) {
      const isWritten = state.leases.get(hostname);
      const wasGiven = witness.entries.some(
        ({ kind, body }) =>
          kind === 'lease' &&
          body.state === 'held' &&
          body.until === until &&
          body.nodes.some((node) => node.hostname === hostname),
      );
      if (isWritten === undefined || !wasGiven)
        say('no act without an entry', `traffic for ${hostname} until ${until}`);
    }
  };
  return {
    afterStep: () => {
      checkHeld(world, say);
      checkServers(world, say);
    },
  };
}

/** A server takes live traffic only on a lease that the gate answered with, that is in the ledger, and for a look at what runs no older than a lease. */
function checkServers(world: World, say: (invariant: string, detail: string) => void): void {
  const { fleet, witness, sched, traffic } = world;
  const now = sched.clock.mono;
  for (const server of fleet.servers.values()) {
    if (!fleet.isReady(server)) continue;
    const { host, running, since } = server;
    if (now - since <= SEEN_MS) continue;
    const isEarned = witness.grants.some(
      (grant) =>
        grant.host === host &&
        grant.look.running === running &&
        grant.look.at > now - traffic.lease_s * 1_000 &&
        grant.isWritten,
    );
    if (!isEarned) say('no traffic without a fresh proof', `${host} runs ${running}`);
  }
}

/** What the gate says is what the ledger replays to. Asked when nothing is under way. */
export async function checkReplay(world: World): Promise<void> {
  const lines = (await Array.fromAsync(world.ledger.read(1))).flat();
  const state = replay(lines.map((line) => JSON.parse(line) as never)).get('smars');
  if (!isDeepStrictEqual(state, world.witness.state()))
    world.witness.violations.push({ invariant: 'replay is the live state', detail: 'they differ' });
}

/** What the cluster must be when everything has been put right. */
export function checkRight(world: World): void {
  const { witness, fleet, settings, balancer } = world;
  const state = witness.state();
  const wrong: string[] = [];
  if (state.change !== null) wrong.push(`${state.change.change} is under way`);
  if (state.quarantines.size > 0) wrong.push(`in quarantine ${[...state.quarantines.keys()].join(', ')}`);
  const version = versionOf(state.in_force);
  for (const server of fleet.servers.values()) {
    if (server.running !== version) wrong.push(`${server.host} runs ${server.running}, not ${version}`);
    const isIn = settings.mode === 'here' ? balancer.get(server.host) === 'up' : fleet.isReady(server);
    if (!isIn) wrong.push(`${server.host} takes no traffic`);
  }
  if (wrong.length > 0)
    witness.violations.push({ invariant: 'it gets right in the end', detail: wrong.join('; ') });
}

export function firstViolation(world: World): Violation | null {
  return world.witness.violations[0] ?? null;
}
