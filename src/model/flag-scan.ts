import * as z from 'zod';
import { FlagState, FlagType } from './flag.ts';
import { LIMITS } from './limits.ts';
import { FlagName, Instant, Meaning, Name, Text } from './text.ts';

export const FlagGrade = z.enum(['evaluated', 'mentioned', 'absent']).meta({
  description:
    'evaluated: the code asks for the value of the flag. mentioned: its name stands in the source and nothing was seen to ask for it. absent: its name stands nowhere in the source.',
});
export type FlagGrade = z.infer<typeof FlagGrade>;

export const ScanSite = z
  .strictObject({
    file: Text.min(1).meta({ description: 'Path of the source file, relative to the source root.' }),
    line: z.int().min(1).meta({ description: 'Line of the name or of what stands for it, from 1.' }),
    column: z.int().min(1).meta({ description: 'Column in UTF-16 code units, from 1.' }),
    symbol: Text.nullable().meta({ description: 'The function, method or type around it.' }),
    kind: z.enum(['read', 'mention']).meta({ description: 'Whether the value is asked for here.' }),
    via: Text.optional().meta({
      description: 'What led here when it is not the bare name: a constant, a wrapper, an accessor.',
    }),
    type: FlagType.optional().meta({ description: 'The type the code asks for, where the call says it.' }),
  })
  .meta({ id: 'ScanSite', description: 'One place in the source where a flag is read or named.' });
export type ScanSite = z.infer<typeof ScanSite>;

export const ScannedFlag = z
  .strictObject({
    flag: FlagName,
    grade: FlagGrade,
    defined: z.boolean().meta({ description: 'Whether a definition file names it.' }),
    definitions: z
      .array(
        z
          .strictObject({
            file: Text.min(1).meta({ description: 'The definition file.' }),
            line: z.int().min(1).nullable().meta({ description: 'The line that names the flag.' }),
            format: Name.meta({ description: 'The format the file is written in.' }),
          })
          .meta({ id: 'DefinitionSite', description: 'Where a flag is defined.' }),
      )
      .max(LIMITS.list)
      .meta({ description: 'Where the flag is defined.' }),
    owner: Name.nullable().meta({ description: 'Who owns the flag; null when nobody could be found.' }),
    owner_source: z
      .enum(['definition', 'codeowners', 'git'])
      .nullable()
      .meta({ description: 'What says so.' }),
    last_modified: Instant.nullable().meta({ description: 'When the flag was last touched.' }),
    last_modified_by: Name.nullable().meta({ description: 'Who touched it last.' }),
    type: FlagType.nullable().meta({ description: 'The type of its value; null when nothing says it.' }),
    default: z
      .union([z.boolean(), z.number(), z.string().max(LIMITS.text)])
      .nullable()
      .meta({ description: 'The value it has when nothing sets it; null when nothing says it.' }),
    purpose: Text.nullable().meta({ description: 'What the flag is for, in words.' }),
    target: Text.nullable().meta({ description: 'What the flag is bound to in the code.' }),
    meaning: Meaning,
    state: FlagState,
    verification: z
      .enum(['verified', 'not_verified'])
      .meta({ description: 'not_verified while the tree is dirty, has no commit, or nobody checked.' }),
    sites: z.array(ScanSite).meta({ description: 'Where the flag is read or named, by file and line.' }),
  })
  .meta({ id: 'ScannedFlag', description: 'What the source tree says about one flag.' });
export type ScannedFlag = z.infer<typeof ScannedFlag>;

/** Which flags a source tree reads, where, and whose they are. */
export const FlagScan = z
  .strictObject({
    schema: z.literal('haunted.flag-scan/v1').meta({ description: 'Document type and version.' }),
    commit: Name.nullable().meta({ description: 'The commit checked out; null without git.' }),
    dirty: z
      .boolean()
      .nullable()
      .meta({ description: 'Whether the tree differs from the commit; null without git.' }),
    flags: z.array(ScannedFlag).meta({ description: 'The flags, by name.' }),
    unreadable: z
      .array(
        z
          .strictObject({
            file: Text.min(1).meta({ description: 'Path, relative to the source root.' }),
            reason: Text.min(1).meta({ description: 'Why it could not be read, in words.' }),
          })
          .meta({ id: 'UnreadableFile', description: 'A file that the scan could not read.' }),
      )
      .meta({ description: 'Files that could not be read or parsed; the scan says nothing about them.' }),
  })
  .meta({
    id: 'FlagScan',
    title: 'haunted.flag-scan/v1',
    description: 'Which flags a source tree reads, where, and whose they are.',
  });
export type FlagScan = z.infer<typeof FlagScan>;
