import type { IncomingMessage, ServerResponse } from 'node:http';
import { Fault } from '../fault.ts';
import { oneByOne, perKey } from '../gate/turns.ts';
import type { Queue } from '../gate/turns.ts';
import type { ProofAnswer } from '../model/agent-wire.ts';
import { ProofSent } from '../model/proofs-wire.ts';
import type { ProofsTaken } from '../model/proofs-wire.ts';
import { parseDocument } from '../seal/parse-document.ts';
import type { ServerLimits } from './limits.ts';
import type { ProofRoom } from './proof-room.ts';
import { bodySize, readBody } from './read-body.ts';
import { faultTold, respond } from './respond.ts';
import type { Enrolled, Roll } from './roll.ts';
import { memberOf, memberUnder } from './roll.ts';

type Parts = {
  readonly roll: Roll;
  readonly room: ProofRoom;
  readonly takeProof: (enrolled: Enrolled, body: Buffer) => Promise<ProofAnswer>;
  readonly limits: Pick<ServerLimits, 'together' | 'togetherBytes' | 'proofBytes'>;
};

/**
 * Takes the proofs of several members in one request, a line for each, and answers all of them in one document. Each line counts by its own
 * session, and what is wrong with one is told of that one. The request itself is admitted by the session of any member. Faults of the whole:
 * NOT_ADMITTED, TOO_LARGE, OVERLOADED, BAD_INPUT.
 */
export function proofsTogether(parts: Parts) {
  const { roll, room, limits } = parts;
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { key } = memberOf(roll, request.headers);
    const size = bodySize(request, limits.togetherBytes);
    const body = await room.within(key, size, async () => await readBody(request, limits.togetherBytes));
    const queueOf = perKey(oneByOne);
    const lines = linesOf(body, limits.together);
    const answers = await Promise.all(lines.map((line) => taken(parts, queueOf, line)));
    respond(response, 200, { schema: 'haunted.proofs-taken/v1', answers } satisfies ProofsTaken);
  };
}

/** What becomes of one line. Those of one member are taken one after the other, as they were signed. */
async function taken(
  { roll, room, takeProof, limits }: Parts,
  queueOf: (member: string) => Queue,
  line: Buffer,
): Promise<ProofsTaken['answers'][number]> {
  try {
    const { proof, ...who } = parseDocument(ProofSent, line, 'The line');
    const body = Buffer.from(proof);
    if (body.length > limits.proofBytes)
      throw new Fault('TOO_LARGE', `The proof is larger than the ${limits.proofBytes} bytes that are read.`);
    const { key } = memberUnder(roll, who);
    const take = async (): Promise<ProofAnswer> => await takeProof(memberUnder(roll, who), body);
    return await room.within(key, body.length, async () => await queueOf(key)(take));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return faultTold(error.code, error.message, error.detail);
  }
}

function linesOf(body: Buffer, most: number): readonly Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < body.length;) {
    const found = body.indexOf(10, from);
    const to = found === -1 ? body.length : found;
    if (to > from) lines.push(body.subarray(from, to));
    if (lines.length > most)
      throw new Fault('TOO_LARGE', `The request holds more than ${most} proofs; send them in parts.`, {
        limit: most,
      });
    from = to + 1;
  }
  if (lines.length > 0) return lines;
  throw new Fault('BAD_INPUT', 'The request holds no proof: send a line of JSON for each.');
}
