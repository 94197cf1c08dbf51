import {
  type CanonicalDigest,
  continuityOf,
  type FlagIdentity,
  lastSaid,
  type MeaningOrigin,
  reopenedMeaning,
  settleMeaning,
} from '../../decide/continuity.ts';
import { Fault } from '../../fault.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { ListedFlag } from './listed-flags.ts';

/** One row of the new table: what it was before, and how it came by its meaning. */
export type TableRow = {
  readonly row: FlagOwnership;
  readonly before: FlagOwnership | null;
  /** `tombstone`: not among the flags any more, kept as retired so that its name stays taken. */
  readonly origin: MeaningOrigin | { readonly kind: 'tombstone' };
  /** Whether a stated meaning is what would have been worked out. */
  readonly holds: boolean;
  /** Whether it was verified, and changed after that. */
  readonly outdatedCheck: boolean;
};

/** What else decides about meanings: the other manifests of the cluster, and the names that are taken again on purpose. */
export type Past = { readonly history: readonly Manifest[]; readonly reopened: ReadonlySet<string> };

export type FlagTableDraft = { readonly rows: readonly TableRow[]; readonly bound: readonly string[] };

/**
 * The flag ownership table that flags give after a previous manifest: meanings are inherited while continuity holds,
 * and a flag that is no longer listed stays as a tombstone, because a name must not become free again. A name that is re-opened
 * gets a meaning it never had. Rows are in the order of their names. Throws BAD_USAGE for a re-opened name that is not listed,
 * or that no manifest given ever used, and BAD_INPUT for one whose entry states an old meaning.
 */
export function draftFlagTable(
  listed: readonly ListedFlag[],
  previous: Manifest | null,
  digest: CanonicalDigest,
  past: Past = { history: [], reopened: new Set() },
): FlagTableDraft {
  const before = new Map((previous?.flag_ownership_table ?? []).map((row) => [row.flag, row]));
  const earlier = rowsByFlag(past.history);
  const names = new Set(listed.map(({ row }) => row.flag));
  for (const name of past.reopened) {
    const isKnown = before.has(name) || earlier.has(name);
    if (!names.has(name) || !isKnown) throw nothingToReopen(name, isKnown);
  }
  const rows = [
    ...listed.map((flag) => {
      const name = flag.row.flag;
      return rowOf(flag, before.get(name) ?? null, earlier.get(name) ?? [], past.reopened.has(name), digest);
    }),
    ...[...before.values()].filter((row) => !names.has(row.flag)).map(tombstoneOf),
  ];
  return {
    rows: rows.sort((a, b) => (a.row.flag < b.row.flag ? -1 : 1)),
    bound: listed.flatMap(({ row, bound }) => (bound ? [row.flag] : [])).sort(),
  };
}

/** What manifests say of each flag, newest generation first. */
function rowsByFlag(history: readonly Manifest[]): Map<string, FlagOwnership[]> {
  const newestFirst = [...history].sort((a, b) => b.generation - a.generation);
  return Map.groupBy(
    newestFirst.flatMap((manifest) => manifest.flag_ownership_table),
    (row) => row.flag,
  );
}

function nothingToReopen(flag: string, isKnown: boolean): Fault {
  const why = isKnown
    ? 'the flag file does not list it: list it there, or leave --reopen out'
    : 'no manifest given ever used it: give them with --previous and --history, or leave --reopen out';
  return new Fault('BAD_USAGE', `--reopen ${JSON.stringify(flag)} re-opens nothing, because ${why}.`);
}

function settle(
  identity: FlagIdentity,
  stated: string | null,
  before: FlagOwnership | null,
  earlier: readonly FlagOwnership[],
  isReopened: boolean,
  digest: CanonicalDigest,
): { readonly meaning: string; readonly origin: MeaningOrigin } {
  // A name that the previous manifest does not hold may live in another line of releases, or be one that was removed.
  const last = before ?? earlier[0] ?? null;
  if (!isReopened) return settleMeaning(identity, last && lastSaid(last, earlier), stated, digest);
  const taken = new Set([...(before === null ? [] : [before]), ...earlier].map((row) => row.meaning));
  if (stated !== null && taken.has(stated))
    throw new Fault(
      'BAD_INPUT',
      `The flag ${JSON.stringify(identity.flag)} is re-opened and its entry states ${stated}, which it had before: leave \`meaning\` out of the entry, or state one that is new.`,
    );
  const meaning = stated ?? reopenedMeaning(identity, taken, digest);
  return { meaning, origin: { kind: 'reopened', before: before?.meaning ?? earlier[0]?.meaning ?? null } };
}

function rowOf(
  { row, stated, outdatedCheck }: ListedFlag,
  before: FlagOwnership | null,
  earlier: readonly FlagOwnership[],
  isReopened: boolean,
  digest: CanonicalDigest,
): TableRow {
  const { meaning, origin } = settle(row, stated, before, earlier, isReopened, digest);
  return {
    row: { ...row, meaning },
    before,
    origin,
    holds: before === null || continuityOf(before, row).holds,
    outdatedCheck,
  };
}

/** The code sites stay, so that a flag that comes back can be compared with the one that went. Nothing sends it any more. */
function tombstoneOf(before: FlagOwnership): TableRow {
  const row: FlagOwnership = { ...before, state: 'retired', travels_in: [], senders: [] };
  return { row, before, origin: { kind: 'tombstone' }, holds: true, outdatedCheck: false };
}
