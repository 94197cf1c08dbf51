import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '../fault.ts';
import { Ack, Join, Trouble } from '../model/agent-wire.ts';
import type { Joined, ProofAnswer } from '../model/agent-wire.ts';
import { sha256Hex } from '../seal/digest.ts';
import type { KeyringIndex } from '../seal/keyring.ts';
import { spkiOfPem } from '../seal/keys.ts';
import { parseDocument } from '../seal/parse-document.ts';
import type { AgentStreams } from './agent-streams.ts';
import type { ServerLimits } from './limits.ts';
import type { Members } from './ports.ts';
import type { Questions } from './questions.ts';
import { proofRoom } from './proof-room.ts';
import { proofsTogether } from './proofs-together.ts';
import { bodySize, readBody } from './read-body.ts';
import { respond } from './respond.ts';
import type { Enrolled, Roll } from './roll.ts';
import { memberOf } from './roll.ts';

type Parts = {
  readonly members: Members;
  readonly roll: Roll;
  readonly streams: AgentStreams;
  readonly questions: Questions;
  readonly takeProof: (enrolled: Enrolled, body: Buffer) => Promise<ProofAnswer>;
  /** Keys that are known by other means, and so have a role already. */
  readonly keyring: () => KeyringIndex | null;
  readonly limits: ServerLimits;
  readonly now: () => number;
  readonly onJoined: (enrolled: Enrolled) => void;
};

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

export type AgentApi = {
  readonly join: Handler;
  readonly stream: Handler;
  readonly ack: Handler;
  readonly trouble: Handler;
  readonly proofs: Handler;
  /** Those of several members of one agent. */
  readonly proofsTogether: Handler;
  /** Ends when no proof is under way any more. */
  readonly idle: () => Promise<void>;
};

/** What agents may ask. Handlers throw a Fault for what is not done. */
export function agentApi(parts: Parts): AgentApi {
  const { roll, streams, questions, limits } = parts;
  const room = proofRoom(limits);
  return {
    idle: room.idle,
    proofsTogether: proofsTogether({ ...parts, room }),
    join: async (request, response) => {
      const wish = parseDocument(Join, await readBody(request, limits.smallBytes), 'The request to join');
      const enrolled = await admit(parts, wish);
      const { cluster, hostname, keyid } = enrolled.member;
      const joined: Joined = { schema: 'haunted.joined/v1', cluster, hostname, keyid };
      respond(response, 201, joined);
    },
    stream: async (request, response) => streams.open(memberOf(roll, request.headers).key, response),
    ack: async (request, response) => {
      const enrolled = memberOf(roll, request.headers);
      const body = await readBody(request, limits.smallBytes);
      questions.heard(enrolled.key, parseDocument(Ack, body, 'The acknowledgement'));
      respond(response, 204, null);
    },
    trouble: async (request, response) => {
      const enrolled = memberOf(roll, request.headers);
      const body = await readBody(request, limits.smallBytes);
      const { problem } = parseDocument(Trouble, body, 'What keeps the agent from proving');
      roll.note(enrolled, problem, parts.now());
      respond(response, 204, null);
    },
    proofs: async (request, response) => {
      const { key } = memberOf(roll, request.headers);
      const take = async (): Promise<ProofAnswer> => {
        const body = await readBody(request, limits.proofBytes);
        // It may take half a minute to come, and a server that joins again meanwhile is another one.
        return await parts.takeProof(memberOf(roll, request.headers), body);
      };
      const size = bodySize(request, limits.proofBytes);
      respond(response, 200, await room.within(key, size, take));
    },
  };
}

async function admit(
  { members, roll, streams, keyring, now, onJoined }: Parts,
  wish: Join,
): Promise<Enrolled> {
  const { cluster, hostname, public_key, session, token } = wish;
  const spki = spkiOfPem(public_key);
  if (spki === null)
    throw new Fault('BAD_INPUT', 'The public_key is not an ed25519 public key in PEM (SPKI).');
  const keyid = sha256Hex(spki);
  const known = keyring()?.byKeyid.get(keyid);
  if (known !== undefined)
    throw new Fault(
      'AMBIGUOUS',
      `The key ${keyid.slice(0, 12)} is in the keyring as ${known.role}; a server makes a key of its own when it joins.`,
      { keyid },
    );
  const token_sha256 = sha256Hex(token);
  const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----\n`;
  const joining = { token_sha256, cluster, hostname, keyid, public_key: pem, session_sha256: session };
  const enrolled = roll.enrol(await members.join(joining, now()));
  // Whoever held the old session is another one now.
  streams.cut(enrolled.key);
  onJoined(enrolled);
  return enrolled;
}
