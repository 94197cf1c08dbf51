import * as z from 'zod';
import { Finding } from './finding.ts';
import { FlagName, Hostname, Instant, Name, Sha256 } from './text.ts';

export const VERDICT_WORDS = [
  'ALLOW_DEPLOY',
  'BLOCK_DEPLOY',
  'ALLOW_ROLLBACK',
  'BLOCK_ROLLBACK',
  'HOLD',
  'PROVEN',
  'QUARANTINE',
] as const;

const ServerOnOtherBinary = z
  .strictObject({
    hostname: Hostname,
    binary_sha256: Sha256,
    bound_flags: z
      .array(FlagName)
      .meta({ description: 'The switches that reach this server, from its host and from senders.' }),
    flag_type: z.enum(['legacy_dormant', 'reused', 'orphan', 'live']).nullable().meta({
      description:
        'The worst of what those switches are in the binary that runs there; null when none reaches it.',
    }),
    taking_live_traffic: z.boolean().meta({ description: 'Whether it serves live traffic.' }),
    first_seen_on_this_binary: Instant.nullable().meta({
      description: 'When this binary was first seen running there.',
    }),
    last_deploy_touched: Instant.nullable().meta({ description: 'When a deploy last changed it.' }),
  })
  .meta({ id: 'ServerOnOtherBinary', description: 'A server that does not run the manifest’s binary.' });
export type ServerOnOtherBinary = z.infer<typeof ServerOnOtherBinary>;

const Pair = z
  .strictObject({
    binary_sha256: Sha256.nullable().meta({ description: 'The binary; null when nobody can say.' }),
    config_sha256: Sha256.nullable().meta({
      description: 'The config; null when not known or not compared.',
    }),
  })
  .meta({ id: 'Pair', description: 'A (binary, config) pair.' });
export type Pair = z.infer<typeof Pair>;

const NodeForecast = z
  .strictObject({
    hostname: Hostname,
    before: Pair.nullable().meta({ description: 'What it runs now; null when it gave no accepted report.' }),
    after: Pair.meta({ description: 'What it would run after the rollback.' }),
    wrong_now: z.boolean().meta({ description: 'Whether it is haunted now.' }),
    wrong_after: z.boolean().meta({ description: 'Whether it would be haunted after.' }),
    findings_before: z.array(z.string()).meta({ description: 'Codes found on it now.' }),
    findings_after: z.array(z.string()).meta({ description: 'Codes that would be found on it after.' }),
  })
  .meta({ id: 'NodeForecast', description: 'One server before and after the simulated rollback.' });
export type NodeForecast = z.infer<typeof NodeForecast>;

const RollbackForecast = z
  .strictObject({
    mechanism: z.string().meta({ description: 'How the rollback would go.' }),
    target_manifest_sha256: Sha256.nullable().meta({ description: 'The manifest it leads to.' }),
    withdraw_flags: z.array(FlagName).meta({ description: 'Message flags that stop before it.' }),
    rollback_would_corrupt_cluster: z
      .boolean()
      .meta({ description: 'Whether servers would be haunted after, or more of them than now.' }),
    servers_wrong_now: z.int().min(0).meta({ description: 'Haunted servers now.' }),
    servers_wrong_after: z.int().min(0).meta({ description: 'Haunted servers after.' }),
    nodes: z.array(NodeForecast).meta({ description: 'Per server, before and after.' }),
  })
  .meta({ id: 'RollbackForecast', description: 'The cluster after the button, simulated.' });
export type RollbackForecast = z.infer<typeof RollbackForecast>;

/** The gate's answer. The first fields are the thread's, with its names. */
export const Verdict = z
  .strictObject({
    schema: z.literal('haunted.verdict/v1').meta({ description: 'Document type and version.' }),
    gate: z.enum(['deploy', 'activate', 'rollback', 'proof']).meta({ description: 'Which gate was asked.' }),
    cluster: Name.nullable().meta({ description: 'The cluster; null when no manifest could be read.' }),
    invariant: z.string().meta({ description: 'What had to hold.' }),
    pre_deploy_check: z
      .strictObject({
        cluster_size: z.int().min(0).meta({ description: 'Servers in the inventory.' }),
        manifest_binary_sha256: Sha256.nullable().meta({
          description: 'The binary every server should run at this moment.',
        }),
        servers_on_manifest_binary: z.int().min(0).meta({ description: 'Servers that run it.' }),
        servers_on_other_binary: z
          .array(ServerOnOtherBinary)
          .meta({ description: 'Servers that run something else.' }),
        servers_without_evidence: z.array(Hostname).meta({ description: 'Servers with no accepted report.' }),
      })
      .meta({ description: 'The haunted server detector’s row.' }),
    verdict: z.enum(VERDICT_WORDS).meta({ description: 'The answer.' }),
    block_reason: z
      .string()
      .nullable()
      .meta({ description: 'Why not, in words an operator can act on; null when allowed or proven.' }),
    should_also_revoke_deployer_creds: z.boolean().meta({
      description: 'Always false by default: the deployer’s credential may be what applies the fix.',
    }),
    should_page_sre: z.boolean().meta({ description: 'Whether a person should look now.' }),
    judged_at: Instant,
    manifest_sha256: Sha256.nullable().meta({ description: 'The manifest judged.' }),
    event_id: Name.nullable().meta({ description: 'The event, at the proof gate.' }),
    findings: z.array(Finding).meta({ description: 'The facts, worst first.' }),
    findings_omitted: z
      .record(z.string(), z.int().min(1))
      .meta({ description: 'How many more findings of each code were counted but not written out.' }),
    rollback: RollbackForecast.nullable().meta({
      description: 'The simulated rollback; null where none was simulated.',
    }),
  })
  .meta({ id: 'Verdict', title: 'haunted.verdict/v1', description: 'The gate’s answer.' });
export type Verdict = z.infer<typeof Verdict>;

/** What a verdict means to the process that asked: 0 go, 2 block, 3 hold, 4 quarantine. */
export const EXIT_BY_VERDICT = {
  ALLOW_DEPLOY: 0,
  ALLOW_ROLLBACK: 0,
  PROVEN: 0,
  BLOCK_DEPLOY: 2,
  BLOCK_ROLLBACK: 2,
  HOLD: 3,
  QUARANTINE: 4,
} as const satisfies Record<Verdict['verdict'], number>;
