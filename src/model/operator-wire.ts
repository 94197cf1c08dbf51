import * as z from 'zod';
import { JoinToken } from './agent-wire.ts';
import { LIMITS } from './limits.ts';
import { Hostname, Instant, Name, Sha256, Text } from './text.ts';

const Cluster = Name.meta({ description: 'The cluster.' });

/** An operator lets one server join, once. */
export const TokenWish = z
  .strictObject({
    schema: z.literal('haunted.token-wish/v1').meta({ description: 'Document type and version.' }),
    cluster: Cluster,
    hostname: Hostname,
    for_s: z.int().min(1).max(2_592_000).meta({ description: 'How long the token counts, in seconds.' }),
  })
  .meta({ id: 'TokenWish', title: 'haunted.token-wish/v1', description: 'Let this server join, once.' });
export type TokenWish = z.infer<typeof TokenWish>;

export const TokenMade = z
  .strictObject({
    schema: z.literal('haunted.token-made/v1').meta({ description: 'Document type and version.' }),
    cluster: Cluster,
    hostname: Hostname,
    token: JoinToken,
    expires_at: Instant,
  })
  .meta({
    id: 'TokenMade',
    title: 'haunted.token-made/v1',
    description: 'A token with which one server joins, once.',
  });
export type TokenMade = z.infer<typeof TokenMade>;

const MemberRow = z
  .strictObject({
    cluster: Cluster,
    hostname: Hostname,
    keyid: Sha256.meta({ description: 'The key that counts for its proofs.' }),
    joined_at: Instant.meta({ description: 'When it joined, the last time.' }),
    connected: z.boolean().nullable().meta({
      description: 'Whether its agent holds a stream open; null when only the store was asked.',
    }),
    last_attempt_at: Instant.nullable().meta({
      description: 'When it last sent a proof, or was last asked for one; null for never.',
    }),
    last_success_at: Instant.nullable().meta({
      description: 'When a proof of it last counted; null for never.',
    }),
    last_problem: Text.nullable().meta({
      description: 'What was wrong with the last attempt, in one line; null for nothing.',
    }),
    lease_until: Instant.nullable().meta({
      description: 'Until when it may take live traffic; null when it may not, or only the store was asked.',
    }),
  })
  .meta({ id: 'MemberRow', description: 'A server that has joined.' });
export type MemberRow = z.infer<typeof MemberRow>;

/** Every server that has joined a control plane. */
export const MemberList = z
  .strictObject({
    schema: z.literal('haunted.member-list/v1').meta({ description: 'Document type and version.' }),
    members: z.array(MemberRow).max(LIMITS.inventory).meta({ description: 'By cluster and host name.' }),
  })
  .meta({
    id: 'MemberList',
    title: 'haunted.member-list/v1',
    description: 'Every server that has joined a control plane.',
  });
export type MemberList = z.infer<typeof MemberList>;

/** Whether a control plane is well. Names nobody. */
export const Health = z
  .strictObject({
    schema: z.literal('haunted.health/v1').meta({ description: 'Document type and version.' }),
    ok: z.boolean().meta({ description: 'Whether it can do its work.' }),
    version: Text.meta({ description: 'The version of haunted.' }),
    problem: Text.nullable().meta({ description: 'What is wrong, in one line; null when nothing is.' }),
    ledger: z
      .strictObject({
        count: z
          .int()
          .min(0)
          .nullable()
          .meta({ description: 'Entries in the ledger; null when it cannot be read.' }),
      })
      .meta({ description: 'The ledger.' }),
    members: z.int().min(0).meta({ description: 'Servers that have joined.' }),
    connected: z.int().min(0).meta({ description: 'Agents that hold a stream open.' }),
    stopping: z.boolean().meta({ description: 'Whether it was told to stop.' }),
  })
  .meta({ id: 'Health', title: 'haunted.health/v1', description: 'Whether a control plane is well.' });
export type Health = z.infer<typeof Health>;

/** What could not be done, over HTTP: the words of a Fault. */
export const FaultTold = z
  .strictObject({
    schema: z.literal('haunted.fault/v1').meta({ description: 'Document type and version.' }),
    code: Name.meta({ description: 'A code of docs/faults.md.' }),
    message: z.string().meta({ description: 'One sentence: what, where, what to do.' }),
    detail: z
      .record(Name, z.union([z.string(), z.number(), z.boolean(), z.null()]))
      .meta({ description: 'What belongs to it.' }),
  })
  .meta({ id: 'FaultTold', title: 'haunted.fault/v1', description: 'What could not be done.' });
export type FaultTold = z.infer<typeof FaultTold>;
