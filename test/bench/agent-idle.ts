import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { smallControlPlane } from '../world/small-control-plane.ts';
import { joinWith } from '../world/haunted-agent.ts';
import { sha256 } from '../world/prover.ts';
import { published } from '../world/published.ts';
import { printRows } from './measure.ts';

/**
 * What an agent costs that has nothing to do: ten services with a pid file, a config file and a flag file each, all proven, under a lease
 * of 30 s, so proven anew every 10 s; a beat every 5 s on each stream. Beside a Node that has a timer and nothing else, at the same time.
 */

const SERVICES = 10;
const SETTLE_MS = 15_000;
const MINUTE_MS = 60_000;

const haunted = await published();
const folder = mkdtempSync(path.join(tmpdir(), 'bench-agent-'));
const binary = path.join(folder, 'smars');
copyFileSync('/bin/sleep', binary);
const control = await smallControlPlane({ beatMs: 5_000 });
control.accepts = new Set([sha256(binary)]);
control.leaseMs = 30_000;
control.proveEveryMs = 10_000;
const children: ChildProcess[] = [];

function start(file: string, words: readonly string[]): ChildProcess {
  const child = spawn(file, words, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env['PATH'] },
  });
  children.push(child);
  return child;
}

/** One service of the agent's config. */
async function service(number: number): Promise<unknown> {
  const hostname = `smars-${number}`;
  const at = path.join(folder, hostname);
  mkdirSync(at);
  const { pid = 0 } = start(binary, ['1000']);
  writeFileSync(path.join(at, 'pid'), String(pid));
  writeFileSync(path.join(at, 'smars.conf'), 'port = 9000\n');
  writeFileSync(path.join(at, 'flags.json'), '{"rlp": true}');
  const token = control.token('smars', hostname);
  await joinWith(token, { folder, server: control.url, cluster: 'smars', hostname, service: {} });
  const [config_files, flag_files] = [[path.join(at, 'smars.conf')], [path.join(at, 'flags.json')]];
  return {
    cluster: 'smars',
    hostname,
    service: { pid_file: path.join(at, 'pid'), config_files, flag_files },
    doors: { agent_check: { port: 0 }, health: { port: 0 } },
  };
}

/** What all threads of a process ran so far, in milliseconds. */
function ranMs({ pid = 0 }: ChildProcess): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((task) =>
    Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]),
  );
  return nanoseconds.reduce((a, b) => a + b, 0) / 1e6;
}

function residentMib({ pid = 0 }: ChildProcess): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

try {
  const services = [];
  for (let number = 0; number < SERVICES; number += 1) services.push(await service(number));
  const config = { schema: 'haunted.agent-config/v1', server: control.url, state: 'state', services };
  writeFileSync(path.join(folder, 'agent.yaml'), JSON.stringify(config));
  const agent = start(process.execPath, [haunted.command, 'agent', '--config', 'agent.yaml']);
  const bare = start(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  await pause(SETTLE_MS);
  const [agentBefore, bareBefore, proofs] = [ranMs(agent), ranMs(bare), control.reports.length];
  await pause(MINUTE_MS);
  const share = (now: number, before: number): number => ((now - before) / MINUTE_MS) * 100;
  const [ours, peer] = [residentMib(agent), residentMib(bare)];
  printRows([
    {
      row: `an idle agent with ${SERVICES} services, its memory beside a Node with a timer`,
      ours,
      peer,
      unit: 'MiB',
      ratio: ours / peer,
      goal: '<= 1.25',
      note: 'the published build; at most 70 MiB',
    },
    {
      row: `an idle agent with ${SERVICES} services, its share of a core`,
      ours: share(ranMs(agent), agentBefore),
      peer: share(ranMs(bare), bareBefore),
      unit: '%',
      ratio: null,
      goal: '<= 0.2',
      note: `${control.reports.length - proofs} proofs in a minute`,
    },
  ]);
} finally {
  for (const child of children) child.kill('SIGKILL');
  await control.stop();
  haunted.remove();
  rmSync(folder, { recursive: true });
}
