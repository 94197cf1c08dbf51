import type { NodeReport } from '../../src/model/node-report.ts';
import { signingKey } from '../../src/seal/keys.ts';
import { signReport } from '../../src/seal/sign.ts';
import type { BenchAgent } from './serving.ts';

export type Wanted = {
  readonly agents: readonly BenchAgent[];
  readonly report: NodeReport;
  readonly proofs: number;
  /** Proofs of one boot follow each other. */
  readonly boot_id: string;
};

/** Signed proofs as whole HTTP requests, of one server after the other, each observed now. */
export function proofRequests({ agents, report, proofs, boot_id }: Wanted): readonly Buffer[] {
  const signers = agents.map((agent) => ({ ...agent, key: signingKey(agent.key, 'The key') }));
  return Array.from({ length: proofs }, (_, at) => {
    const signer = signers[at % signers.length];
    if (signer === undefined) throw new Error('nobody has joined');
    const { hostname, session, key } = signer;
    const observed_at = new Date().toISOString();
    const body = signReport({ ...report, hostname, boot_id, sequence: at + 1, observed_at }, key);
    const head = `POST /v1/proofs HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${session}\r\nHaunted-Member: smars/${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return Buffer.from(head + body);
  });
}
