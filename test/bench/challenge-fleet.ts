import { connect } from 'node:net';
import process from 'node:process';
import type { StreamLine } from '../../src/model/agent-wire.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { signingKey } from '../../src/seal/keys.ts';
import { signReport } from '../../src/seal/sign.ts';
import type { BenchAgent } from './serving.ts';

/**
 * A fleet of agents in one process: real sockets and real signatures. Reads one JSON document on stdin, opens a stream for each, says `ready` when
 * all are open, and answers challenges until it is ended.
 */
export type Fleet = {
  readonly port: number;
  readonly agents: readonly BenchAgent[];
  readonly report: NodeReport;
};

const chunks: Buffer[] = [];
for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
const { port, agents, report } = JSON.parse(Buffer.concat(chunks).toString()) as Fleet;
let sequence = 0;
let open = 0;

for (const { hostname, key, session } of agents) {
  const signing = signingKey(key, 'The key');
  const head = (method: string, path: string): string =>
    `${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${session}\r\nHaunted-Member: smars/${hostname}\r\n`;
  const post = (path: string, body: string): string =>
    `${head('POST', path)}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  // Answers are not read: what is measured ends at the control plane.
  const answers = connect(port, '127.0.0.1').setNoDelay(true).resume();
  const stream = connect(
    port,
    '127.0.0.1',
    () => void stream.write(`${head('GET', '/v1/agent/stream')}\r\n`),
  );
  stream.setEncoding('latin1').on('data', (piece) => {
    const text = String(piece);
    if (text.includes('"settings"')) {
      open += 1;
      if (open === agents.length) process.stdout.write('ready\n');
    }
    for (const [found] of text.matchAll(/\{"type":"challenge"[^}]*\}/g)) {
      const line = JSON.parse(found) as Extract<StreamLine, { type: 'challenge' }>;
      const challenge = { event_id: line.event_id, nonce: line.nonce };
      const observed_at = new Date().toISOString();
      const shown = { ...report, hostname, observed_at, challenge, boot_id: 'b', sequence: (sequence += 1) };
      answers.write(post('/v1/agent/ack', JSON.stringify(challenge)));
      answers.write(post('/v1/proofs', signReport(shown, signing)));
    }
  });
}
