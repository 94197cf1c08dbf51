import { lastSaid, reopenedMeaning, settleMeaning } from '../../src/decide/continuity.ts';
import { judgeHistory } from '../../src/decide/flag-history.ts';
import { registryOf } from '../../src/decide/registry.ts';
import type { FindingCode } from '../../src/model/finding.ts';
import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { canonicalize } from '../../src/seal/canonical.ts';
import { sha256Hex } from '../../src/seal/digest.ts';
import type { Release, SaidFlag } from './read-histories.ts';

/** What the judge says of one flag at one release. */
type Alarm = {
  readonly product: string;
  readonly line: string;
  readonly version: string;
  readonly flag: string;
  readonly codes: readonly FindingCode[];
  /** What the finding was compared with: the releases it names. */
  readonly against: readonly string[];
  readonly before: string;
  readonly after: string;
};

/** Which kind of case an alarm is: a type that changed, a name that came back as it was, or another meaning. */
export function kindOf(codes: readonly FindingCode[]): 'reuse' | 'retype' | 'return' {
  if (codes.includes('flag_resurrected')) return 'return';
  return codes.includes('flag_type_changed') ? 'retype' : 'reuse';
}

export type Judged = {
  readonly alarms: readonly Alarm[];
  readonly flagReleases: number;
  readonly releases: number;
};

type Line = { readonly newest: Manifest; readonly said: Map<string, FlagOwnership> };

const digest = (value: unknown): string => sha256Hex(canonicalize(value));

/**
 * Every release of one product as a manifest after those before it, with meanings as `manifest create` settles them, judged over
 * all manifests before. What the other lines released last runs at the same
 * time, until the last release of such a line. After an alarm the team is taken to sign for
 * it: the release re-opens the name, so that what is said again is said for a reason.
 */
export function judgeReleases(releases: readonly Release[]): Judged {
  const lines = new Map<string, Line>();
  const known: Manifest[] = [];
  const newestSaid = new Map<string, FlagOwnership>();
  const alarms: Alarm[] = [];
  let flagReleases = 0;
  const lastOf = new Map(releases.map(({ line }, at) => [line, at]));
  for (const [at, release] of releases.entries()) {
    const own = lines.get(release.line) ?? branchPoint(release, lines, known);
    const others = [...lines]
      .filter(([name]) => name !== release.line && (lastOf.get(name) ?? 0) > at)
      .map(([, { newest }]) => newest);
    const mayRun = [...(own === null ? [] : [own.newest]), ...others];
    const rows = tableOf(release.flags, own, newestSaid);
    const draft = manifestOf(release, rows, own?.newest ?? null, known.length + 1);
    const found = alarmsOf(release, draft, known, mayRun);
    const signed = found.length === 0 ? draft : reopened(draft, found, known);
    const said = new Map(own?.said ?? []);
    for (const row of signed.flag_ownership_table) {
      const before = said.get(row.flag);
      const whole = lastSaid(row, before === undefined ? [] : [before]);
      said.set(row.flag, whole);
      newestSaid.set(row.flag, whole);
    }
    lines.set(release.line, { newest: signed, said });
    known.push(signed);
    alarms.push(...found);
    flagReleases += release.flags.length;
  }
  return { alarms, flagReleases, releases: releases.length };
}

function branchPoint(release: Release, lines: Map<string, Line>, known: readonly Manifest[]): Line | null {
  const name = `mainline ${release.branchedFrom}`;
  const newest = known.find((manifest) => manifest.deployment_id === name);
  const main = lines.get('mainline');
  if (newest === undefined || main === undefined) return null;
  return { newest, said: new Map(newest.flag_ownership_table.map((row) => [row.flag, row])) };
}

