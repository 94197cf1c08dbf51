import * as z from 'zod';
import { LIMITS } from './limits.ts';
import { FlagName, Instant, Meaning, Name, Text } from './text.ts';

export const FlagState = z.enum(['live', 'dormant', 'dormant_but_bound', 'shackled', 'retired']).meta({
  description:
    'live: in use. dormant: code there, nothing sets it. dormant_but_bound: counts as alive. shackled: dormant, and the guard refuses it. retired: code gone, name tombstoned.',
});
export type FlagState = z.infer<typeof FlagState>;

export const FlagType = z
  .enum(['boolean', 'string', 'number', 'integer', 'float', 'object'])
  .meta({ description: 'The type of value the code reads.' });
export type FlagType = z.infer<typeof FlagType>;

export const Channel = z.enum(['host', 'config', 'environment', 'arguments', 'service', 'message']).meta({
  description: 'How the flag reaches the binary. `message` reaches every node that takes live traffic.',
});
export type Channel = z.infer<typeof Channel>;

export const CodeSite = z
  .strictObject({
    file: Text.min(1).meta({ description: 'Path of the source file, relative to the source root.' }),
    line: z.int().min(1).max(100_000_000).nullable().optional().meta({ description: 'Line number, from 1.' }),
    symbol: Text.nullable().optional().meta({ description: 'The function or type around the read.' }),
  })
  .meta({
    id: 'CodeSite',
    description: 'One place where the binary reads the flag: where the switch lives.',
  });
export type CodeSite = z.infer<typeof CodeSite>;

export const FlagOwnership = z
  .strictObject({
    flag: FlagName,
    owner: Name.nullable().meta({
      description: 'Who owns the flag in this binary; null or "unknown" when nobody does.',
    }),
    last_modified: Instant.nullable().meta({ description: 'When the flag was last touched in this binary.' }),
    last_modified_by: Name.nullable().optional().meta({ description: 'Who touched it last.' }),
    state: FlagState,
    verification: z
      .enum(['verified', 'not_verified'])
      .meta({ description: 'Whether somebody checked that the code does what this row says.' }),
    meaning: Meaning,
    type: FlagType.optional(),
    purpose: Text.nullable().optional().meta({ description: 'What the flag is for, in words.' }),
    target: Text.nullable().optional().meta({
      description: 'What the flag is bound to in the code, such as a preference, a setting or a gate.',
    }),
    where: z
      .array(CodeSite)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Where the flag lives in the source.' }),
    travels_in: z.array(Channel).max(6).optional().meta({ description: 'How the flag reaches the binary.' }),
    senders: z
      .array(Name)
      .max(LIMITS.list)
      .optional()
      .meta({ description: 'Who sends the flag in messages.' }),
    outlives_s: z.int().min(0).max(315_360_000).optional().meta({
      description:
        'How long others may go on using what was sent after its senders stopped, in seconds: the time to live of a record, a cookie, a cached answer. Default 0.',
    }),
    unaware: z.enum(['ignore', 'refuse']).optional().meta({
      description:
        'What a binary that does not know the flag must do when it meets it (the idea of `crit` in JOSE). Default refuse.',
    }),
  })
  .meta({ id: 'FlagOwnership', description: 'Whose switch this is in this binary.' });
export type FlagOwnership = z.infer<typeof FlagOwnership>;
