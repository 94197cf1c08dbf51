import * as z from 'zod';
import { Hostname, Instant, Name, Sha256, Text } from './text.ts';

/** One word, so that it can stand alone on a line of a file. */
export const JoinToken = z
  .string()
  .regex(/^[\x21-\x7e]{16,256}$/, 'must be one word of 16 to 256 printable ASCII characters')
  .meta({ description: 'A one-time token that was made for one server.' });

/** What a node says once, with a token that works once: this is my key. */
export const Join = z
  .strictObject({
    schema: z.literal('haunted.join/v1').meta({ description: 'Document type and version.' }),
    token: JoinToken,
    cluster: Name.meta({ description: 'The cluster it joins.' }),
    hostname: Hostname,
    public_key: z
      .string()
      .max(1024)
      .meta({ description: 'The public key made on the server, PEM (SPKI), ed25519.' }),
    session: Sha256.meta({
      description:
        'sha256 of the secret with which the agent opens its stream; the secret itself stays on the server.',
    }),
  })
  .meta({ id: 'Join', title: 'haunted.join/v1', description: 'A server joins a cluster.' });
export type Join = z.infer<typeof Join>;

export const Joined = z
  .strictObject({
    schema: z.literal('haunted.joined/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster.' }),
    hostname: Hostname,
    keyid: Sha256.meta({ description: 'The key that is pinned for this server from now on.' }),
  })
  .meta({
    id: 'Joined',
    title: 'haunted.joined/v1',
    description: 'The control plane pinned the key of a server.',
  });
export type Joined = z.infer<typeof Joined>;

const Lease = z
  .strictObject({
    for_ms: z.int().min(0).max(86_400_000).meta({
      description: 'How long it lasts, in milliseconds, counted by the agent from when it sent the proof.',
    }),
    until: Instant.meta({ description: 'The same end by the clock of the control plane, for people.' }),
    binary_sha256: Sha256.meta({
      description: 'What the proof showed: another binary has no right under it.',
    }),
    config_sha256: Sha256.nullable().meta({ description: 'The config that the proof showed.' }),
  })
  .meta({ id: 'LeaseTerms', description: 'The right to take live traffic, for one proof.' });
export type LeaseTerms = z.infer<typeof Lease>;

/** The first half of the answer to a challenge: I am here, and a proof follows; or why none can. */
export const Ack = z
  .strictObject({
    event_id: Name.meta({ description: 'The event of the challenge.' }),
    nonce: Name.meta({ description: 'Its nonce.' }),
    problem: Text.nullable().optional().meta({
      description: 'Why no proof will follow, in one line, so that nobody waits for it; null when one will.',
    }),
  })
  .meta({
    id: 'Ack',
    description: 'An agent has heard a challenge. The proof follows, or `problem` says why it cannot.',
  });
export type Ack = z.infer<typeof Ack>;

/** An agent cannot prove its service, though nobody has asked it to. */
export const Trouble = z
  .strictObject({ problem: Text.meta({ description: 'Why, in one line.' }) })
  .meta({ id: 'Trouble', description: 'An agent cannot prove its service, though nobody has asked.' });
export type Trouble = z.infer<typeof Trouble>;

/** What the control plane answers to a proof. */
export const ProofAnswer = z
  .strictObject({
    schema: z.literal('haunted.proof-answer/v1').meta({ description: 'Document type and version.' }),
    accepted: z
      .boolean()
      .meta({ description: 'Whether it shows that the server runs its manifest, coherently.' }),
    findings: z.array(Name).max(64).meta({ description: 'Codes of what was found.' }),
    reason: Text.nullable().meta({
      description: 'Why there is no lease, in one line; null when there is one.',
    }),
    lease: Lease.nullable().meta({ description: 'The lease it earned; null for none.' }),
  })
  .meta({ id: 'ProofAnswer', title: 'haunted.proof-answer/v1', description: 'What a proof earned.' });
export type ProofAnswer = z.infer<typeof ProofAnswer>;

/** One line of the stream that an agent keeps open: NDJSON over a GET that does not end. */
export const StreamLine = z
  .discriminatedUnion('type', [
    z
      .strictObject({
        type: z.literal('challenge').meta({ description: 'Prove yourself now.' }),
        event_id: Name.meta({ description: 'The event.' }),
        nonce: Name.meta({ description: 'What the proof has to carry.' }),
        within_ms: z.int().min(1).meta({ description: 'How long the answer may take, in milliseconds.' }),
      })
      .meta({ id: 'StreamChallenge', description: 'Prove yourself now.' }),
    z
      .strictObject({
        type: z.literal('lease_ended').meta({ description: 'The lease ended before its time.' }),
        reason: Text.meta({ description: 'Why, in one line.' }),
      })
      .meta({ id: 'StreamLeaseEnded', description: 'Take no live traffic from now on.' }),
    z
      .strictObject({
        type: z.literal('settings').meta({ description: 'How often to prove unasked.' }),
        prove_every_ms: z.int().min(100).meta({ description: 'In milliseconds.' }),
      })
      .meta({ id: 'StreamSettings', description: 'How often to prove unasked.' }),
    z
      .strictObject({ type: z.literal('beat').meta({ description: 'The connection is alive.' }) })
      .meta({ id: 'StreamBeat', description: 'The connection is alive.' }),
  ])
  .meta({ id: 'StreamLine', title: 'haunted.stream-line/v1', description: 'One line of an agent’s stream.' });
export type StreamLine = z.infer<typeof StreamLine>;
