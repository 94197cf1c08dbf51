import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream';
import type { ControlPlane, Member } from '../../agent/ports.ts';
import { Fault } from '../../fault.ts';
import { Joined, ProofAnswer, StreamLine } from '../../model/agent-wire.ts';
import { ProofsTaken } from '../../model/proofs-wire.ts';
import { readJson } from '../../seal/json.ts';
import { checkValue } from '../../seal/parse-document.ts';
import { caller, unreachable } from './http-call.ts';
import type { Caller, ControlPlaneAddress } from './http-call.ts';
import { proofSender } from './proof-sender.ts';
import { bytesOf, documentOf, faultIn } from './read-answer.ts';

const LIMIT_MS = 10_000;
const MOST_LINE = 64 * 1024;

export type MemberCalls = ControlPlane & { readonly close: () => void };

/**
 * The control plane over HTTP, as an agent speaks to it. `limitMs` bounds each call but the stream, which goes on for as long as it is
 * heard. Fault BAD_USAGE for an address that cannot be used.
 */
export function memberCalls(address: ControlPlaneAddress, limitMs = LIMIT_MS): MemberCalls {
  const http = caller(address);
  const post = async (path: string, member: Member | null, body: string): Promise<IncomingMessage> =>
    await http.call({
      method: 'POST',
      path,
      headers: { 'Content-Type': 'application/json', ...(member === null ? {} : headersOf(member)) },
      body,
      signal: AbortSignal.timeout(limitMs),
    });
  /** What has no answer but that it was heard. */
  const say = async (path: string, member: Member, words: object): Promise<void> => {
    const answer = await post(path, member, JSON.stringify(words));
    const bytes = await bytesOf(answer, http.name);
    if (answer.statusCode !== 204) throw faultIn(bytes, answer.statusCode ?? 0, http.name);
  };
  const sender = proofSender({
    name: http.name,
    one: async (member, envelope) =>
      await documentOf(ProofAnswer, await post('/v1/proofs', member, envelope), http.name),
    together: async (member, body) =>
      await documentOf(ProofsTaken, await post('/v1/proofs/together', member, body), http.name),
  });
  return {
    close: () => {
      sender.close();
      http.close();
    },
    join: async (join) =>
      await documentOf(Joined, await post('/v1/join', null, JSON.stringify(join)), http.name),
    ack: async (member, ack) => await say('/v1/agent/ack', member, ack),
    trouble: async (member, trouble) => await say('/v1/agent/trouble', member, trouble),
    prove: sender.prove,
    stream: async (member, onLine, signal) => await hear(http, { member, onLine, signal }),
  };
}

type Hearing = {
  readonly member: Member;
  readonly onLine: (line: StreamLine) => void;
  readonly signal: AbortSignal;
};

async function hear(http: Caller, { member, onLine, signal }: Hearing): Promise<void> {
  try {
    const headers = { Accept: 'application/x-ndjson', ...headersOf(member) };
    const answer = await http.call({ method: 'GET', path: '/v1/agent/stream', headers, signal });
    if (answer.statusCode !== 200)
      throw faultIn(await bytesOf(answer, http.name), answer.statusCode ?? 0, http.name);
    await eachLine(answer, http.name, (bytes) => onLine(lineIn(bytes, http.name)));
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof Fault ? error : unreachable(http.name, error as NodeJS.ErrnoException);
  }
  if (!signal.aborted) throw new Fault('UNREACHABLE', `${http.name} ended the stream.`);
}

async function eachLine(
  answer: IncomingMessage,
  name: string,
  onLine: (bytes: Buffer) => void,
): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  const hearPiece = (piece: Buffer): void => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    for (let end = rest.indexOf(10); end !== -1; end = rest.indexOf(10)) {
      onLine(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
    if (rest.length > MOST_LINE) throw new Fault('UNREACHABLE', `${name} sends lines that have no end.`);
  };
  // By events: most of what comes is a beat, and an async iterator costs several times as much as that.
  await new Promise<void>((resolve, reject) => {
    finished(answer, (error) => (error instanceof Error ? reject(error) : resolve()));
    answer.on('data', (piece: Buffer) => {
      try {
        hearPiece(piece);
      } catch (error) {
        answer.destroy(error as Error);
      }
    });
  });
}

const BEAT = Buffer.from('{"type":"beat"}');

function lineIn(bytes: Buffer, name: string): StreamLine {
  if (bytes.equals(BEAT)) return { type: 'beat' };
  const read = readJson(bytes);
  const checked = read.ok ? checkValue(StreamLine, read.value) : read;
  if (checked.ok) return checked.value;
  throw new Fault(
    'UNREACHABLE',
    `${name} sends a line that is none of an agent’s stream: it ${checked.detail}.`,
  );
}

function headersOf({ cluster, hostname, session }: Member): Readonly<Record<string, string>> {
  return {
    Authorization: `Bearer ${session}`,
    'Haunted-Member': `${encodeURIComponent(cluster)}/${encodeURIComponent(hostname)}`,
  };
}
