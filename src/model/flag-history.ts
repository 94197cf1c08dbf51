import * as z from 'zod';
import { FINDING_CODES } from './finding.ts';
import { FlagState, FlagType } from './flag.ts';
import { ManifestHead } from './manifest-diff.ts';
import { FlagName, Instant, Meaning, Name } from './text.ts';

const HAPPENINGS = [
  'born',
  'owner_changed',
  'touched',
  'type_changed',
  'target_changed',
  'woke',
  'fell_asleep',
  'bound_asleep',
  'shackled',
  'removed',
  'tombstoned',
  'returned',
  'resurrected',
  'reused',
  'reopened',
  'renamed_from',
  'renamed_to',
] as const;

export const Happening = z.enum(HAPPENINGS).meta({
  description:
    'born: the name appears for the first time. touched: last_modified changed. woke, fell_asleep, bound_asleep, shackled: the state became live, dormant, dormant_but_bound, shackled. removed: the table no longer holds it. tombstoned: retired. returned: it is back after it was gone. resurrected, reused: the finding of that name. reopened: taken again on purpose. renamed_from, renamed_to: another flag took its place.',
});
export type Happening = z.infer<typeof Happening>;

export const LifeEvent = z
  .strictObject({
    manifest: ManifestHead.meta({ description: 'Where it happened.' }),
    at: Instant.meta({ description: 'When that manifest was made.' }),
    until: ManifestHead.meta({
      description: 'The last manifest of an unbroken run in which nothing changed.',
    }),
    manifests: z.int().min(1).meta({ description: 'How many manifests the run has.' }),
    life: z.int().min(0).meta({ description: 'Which life of the name this is, from 1; 0 before the first.' }),
    state: FlagState.nullable().meta({ description: 'The state; null when the table does not hold it.' }),
    type: FlagType.nullable().meta({ description: 'The type; null when nothing says it.' }),
    owner: Name.nullable().meta({ description: 'The owner; null when nobody.' }),
    meaning: Meaning.nullable().meta({ description: 'The meaning; null when the table does not hold it.' }),
    happened: z.array(Happening).min(1).meta({ description: 'What happened, in words of a closed table.' }),
    findings: z.array(z.enum(FINDING_CODES)).meta({ description: 'What a deploy gate says of it.' }),
    sentences: z.array(z.string()).meta({ description: 'What happened, for a person.' }),
  })
  .meta({ id: 'LifeEvent', description: 'One thing in the life of a flag.' });
export type LifeEvent = z.infer<typeof LifeEvent>;

export const FlagLife = z
  .strictObject({
    flag: FlagName,
    lives: z
      .int()
      .min(0)
      .meta({ description: 'How many lives the name has had: births, returns and reuses.' }),
    meanings: z.array(Meaning).meta({ description: 'Every meaning it has had, oldest first.' }),
    state: FlagState.nullable().meta({ description: 'Its state now; null when it is gone.' }),
    findings: z.int().min(0).meta({ description: 'How many findings its life has.' }),
    events: z.array(LifeEvent).meta({ description: 'Its life, oldest first.' }),
  })
  .meta({ id: 'FlagLife', description: 'The life of one flag over the manifests of a cluster.' });
export type FlagLife = z.infer<typeof FlagLife>;

/** The lives of flags over the manifests of one cluster. */
export const FlagHistory = z
  .strictObject({
    schema: z.literal('haunted.flag-history/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster.' }),
    manifests: z.int().min(0).meta({ description: 'How many manifests were read.' }),
    flags: z.array(FlagLife).meta({ description: 'The flags, by name.' }),
  })
  .meta({
    id: 'FlagHistory',
    title: 'haunted.flag-history/v1',
    description: 'The lives of flags over the manifests of one cluster.',
  });
export type FlagHistory = z.infer<typeof FlagHistory>;
