import type { FlagEntry } from './flag-file.ts';
import type { FlagState, FlagType } from './flag.ts';

/**
 * What one definition file says about one flag, whatever format it is written in. Null is "the file does not say", never a
 * guess. Lines count from 1; times are RFC 3339.
 */
export type FlagDefinition = {
  readonly flag: string;
  /** The format's name, such as `flagd`, `unleash`, `flags.yaml`. */
  readonly format: string;
  /** Path of the definition file as it was given, and the line that names the flag. */
  readonly file: string;
  readonly line: number | null;
  readonly owner: string | null;
  readonly type: FlagType | null;
  readonly default: boolean | number | string | null;
  readonly purpose: string | null;
  /** What the flag is bound to, such as a preference or a setting. */
  readonly target: string | null;
  /** `retired` for archived or removed, `shackled` or any other only where the file says so. */
  readonly state: FlagState | null;
  /** Whether this definition makes something set the flag now. */
  readonly bound: boolean | null;
  readonly last_modified: string | null;
  readonly last_modified_by: string | null;
  /** Past this the owner meant the flag to be gone. */
  readonly expires: string | null;
  /** The whole entry, for our own flags.yaml only. */
  readonly entry: FlagEntry | null;
};
