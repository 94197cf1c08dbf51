import type { FlagEntry, FlagFile } from '../../model/flag-file.ts';
import type { FlagOwnership } from '../../model/flag.ts';

/** A flag as it goes into the flag ownership table, before its meaning is settled. */
export type ListedFlag = {
  /** The row; its meaning is still empty. */
  readonly row: FlagOwnership;
  /** The meaning that somebody wrote down; null when it is to be worked out. */
  readonly stated: string | null;
  /** Whether this deployment sets the flag. */
  readonly bound: boolean;
  /** Whether it was verified, and changed after that. */
  readonly outdatedCheck: boolean;
};

/** The flags of a flags.yaml. */
export function flagsOfFile(file: FlagFile): readonly ListedFlag[] {
  return Object.entries(file.flags).map(([name, entry]) => {
    const outdatedCheck = isOutdated(entry);
    const row: FlagOwnership = {
      flag: name,
      owner: entry.owner,
      last_modified: entry.last_modified,
      ...(entry.last_modified_by === undefined ? {} : { last_modified_by: entry.last_modified_by }),
      state: entry.state,
      verification: outdatedCheck ? 'not_verified' : entry.verification,
      meaning: '',
      type: entry.type,
      purpose: entry.purpose,
      ...(entry.target === undefined ? {} : { target: entry.target }),
      where: entry.where,
      travels_in: entry.travels_in,
      senders: entry.senders,
      unaware: entry.unaware,
      ...(entry.outlives_s === undefined ? {} : { outlives_s: entry.outlives_s }),
    };
    return { row, stated: entry.meaning ?? null, bound: entry.bound, outdatedCheck };
  });
}

/** What was checked before the code changed was not checked. */
function isOutdated({ verified_at, last_modified }: FlagEntry): boolean {
  if (verified_at === undefined || last_modified === null) return false;
  return Date.parse(verified_at) < Date.parse(last_modified);
}
