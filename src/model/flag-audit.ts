import * as z from 'zod';
import { FlagState } from './flag.ts';
import { FlagLifetimeKind } from './flag-lifetimes.ts';
import { ManifestHead } from './manifest-diff.ts';
import { FlagName, Instant, Name, Text } from './text.ts';

const AuditSite = z
  .strictObject({
    file: Text.min(1).meta({ description: 'The file.' }),
    line: z.int().min(1).nullable().meta({ description: 'The line, from 1; null when nobody knows.' }),
    symbol: Text.nullable().meta({ description: 'The function, method or type around it.' }),
    kind: z.enum(['read', 'mention', 'definition']).meta({
      description:
        'read: the code asks for it. mention: its name stands there. definition: it is defined there.',
    }),
  })
  .meta({ id: 'AuditSite', description: 'One place where a flag lives.' });
export type AuditSite = z.infer<typeof AuditSite>;

const Binder = z
  .strictObject({
    by: z.enum(['definition', 'manifest', 'host', 'sender']).meta({
      description: 'What sets it: its definition, the manifest, something on a host, a sender of messages.',
    }),
    where: Text.min(1).meta({
      description: 'Which one: a file, a manifest, a host with the source, a sender.',
    }),
  })
  .meta({ id: 'FlagBinder', description: 'Something that sets a flag.' });
export type FlagBinder = z.infer<typeof Binder>;

const Age = {
  last_modified: Instant.nullable().meta({
    description: 'When it was last touched; null when nobody knows.',
  }),
  last_modified_by: Name.nullable().meta({ description: 'Who touched it last.' }),
  untouched_days: z.int().min(0).nullable().meta({ description: 'Whole days since then.' }),
  kind: FlagLifetimeKind.nullable().meta({
    description: 'Its kind by haunted.yaml; null when that names none.',
  }),
  stale_after_days: z
    .int()
    .min(0)
    .nullable()
    .meta({ description: 'How long it may stay untouched; null for ever.' }),
  is_stale: z.boolean().meta({ description: 'Whether it has been untouched for longer.' }),
};

export const AuditedFlag = z
  .strictObject({
    flag: FlagName,
    state: FlagState,
    owner: Name.nullable().meta({ description: 'Whom to ask; null when nobody is known.' }),
    ...Age,
    asleep_since: ManifestHead.nullable().meta({
      description:
        'The first of the latest manifests in a row that have it out of use; null without a history.',
    }),
    is_bound: z.boolean().meta({ description: 'Whether something sets it: then it counts as alive.' }),
    bound_by: z.array(Binder).meta({ description: 'What sets it.' }),
    is_tombstone_read: z
      .boolean()
      .meta({ description: 'Whether it is retired and the code still asks for it.' }),
    delete: z.array(AuditSite).meta({ description: 'The first way out: delete it at all of these places.' }),
    shackle: z
      .string()
      .nullable()
      .meta({ description: 'The second way out: a command; null when it is shackled or retired.' }),
  })
  .meta({ id: 'AuditedFlag', description: 'A flag that should be gone, and the ways out.' });
export type AuditedFlag = z.infer<typeof AuditedFlag>;

const StaleFlag = z
  .strictObject({ flag: FlagName, owner: Name.nullable().meta({ description: 'Whom to ask.' }), ...Age })
  .meta({
    id: 'StaleFlag',
    description: 'A live flag that nobody has touched for longer than its kind allows.',
  });

/** The corpses among the flags: code that should be asleep or gone, what wakes it, and the ways out. */
export const FlagAudit = z
  .strictObject({
    schema: z.literal('haunted.flag-audit/v1').meta({ description: 'Document type and version.' }),
    audited_at: Instant,
    commit: Name.nullable().meta({ description: 'The commit that was scanned; null without one.' }),
    manifest: ManifestHead.nullable().meta({
      description: 'The manifest that was looked at; null without one.',
    }),
    reports: z.int().min(0).meta({ description: 'How many hosts were heard.' }),
    corpses: z.array(AuditedFlag).meta({ description: 'Bound ones first, then by name.' }),
    stale: z.array(StaleFlag).meta({ description: 'Live flags untouched for too long, by name.' }),
  })
  .meta({
    id: 'FlagAudit',
    title: 'haunted.flag-audit/v1',
    description: 'The corpses among the flags, and the ways out.',
  });
export type FlagAudit = z.infer<typeof FlagAudit>;
