import * as z from 'zod';
import { LIMITS } from './limits.ts';
import { BoundFlag, ReceivedFlag } from './node-report.ts';
import { FlagName, Instant, Name, Sha256, Text } from './text.ts';

/** Why the guard refused a flag; each is a reason of its own, for programs. */
export const GuardRefusalCode = z
  .enum([
    'binary_not_ours',
    'flag_not_owned',
    'flag_type_changed',
    'flag_reused',
    'flag_shackled',
    'flag_retired',
    'flag_dormant',
    'flag_not_sent',
    'sender_not_listed',
    'stamp_missing',
    'stamp_malformed',
    'stamp_repeated',
    'stamp_forged',
    'stamp_version',
    'stamps_too_large',
  ])
  .meta({ description: 'Why the guard refused a flag.' });
export type GuardRefusalCode = z.infer<typeof GuardRefusalCode>;

const Count = z.int().min(0);
const Refused = z
  .partialRecord(GuardRefusalCode, Count)
  .meta({ description: 'How often it was refused, by reason.' });

const GuardedFlag = z
  .strictObject({
    flag: FlagName,
    evaluated: Count.meta({ description: 'How often the code asked for it.' }),
    ignored: Count.meta({ description: 'How often it got the default because it may be ignored here.' }),
    refused: Refused,
    last_seen_at: Instant.meta({ description: 'When the code last asked for it.' }),
  })
  .meta({ id: 'GuardedFlag', description: 'What the guard saw of one flag that the code asks for.' });

const GuardedSender = z
  .strictObject({
    sender: Name.meta({ description: 'Who the messages say they come from; a claim.' }),
    binary_sha256: Sha256.nullable().meta({
      description: 'The binary the sender last said it runs; a claim, and null when it said none.',
    }),
    accepted: Count.meta({ description: 'Messages with flags that were accepted.' }),
    refused: Refused,
    last_seen_at: Instant.meta({ description: 'When its last message with flags came.' }),
  })
  .meta({ id: 'GuardedSender', description: 'What the guard saw of one sender of flags in messages.' });

/** What the guard inside one process saw, as it writes it down for `haunted prove`. The process's own word. */
export const GuardReport = z
  .strictObject({
    schema: z.literal('haunted.guard-report/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster of the manifest that the guard follows.' }),
    deployment_id: Name.meta({ description: 'The deployment of that manifest.' }),
    manifest_sha256: Sha256.meta({ description: 'The manifest that the guard follows.' }),
    binary_sha256: Sha256.meta({ description: 'The digest that the guard took of its own artifact.' }),
    method: z.enum(['proc_exe', 'tree_digest', 'file_digest', 'self_report']).meta({
      description: 'What that digest was taken of; self_report when the program was told it.',
    }),
    process: z
      .strictObject({
        pid: z.int().min(1).meta({ description: 'Process id, as the process sees it.' }),
        start_ticks: z
          .int()
          .min(0)
          .nullable()
          .meta({ description: 'Clock ticks from boot to its start, from /proc; null where there is none.' }),
        boot_id: Text.nullable().meta({ description: 'The kernel’s boot id; null where there is none.' }),
      })
      .meta({ id: 'GuardedProcess', description: 'The process the guard is in.' }),
    written_at: Instant.meta({ description: 'When the report was written.' }),
    every_s: z.int().min(1).max(100).meta({ description: 'How often it is written again, in seconds.' }),
    flags: z.array(GuardedFlag).max(LIMITS.node_flags).meta({ description: 'The flags the code asked for.' }),
    senders: z
      .array(GuardedSender)
      .max(LIMITS.list)
      .meta({ description: 'Who sent messages with flags, and what became of them.' }),
    bound_flags: z
      .array(BoundFlag)
      .max(LIMITS.node_flags)
      .meta({ description: 'The flags the code asked for, as a node report has them.' }),
    received_flags: z
      .array(ReceivedFlag)
      .max(LIMITS.node_flags)
      .meta({ description: 'The flags that came in messages, accepted or not, as a node report has them.' }),
    not_listed: z
      .strictObject({
        evaluations: Count.meta({ description: 'Evaluations of names beyond the limit.' }),
        stamps: Count.meta({ description: 'Received stamps beyond the limit.' }),
      })
      .meta({
        id: 'NotListed',
        description: 'What was seen but is not listed, because lists have limits.',
      }),
  })
  .meta({
    id: 'GuardReport',
    title: 'haunted.guard-report/v1',
    description: 'What the guard inside one process saw of flags.',
  });
export type GuardReport = z.infer<typeof GuardReport>;
