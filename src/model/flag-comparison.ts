import * as z from 'zod';
import { FlagType } from './flag.ts';
import { ScanSite } from './flag-scan.ts';
import { FlagName, Name, Text } from './text.ts';

export const FlagChange = z
  .strictObject({
    flag: FlagName,
    change: z
      .enum([
        'read_not_defined',
        'removed_while_read',
        'type_changed',
        'no_longer_read',
        'defined_not_read',
        'now_defined',
        'read_removed',
        'read_again',
        'definition_removed',
      ])
      .meta({ description: 'What changed.' }),
    effect: z
      .enum(['worse', 'better', 'neutral'])
      .meta({ description: 'What the change does; a neutral one is a step of a flag’s life.' }),
    sentence: Text.meta({ description: 'The change in words.' }),
    type_before: FlagType.nullable().meta({ description: 'The type at the base commit.' }),
    type_after: FlagType.nullable().meta({ description: 'The type now.' }),
    sites: z.array(ScanSite).meta({ description: 'Where it is read now, or was read before it was not.' }),
  })
  .meta({ id: 'FlagChange', description: 'One thing about one flag that changed since the base commit.' });
export type FlagChange = z.infer<typeof FlagChange>;

/** What a change of the source does to its flags, compared with a commit. */
export const FlagComparison = z
  .strictObject({
    schema: z.literal('haunted.flag-comparison/v1').meta({ description: 'Document type and version.' }),
    base_commit: Name.meta({ description: 'The commit compared with.' }),
    commit: Name.nullable().meta({ description: 'The commit checked out; null when there is none.' }),
    dirty: z.boolean().nullable().meta({ description: 'Whether the tree differs from the commit.' }),
    worse: z.int().min(0).meta({ description: 'How many changes are for the worse.' }),
    changes: z.array(FlagChange).meta({ description: 'The changes, the worse ones first, then by flag.' }),
    unreadable: z
      .array(
        z
          .strictObject({
            file: Text.min(1).meta({ description: 'Path, relative to the source root.' }),
            reason: Text.min(1).meta({ description: 'Why it could not be read, in words.' }),
          })
          .meta({ id: 'UnreadableChange', description: 'A file that the comparison could not read.' }),
      )
      .meta({ description: 'Files that could not be read now; the comparison says nothing about them.' }),
  })
  .meta({
    id: 'FlagComparison',
    title: 'haunted.flag-comparison/v1',
    description: 'What a change of the source does to its flags.',
  });
export type FlagComparison = z.infer<typeof FlagComparison>;
