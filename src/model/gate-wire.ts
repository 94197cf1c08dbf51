import * as z from 'zod';
import { LIMITS } from './limits.ts';
import { RollbackType } from './incident-terms.ts';
import { Hostname, Name, Sha256, Text } from './text.ts';
import { Verdict } from './verdict.ts';

/** What an operator's command line and a control plane say to each other: the calls of the gate over HTTP. */

const Cluster = Name.meta({ description: 'The cluster.' });

const Sent = z
  .strictObject({
    source: z.string().max(8_192).meta({ description: 'What a sentence calls it.' }),
    base64: z.string().meta({ description: 'Its bytes as they were received, base64.' }),
  })
  .meta({ id: 'SentDocument', description: 'A document as it was received.' });
export type Sent = z.infer<typeof Sent>;

const Outcome = z
  .strictObject({
    outcome: z
      .enum(['done', 'failed', 'interrupted', 'abandoned'])
      .meta({ description: 'How the command ended.' }),
    exit_status: z.int().min(0).max(255).nullable().meta({ description: 'Its exit status; null for none.' }),
    signal: Name.nullable().meta({ description: 'The signal that ended it; null for none.' }),
    reason: Text.nullable().meta({ description: 'What else is known, in one line; null for nothing.' }),
  })
  .meta({ id: 'CommandOutcome', description: 'How the command of a change ended.' });

const called = <K extends string>(call: K) =>
  z.literal(call).meta({ description: 'Which call of the gate it is.' });

/** A call of the gate; the address names it too. */
export const GateCall = z
  .discriminatedUnion('call', [
    z
      .strictObject({
        call: called('begin'),
        action: z.enum(['deploy', 'activate', 'rollback']).meta({ description: 'What is wanted.' }),
        manifest: Sent.nullable().meta({ description: 'The manifest; null when the plan names it.' }),
        cluster: Cluster.nullable(),
        plan: Sent.nullable().meta({ description: 'The plan of a rollback; null for none.' }),
        bypass: Sent.nullable().meta({ description: 'A signed bypass; null for none.' }),
        history: z
          .array(Sent)
          .max(LIMITS.list)
          .meta({ description: 'Manifests that the ledger may not know.' }),
        actor: Name.meta({ description: 'Who presses.' }),
        reason: Text.nullable().meta({ description: 'Why, in their words; null when nothing was said.' }),
        dry_run: z.boolean().meta({ description: 'Only judge, and write nothing.' }),
      })
      .meta({ id: 'BeginCall', description: 'May this begin?' }),
    z
      .strictObject({
        call: called('end'),
        cluster: Cluster,
        change: Name.meta({ description: 'The change that is over.' }),
        outcome: Outcome,
      })
      .meta({ id: 'EndCall', description: 'The command is over.' }),
    z
      .strictObject({ call: called('prove'), cluster: Cluster })
      .meta({ id: 'ProveCall', description: 'Ask every server again.' }),
    z
      .strictObject({
        call: called('adopt'),
        manifest: Sent,
        actor: Name.meta({ description: 'Who says so.' }),
      })
      .meta({ id: 'AdoptCall', description: 'What a cluster runs already.' }),
    z
      .strictObject({ call: called('hear'), word: Sent })
      .meta({ id: 'HearCall', description: 'An operator’s signed word.' }),
  ])
  .meta({ id: 'GateCall', description: 'A call of the gate over HTTP.' });
export type GateCall = z.infer<typeof GateCall>;

/** One line of the answer to a gate call. It ends with exactly one `done` or `fault`, or nobody knows how it ended. */
export const GateLine = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('asking'), hostnames: z.array(Hostname).max(LIMITS.inventory) }),
  z.strictObject({ type: z.literal('answered'), hostname: Hostname }),
  z.strictObject({ type: z.literal('moved'), sentence: z.string() }),
  z.strictObject({ type: z.literal('beat') }),
  z.strictObject({ type: z.literal('done'), result: z.unknown() }),
  z.strictObject({
    type: z.literal('fault'),
    code: Name,
    message: z.string(),
    detail: z.record(z.string(), z.unknown()),
  }),
]);
export type GateLine = z.infer<typeof GateLine>;

/** What `begin` answered. */
export const BegunTold = z.strictObject({
  verdict: Verdict,
  change: z
    .strictObject({
      change: Name,
      cluster: Name,
      nonce: Name,
      manifest_sha256: Sha256,
      from_manifest_sha256: Sha256.nullable(),
    })
    .nullable(),
});

/** What the cluster showed, and what was done about it. */
export const SettledTold = z.strictObject({
  cluster: Name,
  event_id: Name,
  verdict: Verdict,
  in_force: Sha256.nullable(),
  quarantine: Name.nullable(),
  released: z.array(Name),
  leased: z.array(Hostname),
  rollback_type: RollbackType.nullable(),
  way_back: Verdict.nullable(),
  troubles: z.array(z.string()),
});

/** What an operator’s word did, in one sentence. */
export const HeardTold = z.string();
