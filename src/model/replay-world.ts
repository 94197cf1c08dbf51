import * as z from 'zod';
import { FlagState, FlagType, Channel } from './flag.ts';
import { HeldState, KeptState } from './kept-state.ts';
import { LIMITS } from './limits.ts';
import { FlagName, Hostname, Instant, Meaning, Name, Sentence, Text } from './text.ts';

/** A thing of the record under a word of ours; its digest is made from the word, because no record gives one. */
const Word = Name.meta({
  description: 'A word for something that has a digest, such as `smars 41`; the digest is made from it.',
});

const ReplayFlag = z
  .strictObject({
    flag: FlagName,
    meaning: Meaning.optional().meta({ description: 'What it selects here; `m:` and its name by default.' }),
    owner: Name.optional().meta({ description: 'Whose it is; `the team` by default.' }),
    state: FlagState.optional().meta({ description: 'live by default.' }),
    verification: z
      .enum(['verified', 'not_verified'])
      .optional()
      .meta({ description: 'verified by default.' }),
    type: FlagType.optional(),
    purpose: Text.optional().meta({ description: 'What it is for, in words.' }),
    travels_in: z.array(Channel).max(6).optional().meta({ description: 'How it reaches the servers.' }),
    senders: z.array(Name).max(20).optional().meta({ description: 'Who sends it in messages.' }),
    outlives_s: z
      .int()
      .min(0)
      .optional()
      .meta({ description: 'How long what was sent goes on being used after its senders stopped.' }),
    unaware: z
      .enum(['ignore', 'refuse'])
      .optional()
      .meta({ description: 'What a binary does that does not know it.' }),
    is_bound: z.boolean().default(true).meta({ description: 'Whether this manifest sets it.' }),
  })
  .meta({ id: 'ReplayFlag', description: 'One row of a flag ownership table, in short.' });

const ReplayPair = z
  .strictObject({
    binary: Word,
    config: Word.nullable().default(null).meta({ description: 'Its config; null for any.' }),
  })
  .meta({ id: 'ReplayPair', description: 'A version that somebody signed for beside the manifest’s own.' });

const ReplayPart = z
  .strictObject({
    name: Name.meta({ description: 'Name of the part.' }),
    version: Word,
    provides: z.array(Name).max(20).optional().meta({ description: 'Interfaces it offers.' }),
    needs: z.array(Name).max(20).optional().meta({ description: 'Interfaces another part must offer.' }),
  })
  .meta({ id: 'ReplayPart', description: 'One part of what is deployed, in short.' });

export const ReplayManifest = z
  .strictObject({
    generation: z.int().min(1).meta({ description: 'As in a manifest: it grows.' }),
    created_at: Instant.meta({ description: 'When it was made.' }),
    expires_at: Instant.optional().meta({ description: 'When it ends; never by default.' }),
    binary: Word,
    config: Word.nullable().default(null).meta({ description: 'The config; null when none is compared.' }),
    servers: z
      .array(Hostname)
      .min(1)
      .max(40)
      .optional()
      .meta({ description: 'Its inventory; every server of the replay by default.' }),
    flags: z.array(ReplayFlag).max(40).default([]).meta({ description: 'Its flag ownership table.' }),
    parts: z.array(ReplayPart).max(20).optional().meta({
      description:
        'What is deployed beside the binary, which is a part itself when it is named here by its word.',
    }),
    state: z
      .array(KeptState)
      .max(20)
      .optional()
      .meta({ description: 'What it reads and leaves behind on clocks of their own.' }),
    previous: Name.nullable().optional().meta({
      description: 'The manifest it follows; the one before it in generation by default.',
    }),
    rollback_target: Name.nullable().optional().meta({
      description: 'The manifest to go back to; the one it follows by default.',
    }),
    split: z
      .strictObject({
        pairs: z.array(ReplayPair).min(1).max(10).meta({ description: 'What may run beside it.' }),
        reason: Text.meta({ description: 'Why.' }),
      })
      .optional()
      .meta({ description: 'A split that somebody signed for.' }),
  })
  .meta({ id: 'ReplayManifest', description: 'A manifest in short, from which a whole one is made.' });
export type ReplayManifest = z.infer<typeof ReplayManifest>;

/** What changed on a server since the moment before; what is not named stays. */
export const ReplayServerChange = z
  .strictObject({
    runs: Name.optional().meta({
      description: 'A manifest: its binary in memory and on disk, its config, and the switches it sets.',
    }),
    binary: Word.optional().meta({ description: 'What runs, when it is not the manifest’s binary.' }),
    on_disk: Word.optional().meta({
      description: 'What lies at the binary’s path; what runs, by default.',
    }),
    config: Word.optional().meta({ description: 'The config in use.' }),
    config_on_disk: Word.optional().meta({
      description: 'The config that a restart would load; not reported by default.',
    }),
    is_disk_unseen: z.boolean().optional().meta({ description: 'Nobody looked at its disk.' }),
    holds: z
      .array(HeldState)
      .max(20)
      .optional()
      .meta({ description: 'The versions of state on other clocks that it reports; none by default.' }),
    is_silent: z.boolean().optional().meta({ description: 'It gives no report.' }),
    is_out: z.boolean().optional().meta({ description: 'It takes no live traffic.' }),
    is_haunted: z.boolean().optional().meta({
      description: 'By the record it does what it should not. The judge is never told; the picture is.',
    }),
    report_age_s: z.int().min(0).optional().meta({ description: 'How old its report is; 10 s by default.' }),
    says: Text.optional().meta({ description: 'What runs there, in a few words, for the picture.' }),
  })
  .meta({ id: 'ReplayServerChange', description: 'What changed on a server.' });
export type ReplayServerChange = z.infer<typeof ReplayServerChange>;

export const ReplayWorld = z
  .strictObject({
    all: ReplayServerChange.optional().meta({ description: 'What changed on every server.' }),
    servers: z
      .record(Hostname, ReplayServerChange)
      .optional()
      .meta({ description: 'What changed on some; it counts after `all`.' }),
    senders: z.record(Name, z.array(FlagName).max(LIMITS.list)).optional().meta({
      description: 'Who sends which flags from now on, so that every server in traffic reports them.',
    }),
  })
  .meta({ id: 'ReplayWorld', description: 'How the world is from now on.' });
export type ReplayWorld = z.infer<typeof ReplayWorld>;

export const ReplayClock = {
  time: Instant.meta({ description: 'When it was; where the record gives no time, one that fits.' }),
  clock: Text.nullable().default(null).meta({ description: 'The time as the record gives it.' }),
  title: Sentence.meta({ description: 'The moment in a few words.' }),
  happened: Sentence.meta({ description: 'What the record says, in our own words.' }),
};