/** The rows of the new manifest: meanings settled, and what is gone kept as a tombstone. */
function tableOf(
  flags: readonly SaidFlag[],
  own: Line | null,
  newestSaid: ReadonlyMap<string, FlagOwnership>,
): FlagOwnership[] {
  const names = new Set(flags.map(({ flag }) => flag));
  const rows = new Map(own?.newest.flag_ownership_table.map((row) => [row.flag, row]));
  const tombstones = [...rows.values()]
    .filter((row) => !names.has(row.flag))
    .map((row): FlagOwnership => (row.state === 'retired' ? row : { ...row, state: 'retired' }));
  return [
    ...flags.map((said): FlagOwnership => {
      const before = own?.said.get(said.flag) ?? newestSaid.get(said.flag) ?? null;
      const settled = settleMeaning(said, before, null, digest);
      const { flag, state, type, purpose = null, target = null, where } = said;
      const row = { flag, state, purpose, target, where, meaning: settled.meaning };
      const whose = { owner: null, last_modified: null, verification: 'not_verified' } as const;
      return { ...row, ...whose, ...(type === undefined ? {} : { type }) };
    }),
    ...tombstones,
  ];
}

function manifestOf(
  { product, line, version }: Release,
  rows: FlagOwnership[],
  previous: Manifest | null,
  generation: number,
): Manifest {
  return {
    schema: 'haunted.manifest/v1',
    deployment_id: `${line} ${version}`,
    cluster: product,
    generation,
    created_at: '2026-01-01T00:00:00Z',
    previous_manifest_sha256: previous?.manifest_sha256 ?? null,
    manifest_sha256: sha256Hex(`manifest ${product} ${line} ${version}`),
    binary_sha256: sha256Hex(`binary ${product} ${line} ${version}`),
    cluster_inventory: ['one'],
    bound_flags: [],
    flag_ownership_table: rows,
  };
}

function alarmsOf(
  { product, line, version }: Release,
  draft: Manifest,
  known: readonly Manifest[],
  mayRun: readonly Manifest[],
): Alarm[] {
  const seeds = judgeHistory(draft, registryOf(product, [...known, draft]), mayRun);
  const byFlag = Map.groupBy(seeds, (seed) => seed.flag ?? '');
  return [...byFlag].map(([flag, own]) => ({
    product,
    line,
    version,
    flag,
    codes: own.map(({ code }) => code),
    against: [...new Set(own.map(({ where }) => where.at(-1)?.replace('manifest:', '') ?? ''))],
    before: String(own[0]?.expected),
    after: draft.flag_ownership_table.find((row) => row.flag === flag)?.meaning ?? '',
  }));
}

/** The manifest with a signature for what was found: the names are re-opened, under a meaning that each never had. */
function reopened(draft: Manifest, found: readonly Alarm[], known: readonly Manifest[]): Manifest {
  const names = new Set(found.map(({ flag }) => flag));
  const rows = draft.flag_ownership_table.map((row) => {
    if (!names.has(row.flag) || !isOld(row, known)) return row;
    const taken = known.flatMap((manifest) =>
      manifest.flag_ownership_table.filter(({ flag }) => flag === row.flag).map(({ meaning }) => meaning),
    );
    const isBack = found.some(({ flag, codes }) => flag === row.flag && codes.includes('flag_resurrected'));
    return isBack ? { ...row, meaning: reopenedMeaning(row, new Set(taken), digest) } : row;
  });
  const reopened_flags = [...names].map((flag) => ({ flag, reason: 'signed for', by: 'the team' }));
  return { ...draft, flag_ownership_table: rows, reopened_flags };
}

function isOld(row: FlagOwnership, known: readonly Manifest[]): boolean {
  return known.some((manifest) =>
    manifest.flag_ownership_table.some(({ flag, meaning }) => flag === row.flag && meaning === row.meaning),
  );
}

/** Lines of one product in the order they were released: ESR minor m of base b comes after main release b + m. */
export function inOrderOfRelease(releases: readonly Release[]): Release[] {
  return releases.toSorted((a, b) => {
    const [one, other] = [orderOf(a), orderOf(b)];
    const at = one.findIndex((number, place) => number !== other[place]);
    return at === -1 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
  });
}

function orderOf({ line, version }: Release): number[] {
  const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, '').split('.').map(Number);
  return line.startsWith('esr') ? [major + minor, 1, major, patch] : [major, 0, minor, patch];
}
