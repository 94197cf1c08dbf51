import { birthMeaning, type CanonicalDigest, settleMeaning } from '../../decide/continuity.ts';
import type { FlagOwnership, FlagState, FlagType } from '../../model/flag.ts';
import type { FlagGrade, FlagScan, ScannedFlag, ScanSite } from '../../model/flag-scan.ts';
import { LIMITS } from '../../model/limits.ts';
import { FlagName } from '../../model/text.ts';
import type { Ownership } from '../../scan/owners.ts';
import type { Reading, Site } from '../../scan/source-tree.ts';
import type { MergedDefinition } from './merge-definitions.ts';
import { shortName, shortText } from './plain-text.ts';

/** Who touched a line last, and when (RFC 3339). */
export type LastTouch = { readonly at: string; readonly by: string };

/** Everything a scan is made of, read and asked before. */
export type ScanParts = {
  readonly definitions: ReadonlyMap<string, MergedDefinition>;
  readonly reading: Reading;
  readonly commit: string | null;
  readonly dirty: boolean | null;
  /** Where a definition file lies, from the source root. */
  readonly placeOf: (definitionFile: string) => string;
  /** The last touch of a line of a file, by its path from the source root; null when nobody knows. */
  readonly touchOf: (file: string, line: number) => LastTouch | null;
  readonly ownershipOf: (flag: string) => Ownership;
  /** The rows of the manifest before, by flag; meanings are inherited from them. */
  readonly previous: ReadonlyMap<string, FlagOwnership>;
  readonly digest: CanonicalDigest;
};

/** The scan these parts give: flags by name, sites by place. Pure: the same parts give the same document, byte for byte. */
export function composeScan(parts: ScanParts): FlagScan {
  const { definitions, reading, commit, dirty } = parts;
  const sites = Map.groupBy(reading.sites, ({ flag }) => flag);
  // Somebody asks for it, or somebody defines it; a mere mention of a name that is neither says nothing.
  const read = [...sites].filter(([, found]) => found.some(isRead)).map(([flag]) => flag);
  const names = [...new Set([...definitions.keys(), ...read])].sort();
  const [good, odd] = [names.filter(isFlagName), names.filter((name) => !isFlagName(name))];
  const oddities = odd.flatMap((name) => (sites.get(name) ?? []).map(notAName));
  return {
    schema: 'haunted.flag-scan/v1',
    commit,
    dirty,
    flags: good.map((flag) => flagOf(flag, definitions.get(flag) ?? null, sites.get(flag) ?? [], parts)),
    unreadable: [...reading.unreadable, ...oddities]
      .map(({ file, reason }) => ({ file: shortText(file), reason: shortText(reason) }))
      .sort((a, b) => (a.file === b.file ? compare(a.reason, b.reason) : compare(a.file, b.file))),
  };
}

function flagOf(
  flag: string,
  definition: MergedDefinition | null,
  found: readonly Site[],
  parts: ScanParts,
): ScannedFlag {
  const files = new Set(definition?.all.map(({ file }) => parts.placeOf(file)));
  // A definition names its flag, of course; that is no mention in the source.
  const sites = found.filter((site) => isRead(site) || !files.has(site.file));
  const grade = gradeOf(sites);
  const touch = lastTouch(definition, sites, parts);
  const type = definition?.type ?? onlyTypeOf(sites);
  const state = stateOf(grade, definition);
  const identity = {
    flag,
    ...(type === null ? {} : { type }),
    purpose: definition?.purpose ?? null,
    target: definition?.target ?? null,
    where: placesOf(sites, definition),
    state,
  };
  const before = parts.previous.get(flag) ?? null;
  const stated = definition?.entry?.meaning ?? null;
  const meaning =
    before === null && stated === null
      ? birthMeaning(identity, parts.digest)
      : settleMeaning(identity, before, stated, parts.digest).meaning;
  return {
    flag,
    grade,
    defined: definition !== null,
    definitions: (definition?.all ?? []).slice(0, LIMITS.list).map(({ file, line, format }) => ({
      file: shortText(file),
      line,
      format,
    })),
    ...parts.ownershipOf(flag),
    last_modified: touch?.at ?? null,
    last_modified_by: touch?.by ?? null,
    type,
    default: definition?.default ?? null,
    purpose: identity.purpose,
    target: identity.target,
    meaning,
    state,
    verification: isVerified(definition, touch?.at ?? null, parts) ? 'verified' : 'not_verified',
    sites: sites.map(siteOf),
  };
}

