import * as z from 'zod';
import { Channel, CodeSite, FlagState, FlagType } from './flag.ts';
import { LIMITS } from './limits.ts';
import { FlagName, Instant, Meaning, Name, Text } from './text.ts';

/** What one flag is, in the words of the people who own it; the name is the key it stands under. */
export const FlagEntry = z
  .strictObject({
    owner: Name.nullable().meta({ description: 'The team or person to ask; null when nobody knows.' }),
    purpose: Text.min(1).meta({ description: 'What the flag is for, in words.' }),
    type: FlagType,
    target: Text.min(1).optional().meta({
      description: 'What the flag is bound to in the code, such as a preference, a setting or a gate.',
    }),
    state: FlagState,
    bound: z.boolean().meta({ description: 'Whether this deployment sets the flag, anywhere.' }),
    verification: z
      .enum(['verified', 'not_verified'])
      .default('not_verified')
      .meta({ description: 'Whether somebody checked that the code does what this entry says.' }),
    verified_by: Name.optional().meta({ description: 'Who checked it.' }),
    verified_at: Instant.optional().meta({ description: 'When it was checked.' }),
    travels_in: z.array(Channel).max(6).default([]).meta({ description: 'How the flag reaches the binary.' }),
    senders: z
      .array(Name)
      .max(LIMITS.list)
      .default([])
      .meta({ description: 'Who sends the flag in messages.' }),
    unaware: z
      .enum(['ignore', 'refuse'])
      .default('refuse')
      .meta({ description: 'What a binary that does not know the flag must do when it meets it.' }),
    outlives_s: z.int().min(0).max(315_360_000).optional().meta({
      description: 'How long others may go on using what was sent after its senders stopped, in seconds.',
    }),
    where: z
      .array(CodeSite)
      .max(LIMITS.list)
      .default([])
      .meta({ description: 'The places in the code that read the flag.' }),
    last_modified: Instant.nullable()
      .default(null)
      .meta({ description: 'When the flag or its code was last touched.' }),
    last_modified_by: Name.optional().meta({ description: 'Who touched it last.' }),
    meaning: Meaning.optional().meta({
      description: 'The id of what the flag selects; given only to overrule what haunted works out.',
    }),
  })
  .superRefine((entry, context) => {
    const say = (field: string, message: string): void => {
      context.addIssue({ code: 'custom', path: [field], message });
    };
    const isVerified = entry.verification === 'verified';
    for (const field of ['verified_by', 'verified_at'] as const) {
      if (isVerified && entry[field] === undefined)
        say('verification', `must not be verified without ${field}: a check has a person and a time`);
      if (!isVerified && entry[field] !== undefined)
        say(field, 'must not be given while verification is not verified');
    }
    const isSent = entry.travels_in.includes('message');
    if (isSent && entry.bound && entry.senders.length === 0)
      say('travels_in', 'must not hold message for a bound flag that names no senders');
    if (!isSent && entry.senders.length > 0)
      say('senders', 'must not be given for a flag that does not travel in messages');
  })
  .meta({ id: 'FlagEntry', description: 'One flag, in the words of the people who own it.' });
export type FlagEntry = z.infer<typeof FlagEntry>;

/** `flags.yaml`: the flags of one binary, kept beside its source and turned into its flag ownership table. */
export const FlagFile = z
  .strictObject({
    schema: z.literal('haunted.flags/v1').meta({ description: 'Document type and version.' }),
    flags: z
      .record(FlagName, FlagEntry, {
        error: (issue) =>
          issue.code === 'invalid_key' ? 'must be named with 1 to 256 printable characters' : undefined,
      })
      .meta({ description: 'The flags, each under its name.' }),
  })
  .superRefine((file, context) => {
    if (Object.keys(file.flags).length > LIMITS.flags)
      context.addIssue({
        code: 'custom',
        path: ['flags'],
        message: `must have at most ${LIMITS.flags} flags`,
      });
  })
  .meta({ id: 'FlagFile', title: 'haunted.flags/v1', description: 'The flags of one binary.' });
export type FlagFile = z.infer<typeof FlagFile>;
