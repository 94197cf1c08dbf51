import { connect } from 'node:net';
import type { Socket } from 'node:net';
import process from 'node:process';
import type { NodeReport } from '../../src/model/node-report.ts';
import { proofRequests } from './proof-requests.ts';
import type { BenchAgent } from './serving.ts';

/**
 * Sends signed proofs over a few connections, in a process of its own: reads one JSON document on stdin, signs all proofs before it starts
 * the clock, and prints what happened. `rate` in proofs a second, or null for as many as go.
 */
export type Load = {
  readonly port: number;
  readonly agents: readonly BenchAgent[];
  readonly report: NodeReport;
  readonly connections: number;
  readonly proofs: number;
  readonly rate: number | null;
};

export type LoadAnswer = {
  readonly seconds: number;
  readonly accepted: number;
  readonly other: number;
  readonly p50: number;
  readonly p99: number;
};

const chunks: Buffer[] = [];
for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
const { port, agents, report, connections, proofs, rate } = JSON.parse(
  Buffer.concat(chunks).toString(),
) as Load;

/** The requests of each connection; a server always speaks on the same one, so that its proofs come in order. */
const queues: Buffer[][] = Array.from({ length: connections }, () => []);
const boot_id = `boot-${process.pid}`;
for (const [at, request] of proofRequests({ agents, report, proofs, together: 1, boot_id }).entries())
  queues[(at % agents.length) % connections]?.push(request);

const latencies: number[] = [];
let [accepted, other] = [0, 0];
const startAt = performance.now();
await Promise.all(queues.map(sendAll));
const seconds = (performance.now() - startAt) / 1_000;
latencies.sort((left, right) => left - right);
const at = (share: number): number => latencies[Math.floor(latencies.length * share)] ?? Number.NaN;
const answer: LoadAnswer = { seconds, accepted, other, p50: at(0.5), p99: at(0.99) };
process.stdout.write(`${JSON.stringify(answer)}\n`);

async function sendAll(queue: readonly Buffer[], lane: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  let received = '';
  let heard: (() => void) | null = null;
  socket.setEncoding('latin1').on('data', (piece) => {
    received += String(piece);
    const end = received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const length = Number(/content-length: (\d+)/i.exec(received.slice(0, end))?.[1] ?? 0);
    if (received.length < end + 4 + length) return;
    if (received.includes('"accepted":true', end)) accepted += 1;
    else other += 1;
    received = '';
    heard?.();
  });
  for (const [at, request] of queue.entries()) {
    // Due times do not wait for answers: a late answer makes those after it late too, as it does to real callers.
    const due = rate === null ? performance.now() : startAt + ((at * connections + lane) / rate) * 1_000;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    await roundTrip(socket, request, (done) => (heard = done));
    latencies.push(performance.now() - Math.min(due, performance.now()));
  }
  socket.destroy();
}

async function roundTrip(
  socket: Socket,
  request: Buffer,
  onHeard: (done: () => void) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    onHeard(resolve);
    socket.once('close', () => reject(new Error('the control plane hung up')));
    socket.write(request);
  }).finally(() => socket.removeAllListeners('close'));
}
