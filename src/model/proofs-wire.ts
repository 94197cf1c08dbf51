import * as z from 'zod';
import { ProofAnswer } from './agent-wire.ts';
import { FaultTold } from './operator-wire.ts';
import { Hostname, Name } from './text.ts';

/** One line of a request in which an agent proves several of its services at once. */
export const ProofSent = z
  .strictObject({
    cluster: Name.meta({ description: 'The cluster of the member that proves itself.' }),
    hostname: Hostname,
    session: z
      .string()
      .regex(/^[\x21-\x7e]{1,512}$/, 'must be one word of printable ASCII characters')
      .meta({ description: 'The secret of its session.' }),
    proof: z
      .string()
      .meta({ description: 'The signed node report, character for character as it was signed.' }),
  })
  .meta({
    id: 'ProofSent',
    title: 'haunted.proof-sent/v1',
    description: 'The proof of one of several members, on a line of its own.',
  });
export type ProofSent = z.infer<typeof ProofSent>;

/** What became of several proofs that came in one request. */
export const ProofsTaken = z
  .strictObject({
    schema: z.literal('haunted.proofs-taken/v1').meta({ description: 'Document type and version.' }),
    answers: z
      .array(z.discriminatedUnion('schema', [ProofAnswer, FaultTold]))
      .max(1024)
      .meta({
        description: 'What each proof earned, or why nothing was made of it, in the order of the lines.',
      }),
  })
  .meta({
    id: 'ProofsTaken',
    title: 'haunted.proofs-taken/v1',
    description: 'What became of several proofs that came in one request.',
  });
export type ProofsTaken = z.infer<typeof ProofsTaken>;
