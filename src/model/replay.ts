import * as z from 'zod';
import { FINDING_CODES } from './finding.ts';
import { Policy } from './policy.ts';
import { ReplayOutcome } from './replay-run.ts';
import { ReplayClock, ReplayManifest, ReplayWorld } from './replay-world.ts';
import { FlagName, Hostname, Instant, Name, Sentence, Text } from './text.ts';
import { VERDICT_WORDS } from './verdict.ts';

const ReplayPlan = z
  .strictObject({
    mechanism: z
      .enum(['to_manifest', 'uninstall_latest', 'copy_from_node', 'mutable_reference'])
      .default('to_manifest')
      .meta({ description: 'As in a rollback plan.' }),
    scope: z
      .array(z.enum(['binary', 'config']))
      .min(1)
      .max(2)
      .default(['binary', 'config'])
      .meta({ description: 'What goes back.' }),
    target_ref: Text.optional().meta({ description: 'A movable name instead of a manifest.' }),
    source_node: Hostname.optional().meta({ description: 'The server copied from.' }),
    withdraw_flags: z
      .array(FlagName)
      .default([])
      .meta({ description: 'Flags whose senders stop before it.' }),
    withdrawn_since: Instant.optional().meta({
      description: 'When they stopped; at the button, by default.',
    }),
  })
  .meta({ id: 'ReplayPlan', description: 'What the button would do, in short.' });
export type ReplayPlan = z.infer<typeof ReplayPlan>;

const ReplayQuestion = z
  .strictObject({
    gate: z.enum(['deploy', 'activate', 'rollback', 'proof']).meta({ description: 'Which gate is asked.' }),
    manifest: Name.nullable().default(null).meta({
      description:
        'The manifest to deploy, activate or go back to; null at the proof gate, and for a target nobody can name.',
    }),
    plan: ReplayPlan.nullable().default(null).meta({ description: 'The plan, where there is one.' }),
    actor: z.enum(['operator', 'automation']).meta({ description: 'Who asks.' }),
    a_no_here: z.enum(['prevents', 'too_late', 'beside']).meta({
      description:
        'What a no would have been worth. prevents: the harm, or the rest of it. too_late: it shows the harm. beside: it has nothing to do with the harm, and does not count.',
    }),
    goes_on: z.enum(['pressed', 'left_open', 'past_the_gate']).default('pressed').meta({
      description:
        'What the record did then. pressed: it was done, under a signed bypass if the gate said no. left_open: it began and did not end. past_the_gate: the ledger hears nothing of it.',
    }),
    ended: z
      .enum(['done', 'failed', 'interrupted', 'abandoned'])
      .default('done')
      .meta({ description: 'How it ended when it was pressed; the next proof tells what came of it.' }),
  })
  .meta({ id: 'ReplayQuestion', description: 'What the gate is asked at a moment.' });
export type ReplayQuestion = z.infer<typeof ReplayQuestion>;

const ReplayExpectation = z
  .strictObject({
    verdict: z.enum(VERDICT_WORDS).meta({ description: 'What the gate must say.' }),
    codes: z
      .array(z.enum(FINDING_CODES))
      .default([])
      .meta({ description: 'Every code that counts in it, and no other.' }),
  })
  .meta({ id: 'ReplayExpectation', description: 'What the gate must say at a moment.' });

const ReplayMoment = z
  .strictObject({
    ...ReplayClock,
    is_assumed: z.boolean().default(false).meta({ description: 'Whether it was filled in.' }),
    marks: z.enum(['button', 'harm', 'none']).default('none').meta({ description: 'As in a replay run.' }),
    world: ReplayWorld.default({}).meta({ description: 'How the world is when the gate is asked.' }),
    ask: ReplayQuestion.nullable().default(null).meta({ description: 'What is asked; null for nothing.' }),
    expect: ReplayExpectation.nullable()
      .default(null)
      .meta({ description: 'What must be answered; null where nothing is asked.' }),
  })
  .meta({ id: 'ReplayMoment', description: 'One moment of an incident.' });
export type ReplayMoment = z.infer<typeof ReplayMoment>;

/** JSON Merge Patch (RFC 7396): what is named is replaced, null takes away. */
const Patch = z
  .record(z.string(), z.unknown())
  .meta({ description: 'What is different, as a JSON Merge Patch (RFC 7396) of this document.' });

const Variation = z
  .strictObject({
    title: Sentence.meta({ description: 'The one fact that is different.' }),
    patch: Patch,
    expect: z.record(Name, ReplayExpectation.nullable()).meta({
      description:
        'What the gate must say then, at the moments where it says something else; null where nothing is asked any more.',
    }),
    outcome: ReplayOutcome.optional().meta({ description: 'What comes of it, when that is different.' }),
  })
  .meta({ id: 'ReplayVariation', description: 'The same incident with one fact changed.' });
export type Variation = z.infer<typeof Variation>;

/** An incident that can be played through the gate: what was there, what was done, and what the gate must say. */
export const Replay = z
  .strictObject({
    schema: z.literal('haunted.replay/v1').meta({ description: 'Document type and version.' }),
    id: Name.meta({ description: 'The incident: the name of its folder.' }),
    title: Sentence.meta({ description: 'The incident in a few words.' }),
    cluster: Name.meta({ description: 'The cluster.' }),
    servers: z.array(Hostname).min(1).max(40).meta({ description: 'Every server of it.' }),
    policy: Policy.partial()
      .default({})
      .meta({ description: 'The policy, where it is not the default one.' }),
    manifests: z.record(Name, ReplayManifest).meta({ description: 'Every manifest, by name.' }),
    starts_with: z
      .array(Name)
      .min(1)
      .max(10)
      .meta({ description: 'Manifests put in force through the gate beforehand, one after the other.' }),
    starts_as: ReplayWorld.default({}).meta({
      description: 'How the world is then, where it is not all servers on the first of them.',
    }),
    moments: z.record(Name, ReplayMoment).meta({ description: 'The moments by name, the earliest first.' }),
    outcome: ReplayOutcome,
    clean_twin: z
      .strictObject({
        title: Sentence.meta({ description: 'What should have been done instead.' }),
        patch: Patch,
      })
      .meta({
        description:
          'The incident as it should have gone: the gate must say yes wherever a no would have counted.',
      }),
    variations: z.array(Variation).min(1).max(40).meta({ description: 'One fact changed at a time.' }),
  })
  .meta({
    id: 'Replay',
    title: 'haunted.replay/v1',
    description: 'An incident that can be played through the gate.',
  });
export type Replay = z.infer<typeof Replay>;
