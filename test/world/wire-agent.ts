import { randomBytes, createHash } from 'node:crypto';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { ProofAnswer, StreamLine } from '../../src/model/agent-wire.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { newPrivateKey, signingKey, trustedKey } from '../../src/seal/keys.ts';
import type { SigningKey } from '../../src/seal/keys.ts';
import { signReport } from '../../src/seal/sign.ts';
import { NOW } from './documents.ts';
import { ALWAYS } from './trust.ts';

/** A server as it speaks to a control plane, with a real key and real sockets; what it runs is what the test says. */

type Said = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

type Place = { readonly url: string; readonly cluster: string; readonly hostname: string };

export type WireAgent = Place & {
  readonly key: SigningKey;
  readonly session: string;
  /** What it runs; a report without a binary is one it cannot make. */
  runs: Partial<NodeReport> & { binary_sha256: string };
  /** How it answers challenges. */
  manner: 'proves' | 'only acknowledges' | 'says nothing' | { readonly problem: string };
  /** Milliseconds since the epoch. */
  clock: () => number;
  readonly lines: StreamLine[];
  readonly answers: ProofAnswer[];
  readonly report: (challenge?: NodeReport['challenge']) => NodeReport;
  readonly prove: (challenge?: NodeReport['challenge']) => Promise<Said>;
  readonly connect: () => Promise<void>;
  readonly disconnect: () => void;
  readonly call: (method: string, path: string, body?: string) => Promise<Said>;
};

const STARTED = Date.now();

/** The documents of tests are of 2012, and so is the clock here; it goes on as clocks do. Milliseconds since the epoch. */
export function storyTime(): number {
  return NOW + Date.now() - STARTED;
}

let booted = 0;

/** Joins with a token, and answers what joining said; the agent can be used when that is 201. */
export async function joinAs(
  place: Place,
  token: string,
  binary_sha256: string,
): Promise<{ readonly joined: Said; readonly agent: WireAgent }> {
  const { url, cluster, hostname } = place;
  const key = signingKey(newPrivateKey({ role: 'node', name: hostname, hostname }, Date.now()), 'The key');
  const session = randomBytes(24).toString('base64url');
  const { public_key } = trustedKey(key, ALWAYS);
  const sha256 = createHash('sha256').update(session).digest('hex');
  const wish = { schema: 'haunted.join/v1', token, cluster, hostname, public_key, session: sha256 };
  const joined = await say(url, { method: 'POST', path: '/v1/join', body: JSON.stringify(wish) });
  return { joined, agent: agentOf(place, { key, session, binary_sha256 }) };
}

export function agentOf(
  place: Place,
  {
    key,
    session,
    binary_sha256,
  }: { readonly key: SigningKey; readonly session: string; readonly binary_sha256: string },
): WireAgent {
  const { url, cluster, hostname } = place;
  const headers = {
    Authorization: `Bearer ${session}`,
    'Haunted-Member': `${encodeURIComponent(cluster)}/${encodeURIComponent(hostname)}`,
  };
  const boot_id = `boot-${(booted += 1)}`;
  let sequence = 0;
  let stream: ClientRequest | null = null;
  const agent: WireAgent = {
    ...place,
    key,
    session,
    runs: { binary_sha256 },
    manner: 'proves',
    clock: storyTime,
    lines: [],
    answers: [],
    report: (challenge = null) => ({
      schema: 'haunted.node-report/v1',
      cluster,
      hostname,
      observed_at: new Date(agent.clock()).toISOString(),
      sequence: (sequence += 1),
      boot_id,
      challenge,
      method: 'proc_exe',
      bound_flags: [],
      taking_live_traffic: true,
      ...agent.runs,
    }),
    prove: async (challenge = null) => {
      const said = await agent.call('POST', '/v1/proofs', signReport(agent.report(challenge), key));
      if (said.status === 200) agent.answers.push(said.body as unknown as ProofAnswer);
      return said;
    },
    connect: async () => {
      stream = await new Promise<ClientRequest>((resolve, reject) => {
        const opened = request(new URL('/v1/agent/stream', url), { headers, agent: false });
        opened.once('error', reject);
        opened.once('response', (response: IncomingMessage) => {
          opened.off('error', reject);
          opened.on('error', () => undefined);
          let rest = '';
          response.on('error', () => undefined);
          response.setEncoding('utf8').on('data', (piece: string) => {
            const lines = (rest + piece).split('\n');
            rest = lines.pop() ?? '';
            for (const line of lines) heard(agent, JSON.parse(line) as StreamLine);
            if (lines.length > 0) resolve(opened);
          });
        });
        opened.end();
      });
    },
    disconnect: () => void stream?.destroy(),
    call: async (method, path, body) =>
      await say(url, { method, path, headers, ...(body === undefined ? {} : { body }) }),
  };
  return agent;
}

function heard(agent: WireAgent, line: StreamLine): void {
  agent.lines.push(line);
  if (line.type !== 'challenge' || agent.manner === 'says nothing') return;
  const { event_id, nonce } = line;
  const problem = typeof agent.manner === 'object' ? { problem: agent.manner.problem } : {};
  const ack = JSON.stringify({ event_id, nonce, ...problem });
  void agent
    .call('POST', '/v1/agent/ack', ack)
    .then(async () => (agent.manner === 'proves' ? await agent.prove({ event_id, nonce }) : null))
    // The control plane may be gone by then, which is what some tests are about.
    .catch(() => undefined);
}

type Asked = {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** One request and its JSON answer. */
export async function say(url: string, { method, path, headers = {}, body }: Asked): Promise<Said> {
  return await new Promise((resolve, reject) => {
    const asked = request(new URL(path, url), { method, headers, agent: false });
    asked.once('error', reject);
    asked.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.once('error', reject);
      response.once('end', () => {
        const [last = ''] = text.trimEnd().split('\n').slice(-1);
        const parsed = last === '' ? {} : (JSON.parse(last) as Said['body']);
        resolve({ status: response.statusCode ?? 0, body: parsed });
      });
    });
    asked.end(body);
  });
}
