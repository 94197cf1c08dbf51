import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { openLedgerToRead } from '../../src/adapters/sqlite/ledger.ts';
import { readEntries } from '../../src/ledger/read-entry.ts';
import { noHaproxy } from '../world/haproxy.ts';
import { netCluster } from '../world/net-cluster.ts';
import type { NetCluster } from '../world/net-cluster.ts';
import { HAS_NETNS } from '../world/net-hosts.ts';
import { NAMES } from '../world/net-team.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';
import path from 'node:path';
import { median, printRows } from './measure.ts';

/**
 * Knight's deploy: two of three servers get the new version, and the control plane asks all of them. From its verdict, as the ledger dates it,
 * to the last answer that the haunted server gives through HAProxy (250 ms polling), to clients that ask every 2 ms or so. Hosts are network
 * namespaces with real agents; the verdict goes to them over TLS.
 */

const WORLDS = 3;
const [ONE, TWO, THREE] = NAMES;
/** After this long without an answer it was the last one. */
const QUIET_MS = 1_500;

if (noHaproxy !== null || !HAS_NETNS || !HAS_COMPILER) {
  process.stderr.write(`verdict: ${noHaproxy ?? 'it needs network namespaces (root) and a compiler'}\n`);
  process.exit(0);
}

/** When the last QUARANTINE was written down, in milliseconds since the epoch. */
async function verdictAt({ folder }: NetCluster): Promise<number> {
  const ledger = openLedgerToRead(path.join(folder, 'ledger.db'));
  let at = Number.NaN;
  for await (const { kind, time, body } of readEntries(ledger))
    if (kind === 'verdict' && body.verdict === 'QUARANTINE') at = Date.parse(time);
  await ledger.close();
  return at;
}

async function roundsOf(world: NetCluster): Promise<number[]> {
  const clients = [world.client(), world.client({ isKept: true })];
  const times: number[] = [];
  const must = async (code: number, ...words: string[]): Promise<void> => {
    const said = await world.haunted(...words);
    if (said.code !== code)
      throw new Error(`haunted ${words.join(' ')}: ${said.code}, ${said.out}${said.err}`);
  };
  for (const version of [2, 3, 4]) {
    const old = `${THREE}@${version - 1}`;
    while (!clients.every(({ answers }) => answers.has(old))) await pause(10);
    await must(4, 'deploy', '--manifest', `m${version}.json`, '--', './go.sh', `${version}`, ONE, TWO);
    await pause(QUIET_MS);
    const last = Math.max(...clients.map(({ lastAt }) => lastAt.get(old) ?? 0));
    times.push(Math.max(0, last - (await verdictAt(world))));
    await world.go(`${version}`, THREE);
    await must(0, 'resume');
  }
  return times;
}

const times: number[] = [];
for (let at = 0; at < WORLDS; at += 1) {
  const world = await netCluster();
  try {
    times.push(...(await roundsOf(world)));
  } finally {
    await world.close();
  }
}
printRows([
  {
    row: 'from the verdict to the last answer of the haunted server through HAProxy, the worst round',
    ours: Math.max(...times),
    peer: null,
    unit: 'ms',
    ratio: null,
    goal: '<= 500',
    note: `${times.length} rounds, median ${median(times).toFixed(0)} ms, 250 ms polling`,
  },
]);
