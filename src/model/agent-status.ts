import * as z from 'zod';
import { Hostname, Instant, Name, Sha256, Text } from './text.ts';

const when = (description: string) => Instant.nullable().meta({ description });

/** What `/status` of an agent says about one service, to callers of the same machine. */
export const AgentStatus = z
  .strictObject({
    schema: z.literal('haunted.agent-status/v1').meta({ description: 'Document type and version.' }),
    version: z.string().meta({ description: 'The version of haunted.' }),
    cluster: Name.meta({ description: 'The cluster.' }),
    hostname: Hostname,
    keyid: Sha256.meta({ description: 'The key with which this server signs.' }),
    server: Text.meta({ description: 'The control plane.' }),
    ready: z.boolean().meta({ description: 'Whether the service may take live traffic at this moment.' }),
    reason: Text.meta({ description: 'Why, or why not.' }),
    lease: z
      .strictObject({
        left_ms: z.int().min(0).meta({ description: 'How long it still lasts, in milliseconds.' }),
        binary_sha256: Sha256.meta({ description: 'The binary it is for.' }),
        config_sha256: Sha256.nullable().meta({ description: 'The config it is for.' }),
      })
      .nullable()
      .meta({ id: 'LeaseLeft', description: 'The lease that is held; null for none.' }),
    connected: z.boolean().meta({ description: 'Whether the stream of the control plane is open.' }),
    connected_since: when('Since when it is, or is not; null at the start.'),
    prove_every_ms: z.int().meta({ description: 'How often a proof is sent unasked, in milliseconds.' }),
    last_attempt_at: when('When it was last tried to prove the service.'),
    last_success_at: when(
      'When a proof was last accepted. If this grows old, the check is dead: alarm on it.',
    ),
    last_look: z
      .strictObject({
        at: Instant,
        binary_sha256: Sha256.nullable().meta({ description: 'What runs; null when nobody could tell.' }),
        binary_on_disk_sha256: Sha256.nullable().meta({ description: 'What lies at its path.' }),
        config_sha256: Sha256.nullable().meta({ description: 'The config on disk.' }),
        pid: z.int().nullable().meta({ description: 'Which process it is.' }),
        code: Name.nullable().meta({ description: 'Why nobody could tell what runs; null when it is told.' }),
        problem: Text.nullable().meta({ description: 'The same as a sentence.' }),
      })
      .nullable()
      .meta({ id: 'LastLook', description: 'What the last look at the service showed.' }),
    last_answer: z
      .strictObject({
        at: Instant,
        accepted: z.boolean().meta({ description: 'Whether the proof was accepted.' }),
        findings: z.array(Name).meta({ description: 'Codes of what was found.' }),
        reason: Text.nullable().meta({ description: 'Why there is no lease for it.' }),
      })
      .nullable()
      .meta({ id: 'LastAnswer', description: 'What the control plane last answered to a proof.' }),
    last_challenge: z
      .strictObject({
        at: Instant,
        event_id: Name.meta({ description: 'The event.' }),
        outcome: z.enum(['open', 'proven', 'refused', 'no_proof', 'not_sent']).meta({
          description:
            'What became of it: no_proof when the look failed, not_sent when nobody took the answer.',
        }),
      })
      .nullable()
      .meta({ id: 'LastChallenge', description: 'The last time the control plane asked.' }),
    problem: Text.nullable().meta({
      description: 'What keeps it from being proven, in one sentence; null for nothing.',
    }),
  })
  .meta({
    id: 'AgentStatus',
    title: 'haunted.agent-status/v1',
    description: 'Where one service stands, by its agent.',
  });
export type AgentStatus = z.infer<typeof AgentStatus>;
