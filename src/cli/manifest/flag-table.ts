import {
  type CanonicalDigest,
  continuityOf,
  type MeaningOrigin,
  settleMeaning,
} from '../../decide/continuity.ts';
import type { FlagEntry, FlagFile } from '../../model/flag-file.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Manifest } from '../../model/manifest.ts';

/** One row of the new table: what it was before, and how it came by its meaning. */
export type TableRow = {
  readonly row: FlagOwnership;
  readonly before: FlagOwnership | null;
  /** `tombstone`: not in flags.yaml any more, kept as retired so that its name stays taken. */
  readonly origin: MeaningOrigin | { readonly kind: 'tombstone' };
  /** Whether a stated meaning is what would have been worked out. */
  readonly holds: boolean;
  /** Whether it was verified, and changed after that. */
  readonly outdatedCheck: boolean;
};

export type FlagTableDraft = { readonly rows: readonly TableRow[]; readonly bound: readonly string[] };

/**
 * The flag ownership table that a flags.yaml gives after a previous manifest: meanings are inherited while continuity holds,
 * and a flag that is no longer listed stays as a tombstone, because a name must not become free again. Rows are in the
 * order of their names.
 */
export function draftFlagTable(
  file: FlagFile,
  previous: Manifest | null,
  digest: CanonicalDigest,
): FlagTableDraft {
  const before = new Map((previous?.flag_ownership_table ?? []).map((row) => [row.flag, row]));
  const listed = Object.entries(file.flags);
  const names = new Set(listed.map(([name]) => name));
  const rows = [
    ...listed.map(([name, entry]) => rowOf(name, entry, before.get(name) ?? null, digest)),
    ...[...before.values()].filter((row) => !names.has(row.flag)).map(tombstoneOf),
  ];
  return {
    rows: rows.sort((a, b) => (a.row.flag < b.row.flag ? -1 : 1)),
    bound: listed.flatMap(([name, entry]) => (entry.bound ? [name] : [])).sort(),
  };
}

function rowOf(
  name: string,
  entry: FlagEntry,
  before: FlagOwnership | null,
  digest: CanonicalDigest,
): TableRow {
  const identity = {
    flag: name,
    type: entry.type,
    purpose: entry.purpose,
    target: entry.target ?? null,
    where: entry.where,
  };
  const { meaning, origin } = settleMeaning(identity, before, entry.meaning ?? null, digest);
  const outdatedCheck = isOutdated(entry);
  const row: FlagOwnership = {
    flag: name,
    owner: entry.owner,
    last_modified: entry.last_modified,
    ...(entry.last_modified_by === undefined ? {} : { last_modified_by: entry.last_modified_by }),
    state: entry.state,
    verification: outdatedCheck ? 'not_verified' : entry.verification,
    meaning,
    type: entry.type,
    purpose: entry.purpose,
    ...(entry.target === undefined ? {} : { target: entry.target }),
    where: entry.where,
    travels_in: entry.travels_in,
    senders: entry.senders,
    unaware: entry.unaware,
  };
  return {
    row,
    before,
    origin,
    holds: before === null || continuityOf(before, identity).holds,
    outdatedCheck,
  };
}

/** What was checked before the code changed was not checked. */
function isOutdated({ verified_at, last_modified }: FlagEntry): boolean {
  if (verified_at === undefined || last_modified === null) return false;
  return Date.parse(verified_at) < Date.parse(last_modified);
}

/** The code sites stay, so that a flag that comes back can be compared with the one that went. Nothing sends it any more. */
function tombstoneOf(before: FlagOwnership): TableRow {
  const row: FlagOwnership = { ...before, state: 'retired', travels_in: [], senders: [] };
  return { row, before, origin: { kind: 'tombstone' }, holds: true, outdatedCheck: false };
}
