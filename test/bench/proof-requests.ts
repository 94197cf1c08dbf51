import type { ProofSent } from '../../src/model/proofs-wire.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { signingKey } from '../../src/seal/keys.ts';
import { signReport } from '../../src/seal/sign.ts';
import type { BenchAgent } from './serving.ts';

export type Wanted = {
  readonly agents: readonly BenchAgent[];
  readonly report: NodeReport;
  readonly proofs: number;
  /** How many of them are in one request. */
  readonly together: number;
  /** Proofs of one boot follow each other. */
  readonly boot_id: string;
};

type Signed = Pick<BenchAgent, 'hostname' | 'session'> & { readonly proof: string };

/**
 * Signed proofs as whole HTTP requests, of one server after the other, each observed now: one in each request, or as many as one agent has services.
 */
export function proofRequests({ together, ...wanted }: Wanted): readonly Buffer[] {
  const signed = signedProofs(wanted);
  if (together === 1) return signed.map((each) => requestOf('/v1/proofs', each, each.proof));
  return Array.from({ length: Math.floor(signed.length / together) }, (_, at) => {
    const some = signed.slice(at * together, (at + 1) * together);
    const lines = some.map((each) => JSON.stringify({ cluster: 'smars', ...each } satisfies ProofSent));
    return requestOf('/v1/proofs/together', some[0], `${lines.join('\n')}\n`);
  });
}

function signedProofs({ agents, report, proofs, boot_id }: Omit<Wanted, 'together'>): readonly Signed[] {
  const signers = agents.map((agent) => ({ ...agent, key: signingKey(agent.key, 'The key') }));
  return Array.from({ length: proofs }, (_, at) => {
    const signer = signers[at % signers.length];
    if (signer === undefined) throw new Error('nobody has joined');
    const { hostname, session, key } = signer;
    const observed_at = new Date().toISOString();
    const proof = signReport({ ...report, hostname, boot_id, sequence: at + 1, observed_at }, key);
    return { hostname, session, proof };
  });
}

function requestOf(path: string, signed: Signed | undefined, body: string): Buffer {
  if (signed === undefined) throw new Error('there is no proof to send');
  const { hostname, session } = signed;
  const head = `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${session}\r\nHaunted-Member: smars/${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}
