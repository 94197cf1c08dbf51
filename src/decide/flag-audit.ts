import type { AuditedFlag, AuditSite, FlagAudit, FlagBinder } from '../model/flag-audit.ts';
import type { FlagKinds, FlagLifetimes } from '../model/flag-lifetimes.ts';
import type { FlagScan, ScannedFlag } from '../model/flag-scan.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import { kindOf } from './flag-kind.ts';
import { instantOf } from './instant.ts';
import { headOf } from './manifest-diff.ts';
import { registryOf } from './registry.ts';

export type AuditQuestion = {
  readonly scan: FlagScan | null;
  readonly manifest: Manifest | null;
  readonly history: readonly Manifest[];
  readonly reports: readonly NodeReport[];
  readonly lifetimes: FlagLifetimes;
  readonly kinds: FlagKinds;
  /** Milliseconds since the epoch. */
  readonly now: number;
};

type Known = {
  readonly flag: string;
  readonly state: FlagOwnership['state'];
  readonly scanned: ScannedFlag | null;
  readonly row: FlagOwnership | null;
};

const DAY_MS = 86_400_000;

/**
 * Which flags are corpses: code that should be asleep or gone? For each what sets it now, how long nobody has touched it, and
 * the ways out in their order: delete it, or shackle it. The scan says what the code does now; where both speak, it wins over the
 * manifest, save that a tombstone and a shackle of the manifest stay. Pure and total.
 */
export function auditFlags(question: AuditQuestion): FlagAudit {
  const { scan, manifest, reports, now } = question;
  const known = knownFlags(scan, manifest);
  const corpses = known.filter((each) => isCorpse(each, boundBy(each, question).length > 0));
  const live = known.filter((each) => each.state === 'live' && ageOf(each, question).is_stale);
  return {
    schema: 'haunted.flag-audit/v1',
    audited_at: instantOf(now),
    commit: scan?.commit ?? null,
    manifest: manifest === null ? null : headOf(manifest),
    reports: reports.length,
    corpses: corpses
      .map((each) => corpseOf(each, question))
      .sort((a, b) => Number(b.is_bound) - Number(a.is_bound)),
    stale: live.map((each) => ({ flag: each.flag, owner: ownerOf(each), ...ageOf(each, question) })),
  };
}

function knownFlags(scan: FlagScan | null, manifest: Manifest | null): Known[] {
  const rows = new Map(manifest?.flag_ownership_table.map((row) => [row.flag, row]));
  const seen = (scan?.flags ?? []).map((scanned): Known => {
    const { flag } = scanned;
    const row = rows.get(flag) ?? null;
    rows.delete(flag);
    const isOver = row?.state === 'retired' || row?.state === 'shackled';
    return { flag, scanned, row, state: isOver ? row.state : scanned.state };
  });
  const unseen = [...rows.values()].map((row): Known => {
    return { flag: row.flag, scanned: null, row, state: row.state };
  });
  return [...seen, ...unseen].sort((a, b) => (a.flag < b.flag ? -1 : 1));
}

function isRead({ scanned }: Known): boolean {
  return scanned?.grade === 'evaluated';
}

/** Asleep or shackled; or a tombstone that the code still reads or something still sets. */
function isCorpse(known: Known, isBound: boolean): boolean {
  const { state } = known;
  if (state === 'live') return false;
  return state !== 'retired' || isRead(known) || isBound;
}

function corpseOf(known: Known, question: AuditQuestion): AuditedFlag {
  const { state } = known;
  const binders = boundBy(known, question);
  return {
    flag: known.flag,
    state,
    owner: ownerOf(known),
    ...ageOf(known, question),
    asleep_since: asleepSince(known.flag, question),
    is_bound: binders.length > 0,
    bound_by: binders,
    is_tombstone_read: state === 'retired' && isRead(known),
    delete: sitesOf(known),
    shackle:
      state === 'shackled' || state === 'retired'
        ? null
        : `haunted flags audit --shackle ${quotedWord(known.flag)} --flags flags.yaml`,
  };
}

function quotedWord(flag: string): string {
  return /^[\w.-]+$/.test(flag) ? flag : `'${flag.replaceAll("'", String.raw`'\''`)}'`;
}

function ownerOf({ scanned, row }: Known): string | null {
  return scanned?.owner ?? row?.owner ?? null;
}

function sitesOf({ scanned, row }: Known): AuditSite[] {
  if (scanned === null)
    return (row?.where ?? []).map(({ file, line = null, symbol = null }) => ({
      file,
      line,
      symbol,
      kind: 'read',
    }));
  return [
    ...scanned.sites.map(({ file, line, symbol, kind }) => ({ file, line, symbol, kind })),
    ...scanned.definitions.map(({ file, line }) => ({
      file,
      line,
      symbol: null,
      kind: 'definition' as const,
    })),
  ];
}

function boundBy(known: Known, { manifest, reports }: AuditQuestion): FlagBinder[] {
  const { flag, scanned, row } = known;
  const binders: FlagBinder[] = [];
  const add = (by: FlagBinder['by'], where: string): void => void binders.push({ by, where });
  if (scanned?.state === 'dormant_but_bound')
    for (const { file, line } of scanned.definitions)
      add('definition', line === null ? file : `${file}:${line}`);
  if (manifest !== null && (manifest.bound_flags.includes(flag) || row?.state === 'dormant_but_bound'))
    add('manifest', manifest.deployment_id);
  for (const sender of row?.senders ?? []) add('sender', sender);
  for (const report of reports) {
    for (const bound of report.bound_flags)
      if (bound.flag === flag) add('host', `${report.hostname} ${bound.source}`);
    for (const received of report.received_flags ?? [])
      if (received.flag === flag) add('sender', `${received.sender} to ${report.hostname}`);
  }
  return binders;
}

type Age = Pick<
  AuditedFlag,
  'last_modified' | 'last_modified_by' | 'untouched_days' | 'kind' | 'stale_after_days' | 'is_stale'
>;

function ageOf({ flag, scanned, row }: Known, { lifetimes, kinds, now }: AuditQuestion): Age {
  const touch = (scanned?.last_modified ?? null) === null ? row : scanned;
  const at = touch?.last_modified ?? null;
  const days = at === null ? null : Math.max(0, Math.floor((now - Date.parse(at)) / DAY_MS));
  const kind = kindOf(flag, kinds);
  const limit = lifetimes[kind ?? 'default'];
  return {
    last_modified: at,
    last_modified_by: touch?.last_modified_by ?? null,
    untouched_days: days,
    kind,
    stale_after_days: limit,
    is_stale: days !== null && limit !== null && days > limit,
  };
}

/** The first of the newest manifests in a row that hold the flag and do not have it live; null when the newest has. */
function asleepSince(flag: string, { manifest, history }: AuditQuestion): AuditedFlag['asleep_since'] {
  const newest = manifest ?? history[0];
  if (newest === undefined) return null;
  const registry = registryOf(newest.cluster, manifest === null ? history : [...history, manifest]);
  const awake = registry.manifests.findIndex((each) => {
    const row = registry.tableOf(each).byFlag.get(flag);
    return row === undefined || row.state === 'live';
  });
  const first = awake === -1 ? registry.manifests.at(-1) : registry.manifests[awake - 1];
  return first === undefined ? null : headOf(first);
}
