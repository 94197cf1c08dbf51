import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { noHaproxy } from '../world/haproxy.ts';
import { startCluster } from '../world/traffic-cluster.ts';
import { median, printRows } from './measure.ts';

/**
 * From the moment a server may take no more traffic to the last request it gets through HAProxy, with the shipped configuration (250 ms
 * polling), beside the floor: an operator's `set server … state maint` on the runtime socket. Three clients ask every 2 ms or
 * so, each request on its own connection, on one that is kept, and over mode tcp.
 */

const ROUNDS = 10;
/** After this long without a request it was the last one. */
const QUIET_MS = 500;

if (noHaproxy !== null) {
  process.stderr.write(`haproxy: ${noHaproxy}\n`);
  process.exit(0);
}

const world = await startCluster();
const [, server] = world.nodes;
world.client();
world.client({ isKept: true });
world.client({ port: 9000 });

/** Milliseconds from the order to the last request; below 0 there was none after it. */
async function lastAfter(takeOut: () => Promise<void> | void, putBack: () => Promise<void> | void) {
  await world.busy(server);
  // Polls and orders must not keep step.
  await pause(Math.random() * 250);
  const from = performance.now();
  await takeOut();
  await pause(QUIET_MS);
  const last = Math.max(0, server.service.lastAt() - from);
  await putBack();
  return last;
}

async function setState(state: 'maint' | 'ready'): Promise<void> {
  await Promise.all(
    ['smars', 'smars_tcp'].map(
      async (backend) => await world.haproxy.command(`set server ${backend}/smars-02 state ${state}`),
    ),
  );
}

const ours: number[] = [];
const floor: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  ours.push(
    await lastAfter(
      () => server.readiness.down('bench'),
      () => server.readiness.up(),
    ),
  );
  floor.push(
    await lastAfter(
      async () => await setState('maint'),
      async () => await setState('ready'),
    ),
  );
}
const { lost, unsent } = await world.failures(server);
await world.close();

const worst = (times: readonly number[]): string => Math.max(...times).toFixed(0);
printRows([
  {
    row: 'from no lease to the last request through HAProxy, median, beside `set server state maint`',
    ours: median(ours),
    peer: median(floor),
    unit: 'ms',
    ratio: null,
    goal: '',
    note: `${ROUNDS} rounds, 250 ms polling; ${lost.length} requests lost on healthy servers, ${unsent.length} cut on the way`,
  },
  {
    row: 'the same, the worst round',
    ours: Math.max(...ours),
    peer: Math.max(...floor),
    unit: 'ms',
    ratio: null,
    goal: '<= 500',
    note: `maint: ${worst(floor)} ms`,
  },
]);
