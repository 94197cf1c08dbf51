import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import { actsHere } from '../../src/cli/button/acts-here.ts';
import { execNodes } from '../../src/cli/button/exec-nodes.ts';
import { chanceOf } from '../../src/cli/button/gate-here.ts';
import { memoryLedger } from '../../src/ledger/memory.ts';
import { actsContract } from '../contracts/acts.ts';
import { chanceContract } from '../contracts/chance.ts';
import { ledgerContract } from '../contracts/ledger.ts';
import { nodesContract } from '../contracts/nodes.ts';
import { NOW, report, sha } from '../world/documents.ts';
import { connectedNodes, countedChance, steppedActs, steppedLedger } from './ports.ts';
import { newProcess, newScheduler } from './scheduler.ts';
import type { Scheduler } from './scheduler.ts';
import { EPOCH, newFleet } from './servers.ts';

/** The ports of the simulation keep the promises of the real ones. */

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'haunted-ports-'));
  folders.push(made);
  return made;
}

/** Steps happen at once, in their order. */
function running(sched: Scheduler): <T>(work: Promise<T>) => Promise<T> {
  return async (work) => {
    const state = { isOver: false };
    const over = work.finally(() => {
      state.isOver = true;
    });
    over.catch(() => undefined);
    while (!state.isOver) {
      await sched.settled();
      const [step] = sched.open();
      if (step !== undefined) sched.run(step);
    }
    return await over;
  };
}

ledgerContract('the ledger of the simulation, when nothing is late', () => {
  const sched: Scheduler = { ...newScheduler(0), waitFor: async () => 'happens' };
  const by = newProcess('gate');
  return steppedLedger(memoryLedger('tests'), { by, sched, whenWritten: async () => undefined });
});

nodesContract('servers of the simulation', () => {
  const sched = newScheduler(NOW - EPOCH);
  const fleet = newFleet({
    sched,
    running: { n1: 'A', n2: 'A', n3: 'A' },
    hasAgents: false,
    post: () => undefined,
  });
  fleet.serverOf('n3').isCut = true;
  const nodes = connectedNodes({ by: newProcess('gate'), sched, fleet, asking: () => undefined });
  return { nodes, settle: running(sched) };
});

nodesContract('servers asked through a program', async () => {
  const cwd = await folder();
  const given = report('HOST', sha('a'), { challenge: { event_id: 'EVENT', nonce: 'NONCE' } });
  await writeFile(path.join(cwd, 'report.json'), JSON.stringify(given));
  const script = '[ "$1" = n3 ] && exit 1; sed "s/HOST/$1/;s/EVENT/$2/;s/NONCE/$3/" report.json';
  const argv = ['/bin/sh', '-c', script, 'ask'];
  const nodes = execNodes({ argv, cwd, env: { PATH: '/usr/bin:/bin' }, timeLimitMs: 10_000, parallel: 4 });
  return { nodes, settle: async (work) => await work };
});

actsContract('acts of the simulation', async (works) => {
  const sched = newScheduler(0);
  const told: unknown[] = [];
  const tell = (what: unknown): void => void told.push(what);
  const acts = steppedActs({ by: newProcess('gate'), sched, ordered: tell, announced: tell, paged: tell });
  const settle = running(sched);
  if (works) return { acts, told: () => told, settle };
  const failing: typeof settle = async (work) => {
    await sched.settled();
    const [step] = sched.open();
    if (step !== undefined) sched.run(step, 'fails');
    return await settle(work);
  };
  return { acts, told: () => told, settle: failing };
});

actsContract('programs that haunted.yaml names', async (works) => {
  const cwd = await folder();
  const argv = ['/bin/sh', '-c', works ? 'cat >> told; echo >> told' : 'exit 3'];
  const config = {
    traffic: { lease_s: 30, takes_out: 'unproven', floor: 0, order: argv, page: argv },
  } as const;
  const io = { env: { PATH: '/usr/bin:/bin' }, stderr: () => undefined };
  const acts = actsHere({ config, folder: cwd } as never, io as never);
  const told = async (): Promise<readonly unknown[]> =>
    (await readFile(path.join(cwd, 'told'), 'utf8'))
      .split('\n')
      .filter((line) => line.trim() !== '')
      .map((line) => JSON.parse(line) as unknown);
  return { acts, told, settle: async (work) => await work };
});

chanceContract('chance of the simulation', (process) => countedChance(() => NOW, process));
chanceContract('chance of the command line', () => chanceOf(() => Date.now()));
