import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Ack, Join, Trouble } from '../../src/model/agent-wire.ts';
import type { ProofAnswer, StreamLine } from '../../src/model/agent-wire.ts';
import { ProofSent } from '../../src/model/proofs-wire.ts';
import type { ProofsTaken } from '../../src/model/proofs-wire.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { readJson } from '../../src/seal/json.ts';
import { SERVER_LIMITS } from '../../src/server/limits.ts';

/** A small control plane in the test's own process: it speaks the wire, and gives leases to the binaries it is told to accept. */
export type SmallControlPlane = {
  readonly url: string;
  /** Makes a token for one server. */
  readonly token: (cluster: string, hostname: string) => string;
  /** Binaries that earn a lease of so many milliseconds; others are refused with binary_mismatch. */
  accepts: ReadonlySet<string>;
  leaseMs: number;
  proveEveryMs: number;
  /** Reports that came, oldest first, with the session they came under. */
  readonly reports: NodeReport[];
  readonly acks: Ack[];
  /** Why agents could not prove what nobody had asked for. */
  readonly troubles: string[];
  readonly streams: () => number;
  readonly say: (line: StreamLine) => void;
  /** Sends these characters on every stream. */
  readonly shout: (text: string) => void;
  /** Every answer to a proof that comes from now on waits for it. */
  hold: Promise<void>;
  /** How many proofs have come, answered or not. */
  readonly came: () => number;
  /** How many requests came that held several. */
  readonly together: () => number;
  /** Goes away, and leaves what the next one needs to know. */
  readonly stop: () => Promise<{ readonly members: Map<string, Pinned> }>;
};

type Pinned = { readonly session: string; readonly publicKey: string };

/** `members` are those of one that was stopped. */
export async function smallControlPlane({
  port = 0,
  members = new Map<string, Pinned>(),
  beatMs = 1_000,
}: {
  readonly beatMs?: number;
  readonly port?: number;
  readonly members?: Map<string, Pinned>;
} = {}): Promise<SmallControlPlane> {
  const tokens = new Map<string, string>();
  const streams = new Map<string, ServerResponse>();
  let [came, together] = [0, 0];
  const server: Server = createServer((request, response) => {
    void answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error));
    });
  });
  // As the real one.
  server.keepAliveTimeout = SERVER_LIMITS.keepAliveMs;
  const memberOf = (request: IncomingMessage): string | null => {
    const name = String(request.headers['haunted-member']);
    const secret = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const pinned = members.get(name);
    return pinned?.session === createHash('sha256').update(secret).digest('hex') ? name : null;
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '' } = request;
    if (url === '/v1/join') return await join(await bodyOf(request), response);
    const name = memberOf(request);
    if (name === null)
      return fault(
        response,
        401,
        'NOT_ADMITTED',
        'This session does not count. Join again with a new token.',
      );
    if (url === '/v1/agent/stream') return openStream(name, response);
    if (url === '/v1/proofs/together') return await takeTogether(await buffer(request), response);
    const body = await bodyOf(request);
    if (url === '/v1/agent/trouble') {
      world.troubles.push(Trouble.parse(body).problem);
      response.writeHead(204).end();
      return;
    }
    if (url === '/v1/agent/ack') {
      world.acks.push(Ack.parse(body));
      response.writeHead(204).end();
      return;
    }
    if (url !== '/v1/proofs') return fault(response, 404, 'NOT_FOUND', 'There is nothing here.');
    json(response, 200, await take(body));
  };
  const take = async (envelope: unknown): Promise<ProofAnswer> => {
    came += 1;
    await world.hold;
    const report = reportIn(envelope);
    world.reports.push(report);
    return answerTo(report);
  };
  const takeTogether = async (body: Buffer, response: ServerResponse): Promise<void> => {
    together += 1;
    const answers: ProofAnswer[] = [];
    for (const line of body.toString().trimEnd().split('\n'))
      answers.push(await take(JSON.parse(ProofSent.parse(JSON.parse(line)).proof)));
    json(response, 200, { schema: 'haunted.proofs-taken/v1', answers } satisfies ProofsTaken);
  };
  const join = async (body: unknown, response: ServerResponse): Promise<void> => {
    const { token, cluster, hostname, public_key, session } = Join.parse(body);
    const name = `${encodeURIComponent(cluster)}/${encodeURIComponent(hostname)}`;
    if (tokens.get(token) !== name)
      return fault(response, 403, 'NO_PERMISSION', 'The token is not known, or was used.');
    tokens.delete(token);
    members.set(name, { session, publicKey: public_key });
    // As the real one: whoever held the old session is another one now.
    streams.get(name)?.destroy();
    json(response, 201, { schema: 'haunted.joined/v1', cluster, hostname, keyid: keyidOf(public_key) });
  };
  const openStream = (name: string, response: ServerResponse): void => {
    streams.get(name)?.destroy();
    streams.set(name, response);
    response.once('close', () => {
      if (streams.get(name) === response) streams.delete(name);
    });
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    response.write(`${JSON.stringify({ type: 'settings', prove_every_ms: world.proveEveryMs })}\n`);
  };
  const answerTo = (report: NodeReport): ProofAnswer => {
    const { binary_sha256, config_sha256 = null } = report;
    const accepted = world.accepts.has(binary_sha256);
    const until = new Date(Date.now() + world.leaseMs).toISOString();
    return {
      schema: 'haunted.proof-answer/v1',
      accepted,
      findings: accepted ? [] : ['binary_mismatch'],
      reason: accepted ? null : 'binary_mismatch',
      lease: accepted ? { for_ms: world.leaseMs, until, binary_sha256, config_sha256 } : null,
    };
  };
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  const beats = setInterval(() => {
    for (const stream of streams.values()) stream.write('{"type":"beat"}\n');
  }, beatMs);
  const world: SmallControlPlane = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token: (cluster, hostname) => {
      const token = `token-of-this-test-${tokens.size}-${Math.random()}`;
      tokens.set(token, `${encodeURIComponent(cluster)}/${encodeURIComponent(hostname)}`);
      return token;
    },
    accepts: new Set(),
    leaseMs: 60_000,
    proveEveryMs: 60_000,
    reports: [],
    acks: [],
    troubles: [],
    streams: () => streams.size,
    say: (line) => world.shout(`${JSON.stringify(line)}\n`),
    shout: (text) => {
      for (const stream of streams.values()) stream.write(text);
    },
    hold: Promise.resolve(),
    came: () => came,
    together: () => together,
    stop: async () => {
      clearInterval(beats);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      return { members };
    },
  };
  return world;
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const read = readJson(await buffer(request));
  return read.ok ? read.value : null;
}

function reportIn(envelope: unknown): NodeReport {
  const { payload } = envelope as { readonly payload: string };
  const statement = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
    readonly predicate: NodeReport;
  };
  return statement.predicate;
}

function keyidOf(pem: string): string {
  const der = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64');
  return createHash('sha256').update(der).digest('hex');
}

function fault(response: ServerResponse, status: number, code: string, message: string): void {
  json(response, status, { schema: 'haunted.fault/v1', code, message, detail: {} });
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
