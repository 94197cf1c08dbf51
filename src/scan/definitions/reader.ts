import type { FlagDefinition } from '../../model/flag-definition.ts';
import type { DefinitionFile } from './definition-file.ts';

/** What a reader found out about one flag: whatever it leaves out, the file does not say. */
export type Draft = Pick<FlagDefinition, 'flag'> & { readonly line: number } & Partial<
    Omit<FlagDefinition, 'flag' | 'line' | 'format' | 'file'>
  >;

/** One format of flag definitions. A reader is pure: what it says depends on the file's text alone. */
export type DefinitionReader = {
  /** The format's name, as it stands in a scan. */
  readonly format: string;
  /** Whether the file has the shape of this format, broken or not; never by its name alone. */
  readonly fits: (file: DefinitionFile) => boolean;
  /** The flags of a file that fits, in its order. Throws BAD_INPUT naming the line for one that breaks the format's own rules. */
  readonly read: (file: DefinitionFile) => readonly Draft[];
};
