import * as z from 'zod';
import { Finding } from './finding.ts';
import { FlagName, Hostname, Instant, Name, Sha256 } from './text.ts';

/** Which manifest, in a few words. */
export const ManifestHead = z
  .strictObject({
    deployment_id: Name.meta({ description: 'Name of the deployment.' }),
    generation: z.int().min(1).meta({ description: 'Its generation.' }),
    manifest_sha256: Sha256.meta({ description: 'Its digest.' }),
    binary_sha256: Sha256.meta({ description: 'Its binary.' }),
  })
  .meta({ id: 'ManifestHead', description: 'Which manifest, in a few words.' });
export type ManifestHead = z.infer<typeof ManifestHead>;

const Digests = z
  .strictObject({
    before: Sha256.nullable().meta({ description: 'In the old manifest; null when it names none.' }),
    after: Sha256.nullable().meta({ description: 'In the new manifest; null when it names none.' }),
  })
  .meta({ id: 'DigestChange', description: 'A digest in the old manifest and in the new one.' });

const FLAG_CHANGES = [
  'appeared',
  'vanished',
  'renamed',
  'meaning',
  'type',
  'target',
  'purpose',
  'owner',
  'state',
  'verification',
  'bound',
  'travels_in',
  'senders',
  'unaware',
] as const;

const FlagChange = z
  .strictObject({
    flag: FlagName,
    change: z.enum(FLAG_CHANGES).meta({
      description: 'What about the flag changed. renamed: it took the place of the flag named in `before`.',
    }),
    before: z.string().nullable().meta({ description: 'What the old manifest says; null when nothing.' }),
    after: z.string().nullable().meta({ description: 'What the new manifest says; null when nothing.' }),
  })
  .meta({ id: 'FlagChange', description: 'One thing about one flag that differs.' });
export type FlagChange = z.infer<typeof FlagChange>;

const Danger = z
  .strictObject({
    kind: z.enum(['name', 'new_switch_on_running_binary', 'old_sender_on_new_binary']).meta({
      description:
        'name: the name is used as it must not be. new_switch_on_running_binary: a binary that still runs would read a switch of the new manifest wrongly. old_sender_on_new_binary: the new binary would read a switch that is still sent wrongly.',
    }),
    reader: ManifestHead.nullable().meta({
      description: 'The binary that would read the switch; null when the name itself is the danger.',
    }),
    finding: Finding,
  })
  .meta({ id: 'ManifestDanger', description: 'A switch that would select something it should not.' });
export type ManifestDanger = z.infer<typeof Danger>;

/** What a new manifest changes, and which binary would read a switch that is not its own. */
export const ManifestDiff = z
  .strictObject({
    schema: z.literal('haunted.manifest-diff/v1').meta({ description: 'Document type and version.' }),
    cluster: Name.meta({ description: 'The cluster both manifests are for.' }),
    compared_at: Instant,
    old: ManifestHead.meta({ description: 'The old manifest.' }),
    new: ManifestHead.meta({ description: 'The new manifest.' }),
    running: z.array(ManifestHead).meta({ description: 'The manifests whose binaries are taken to run.' }),
    binary: Digests.meta({ description: 'The binary.' }),
    config: Digests.meta({ description: 'The config.' }),
    inventory: z
      .strictObject({
        added: z.array(Hostname).meta({ description: 'Servers only the new manifest lists.' }),
        removed: z.array(Hostname).meta({ description: 'Servers only the old manifest lists.' }),
      })
      .meta({ description: 'The servers.' }),
    flags: z.array(FlagChange).meta({ description: 'What changes about flags, by flag.' }),
    dangers: z
      .array(Danger)
      .meta({ description: 'What must not be deployed like this; empty when nothing.' }),
  })
  .meta({
    id: 'ManifestDiff',
    title: 'haunted.manifest-diff/v1',
    description: 'What a new manifest changes, and which binary would read a switch that is not its own.',
  });
export type ManifestDiff = z.infer<typeof ManifestDiff>;
