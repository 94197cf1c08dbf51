import { spawnSync } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { connectionTo } from '../../src/adapters/control-plane/connection.ts';
import { gateOver } from '../../src/adapters/control-plane/gate-over.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { published } from '../world/published.ts';
import { isThere, median, outputOf, printRows } from './measure.ts';
import type { Row } from './measure.ts';
import type { Load, LoadAnswer } from './proof-load.ts';
import { sentByWrk } from './proof-wrk.ts';
import { serving } from './serving.ts';
import type { Serving } from './serving.ts';
import { reportOf } from './world.ts';

const HOSTS = 256;
const CONNECTIONS = 32;
const PROOFS = 8_000;
/** Of one agent. */
const SERVICES = 10;
const ROUNDS = 3;
const SECONDS = 3;
const REPORT: NodeReport = { ...reportOf(0, 3), bound_flags: [], received_flags: [] };
const LOADER = path.join(import.meta.dirname, 'proof-load.ts');

/**
 * How many proofs a second does a control plane verify, judge and write down durably, beside the verifications of `openssl speed` on one
 * core? Whoever sends them is on the same processors.
 */
async function measureIngest(): Promise<Row[]> {
  const hasWrk = isThere('wrk', '-v');
  const { command, remove } = await published();
  const world = await serving(command, HOSTS);
  try {
    const gate = gateOver(connectionTo({ url: world.url, token: world.token, ca: null }));
    await gate.adopt({ source: 'The manifest', bytes: Buffer.from(world.envelope) }, 'bench');
    sent(world, 2_000, null);
    const single = Array.from({ length: ROUNDS }, (_, round) =>
      measured(world, (peer) =>
        hasWrk ? byWrk(world, peer, round, 1) : allAccepted(sent(world, PROOFS, null)),
      ),
    );
    const ours = median(single.map((round) => round.ours));
    const half = Array.from({ length: 3 }, () => sent(world, 4_000, ours / 2));
    const shared = Array.from({ length: hasWrk ? ROUNDS : 0 }, (_, round) =>
      measured(world, (peer) => byWrk(world, peer, ROUNDS + round, SERVICES)),
    );
    const sender = hasWrk ? 'wrk' : 'a sender of ours';
    return [
      rowOf(
        single,
        `proofs verified and durably written over HTTP, ${CONNECTIONS} connections, beside openssl on one core`,
        sender,
      ),
      ...(shared.length === 0
        ? []
        : [
            rowOf(
              shared,
              `the same from agents with ${SERVICES} services each, which send them together`,
              sender,
            ),
          ]),
      {
        row: 'the slowest of a hundred proofs at half that rate (p99)',
        ours: median(half.map(({ p99 }) => p99)),
        peer: null,
        unit: 'ms',
        ratio: null,
        goal: '<= 50',
        note: `p50 ${median(half.map(({ p50 }) => p50)).toFixed(1)} ms`,
      },
    ];
  } finally {
    await world.stop();
    remove();
  }
}

type Round = { readonly ours: number; readonly peer: number; readonly cpuUs: number };

function measured(world: Serving, send: (perSecond: number) => { accepted: number; seconds: number }): Round {
  const peer = opensslVerifies();
  const before = world.cpuMs();
  const { accepted, seconds } = send(peer);
  const cpuUs = ((world.cpuMs() - before) * 1_000) / accepted;
  return { ours: accepted / seconds, peer, cpuUs };
}

function rowOf(rounds: readonly Round[], row: string, sender: string): Row {
  return {
    row,
    ours: median(rounds.map((round) => round.ours)),
    peer: median(rounds.map((round) => round.peer)),
    unit: '/s',
    // Turned round, so that less is better as everywhere.
    ratio: median(rounds.map((round) => round.peer / round.ours)),
    goal: '<= 1.11',
    note: `ratio is openssl over ours; ${median(rounds.map(({ cpuUs }) => cpuUs)).toFixed(0)} us of processor a proof; ${sender} on the same processors`,
  };
}

/** More than openssl could verify in that time, which will not be needed. As many under way at once as there are servers would mix up their order. */
function byWrk(
  world: Serving,
  perSecond: number,
  round: number,
  together: number,
): { accepted: number; seconds: number } {
  const proofs = Math.ceil(perSecond * SECONDS * 1.2);
  const load = { agents: world.agents, report: REPORT, proofs, together, boot_id: `wrk-${round}` };
  const connections = Math.min(CONNECTIONS, Math.floor(HOSTS / 2 / together));
  return sentByWrk(world, { ...load, connections, seconds: SECONDS });
}

function allAccepted(answer: LoadAnswer): LoadAnswer {
  if (answer.other > 0) throw new Error(`${answer.other} proofs were not accepted`);
  return answer;
}

function sent({ port, agents }: Serving, proofs: number, rate: number | null): LoadAnswer {
  const load: Load = { port, agents, report: REPORT, connections: CONNECTIONS, proofs, rate };
  const { stdout, status } = spawnSync(process.execPath, [LOADER], {
    input: JSON.stringify(load),
    stdio: ['pipe', 'pipe', 'inherit'],
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (status !== 0) throw new Error(`the sender ended with ${status}`);
  return JSON.parse(stdout) as LoadAnswer;
}

function opensslVerifies(): number {
  const printed = outputOf(['openssl', 'speed', '-seconds', '1', 'ed25519']);
  return Number(/Ed25519\).*\s([\d.]+)\s*$/m.exec(printed)?.[1]);
}

if (process.argv[1] === import.meta.filename) printRows(await measureIngest());
