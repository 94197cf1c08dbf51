import * as z from 'zod';
import { HeldState } from './kept-state.ts';
import { LIMITS } from './limits.ts';
import { FlagName, Hostname, Instant, Meaning, Name, Sha256, Text } from './text.ts';

const FlagValue = z
  .union([z.boolean(), z.number(), z.string().max(LIMITS.text), z.null()])
  .meta({ description: 'The value the switch is set to; null when it is not known.' });

export const BoundFlag = z
  .strictObject({
    flag: FlagName,
    meaning: Meaning.nullable().optional().meta({
      description: 'What the one who set it means by it; null when only the name is known.',
    }),
    value: FlagValue.optional(),
    source: Text.min(1).meta({
      description: 'Where the switch is set, such as file:/etc/smars/flags.json or env:SMARS_RLP.',
    }),
  })
  .meta({ id: 'BoundFlag', description: 'A switch that something on this host sets.' });
export type BoundFlag = z.infer<typeof BoundFlag>;

export const ReceivedFlag = z
  .strictObject({
    flag: FlagName,
    meaning: Meaning.nullable().optional().meta({
      description: 'What its sender means by it; null when only the name is known.',
    }),
    sender: Name.meta({ description: 'Who sent the message that carried the flag.' }),
    last_seen_at: Instant.meta({ description: 'When it was last received.' }),
  })
  .meta({ id: 'ReceivedFlag', description: 'A switch that arrived inside a message.' });
export type ReceivedFlag = z.infer<typeof ReceivedFlag>;

export const ReportMethod = z
  .enum(['proc_exe', 'oci_digest', 'tree_digest', 'self_report'])
  .meta({ description: 'How the digest of what runs was taken; self_report is the weakest.' });
export type ReportMethod = z.infer<typeof ReportMethod>;

/** What one node says it runs; signed, fresh and bound to an event by a nonce it is a proof. */
export const NodeReport = z
  .strictObject({
    schema: z.literal('haunted.node-report/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster the node says it belongs to.' }),
    hostname: Hostname,
    observed_at: Instant.meta({ description: 'When the node looked, by its own clock.' }),
    sequence: z.int().min(0).meta({ description: 'Counts the reports of this node; grows within a boot.' }),
    boot_id: Text.nullable().optional().meta({ description: 'The kernel’s boot id.' }),
    challenge: z
      .strictObject({
        event_id: Name.meta({ description: 'The event this proof answers.' }),
        nonce: Name.meta({ description: 'The nonce that was asked with.' }),
      })
      .meta({ id: 'Challenge', description: 'What the node was asked with.' })
      .nullable()
      .optional()
      .meta({ description: 'What the node was asked with; null when nobody asked.' }),
    binary_sha256: Sha256.meta({ description: 'Digest of what RUNS.' }),
    binary_on_disk_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'Digest of the file now at the binary’s path.' }),
    binary_path: Text.nullable()
      .optional()
      .meta({ description: 'Path of the binary, as the kernel names it.' }),
    method: ReportMethod,
    process: z
      .strictObject({
        pid: z.int().min(1).meta({ description: 'Process id.' }),
        started_at: Instant.nullable().meta({ description: 'When the process started.' }),
      })
      .meta({ id: 'ReportedProcess', description: 'The process that was hashed.' })
      .nullable()
      .optional()
      .meta({ description: 'The process that was hashed; null when the method has none.' }),
    config_sha256: Sha256.nullable()
      .optional()
      .meta({ description: 'Digest of the config in use; null when not reported.' }),
    config_on_disk_sha256: Sha256.nullable().optional().meta({
      description:
        'Digest of the config that a restart would load; null when nobody looked, or when it is the same thing.',
    }),
    holds: z.array(HeldState).max(LIMITS.list).optional().meta({
      description: 'The versions of state on other clocks that this server holds or is served from.',
    }),
    bound_flags: z
      .array(BoundFlag)
      .max(LIMITS.node_flags)
      .meta({ description: 'Switches set on this host.' }),
    received_flags: z
      .array(ReceivedFlag)
      .max(LIMITS.node_flags)
      .optional()
      .meta({ description: 'Switches received in messages.' }),
    taking_live_traffic: z.boolean().meta({ description: 'Whether the node serves live traffic.' }),
    traffic: z
      .strictObject({
        listening: z
          .array(Text)
          .max(LIMITS.list)
          .optional()
          .meta({ description: 'Sockets the service listens on.' }),
        established: z
          .int()
          .min(0)
          .optional()
          .meta({ description: 'Established connections to those sockets.' }),
        leased: z
          .boolean()
          .nullable()
          .optional()
          .meta({ description: 'Whether the node holds a traffic lease; null when leases are not used.' }),
      })
      .meta({ id: 'Traffic', description: 'What the kernel’s socket tables say.' })
      .nullable()
      .optional()
      .meta({ description: 'What the kernel’s socket tables say; null when not read.' }),
    first_seen_on_this_binary: Instant.nullable()
      .optional()
      .meta({ description: 'When this binary was first seen running here.' }),
    last_deploy_touched: Instant.nullable()
      .optional()
      .meta({ description: 'When a deploy last changed the binary on disk.' }),
  })
  .meta({ id: 'NodeReport', title: 'haunted.node-report/v1', description: 'What one node says it runs.' });
export type NodeReport = z.infer<typeof NodeReport>;
