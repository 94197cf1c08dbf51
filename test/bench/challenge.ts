import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { connectionTo } from '../../src/adapters/control-plane/connection.ts';
import { gateOver } from '../../src/adapters/control-plane/gate-over.ts';
import { published } from '../world/published.ts';
import type { Fleet } from './challenge-fleet.ts';
import { median, printRows } from './measure.ts';
import type { Row } from './measure.ts';
import { serving } from './serving.ts';
import { reportOf } from './world.ts';

const SIZES = [8, 100, 1_000];
const ROUNDS = 7;
const FLEET = path.join(import.meta.dirname, 'challenge-fleet.ts');

/** From the question to PROVEN, over HTTP and with every server’s signature: how long, and how much of it is each server’s? */
async function measureChallenges(): Promise<Row[]> {
  const { command, remove } = await published();
  try {
    const times: number[] = [];
    for (const nodes of SIZES) times.push(await timeOfFleet(command, nodes));
    const [fixed = 0] = times;
    return SIZES.map((nodes, at): Row => {
      const ours = times[at] ?? Number.NaN;
      const perHost = (ours - fixed) / Math.max(1, nodes - (SIZES[0] ?? 0));
      const isLast = at === SIZES.length - 1;
      return {
        row: `from challenge to PROVEN, ${nodes.toLocaleString('en')} servers`,
        ours: isLast ? perHost : ours,
        peer: null,
        unit: isLast ? 'ms/host' : 'ms',
        ratio: null,
        goal: isLast ? '<= 0.7' : '',
        note: isLast ? `${ours.toFixed(0)} ms in all, on top of ${fixed.toFixed(0)} ms for eight` : '',
      };
    });
  } finally {
    remove();
  }
}

/** Milliseconds, the median of some rounds. */
async function timeOfFleet(command: string, nodes: number): Promise<number> {
  const world = await serving(command, nodes);
  const gate = gateOver(connectionTo({ url: world.url, token: world.token, ca: null }));
  const report = { ...reportOf(0, 3), bound_flags: [], received_flags: [] };
  const fleet = await started({ port: world.port, agents: world.agents, report });
  try {
    await gate.adopt({ source: 'The manifest', bytes: Buffer.from(world.envelope) }, 'bench');
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const start = performance.now();
      const { verdict } = await gate.prove('smars');
      times.push(performance.now() - start);
      if (verdict.verdict !== 'PROVEN') throw new Error(verdict.block_reason ?? verdict.verdict);
    }
    return median(times);
  } finally {
    fleet.kill('SIGKILL');
    await world.stop();
  }
}

async function started(fleet: Fleet): Promise<ChildProcess> {
  const child = spawn(process.execPath, [FLEET], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.end(JSON.stringify(fleet));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the fleet ended with ${code}`)));
  });
  return child;
}

if (process.argv[1] === import.meta.filename) printRows(await measureChallenges());