function gradeOf(sites: readonly Site[]): FlagGrade {
  if (sites.some(isRead)) return 'evaluated';
  return sites.length > 0 ? 'mentioned' : 'absent';
}

/** What a file says of the end of a flag stands; otherwise the code decides whether it is awake. */
function stateOf(grade: FlagGrade, definition: MergedDefinition | null): FlagState {
  const said = definition?.state ?? null;
  if (said === 'retired' || said === 'shackled') return said;
  if (grade !== 'evaluated') return definition?.bound === true ? 'dormant_but_bound' : 'dormant';
  if (definition === null) return 'dormant';
  return said === 'dormant' || said === 'dormant_but_bound' ? said : 'live';
}

/** The later of what git knows of the lines and what the definitions say of themselves. */
function lastTouch(
  definition: MergedDefinition | null,
  sites: readonly Site[],
  { touchOf, placeOf }: ScanParts,
): { at: string; by: string | null } | null {
  const touches = [
    ...sites.filter(isRead).map(({ file, line }) => touchOf(file, line)),
    ...(definition?.all ?? []).map(({ file, line }) => (line === null ? null : touchOf(placeOf(file), line))),
  ].flatMap((touch) => (touch === null ? [] : [{ at: touch.at, by: shortName(touch.by) }]));
  const said = definition?.last_modified ?? null;
  const all = said === null ? touches : [...touches, { at: said, by: definition?.last_modified_by ?? null }];
  return all.reduce<{ at: string; by: string | null } | null>(
    (latest, each) => (latest === null || Date.parse(each.at) > Date.parse(latest.at) ? each : latest),
    null,
  );
}

/** Somebody checked what is committed here, and nothing was touched since. */
function isVerified(
  definition: MergedDefinition | null,
  lastModified: string | null,
  { commit, dirty }: ScanParts,
): boolean {
  const at = definition?.entry?.verified_at;
  if (definition?.entry?.verification !== 'verified' || at === undefined) return false;
  if (commit === null || dirty !== false || lastModified === null) return false;
  return Date.parse(at) >= Date.parse(lastModified);
}

/** The type that every read asks for; null when none says it, or two say different ones. */
function onlyTypeOf(sites: readonly Site[]): FlagType | null {
  const types = new Set(sites.filter(isRead).flatMap(({ type }) => (type === null ? [] : [type])));
  const [type] = types;
  return types.size === 1 && type !== undefined ? type : null;
}

/** The places that evaluate it; what flags.yaml says of them when none was found. */
export function placesOf(
  sites: readonly Pick<Site, 'file' | 'line' | 'symbol' | 'kind'>[],
  definition: MergedDefinition | null,
): { file: string; line?: number | null | undefined; symbol?: string | null | undefined }[] {
  const reads = sites.filter(isRead).map(({ file, line, symbol }) => ({ file, line, symbol }));
  return reads.length > 0 ? reads : [...(definition?.entry?.where ?? [])];
}

function siteOf({ file, line, column, symbol, kind, via, type }: Site): ScanSite {
  return {
    file: shortText(file),
    line,
    column,
    symbol: symbol === null ? null : shortText(symbol),
    kind,
    ...(via === null ? {} : { via: shortText(via) }),
    ...(type === null ? {} : { type }),
  };
}

function isRead({ kind }: Pick<Site, 'kind'>): boolean {
  return kind === 'read';
}

function isFlagName(name: string): boolean {
  return FlagName.safeParse(name).success;
}

function notAName({ file, line }: Site): { file: string; reason: string } {
  const reason = `line ${line} asks for a flag by a name that is empty, too long or holds control characters`;
  return { file, reason };
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
