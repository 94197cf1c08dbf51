import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { sitesOf } from './coherence.ts';
import { typesAgree } from './continuity.ts';
import type { FlagTable, Registry } from './registry.ts';
import { reopenedSince } from './reopening.ts';
import { type Seed, seedOf, shortDigest } from './seed.ts';
import { spokenMeaning } from './spoken-meaning.ts';

/**
 * Does a new manifest use a name that meant something else before, bring back one that was removed, or change a type? Judged
 * over every manifest known, because Knight's flag slept for nine years between its two lives (SEC 34-70694, para 13-14).
 *
 * A name that was re-opened on purpose under a new meaning is free of its earlier lives, except of those in `mayRun`, the
 * manifests whose binaries may run beside the new one: there the one switch would still have two functions.
 */
export function judgeHistory(
  manifest: Manifest,
  registry: Registry,
  mayRun: readonly Manifest[] = [],
): Seed[] {
  const others = registry.manifests
    .filter((known) => known.manifest_sha256 !== manifest.manifest_sha256)
    .map((known) => registry.tableOf(known));
  const beside = new Set(mayRun.map((known) => known.manifest_sha256));
  const followed = followedBy(manifest, others, registry);
  const seeds: Seed[] = [];
  for (const row of manifest.flag_ownership_table) {
    if (row.state === 'retired') continue;
    const since = reopenedSince(row, manifest, registry);
    const counts = (known: Manifest, life: FlagOwnership): boolean =>
      since === null ||
      (known.generation >= since && followed.own(known)) ||
      (life.state !== 'retired' && beside.has(known.manifest_sha256));
    const { reused, retyped } = earlierLives(row, others, counts);
    seeds.push(
      ...(reused === null ? [] : [reuseSeed(row, reused, since !== null)]),
      ...(retyped === null ? [] : [typeSeed(row, retyped)]),
      ...resurrectionOf(row, followed),
    );
  }
  return seeds;
}

type Life = { readonly known: Manifest; readonly row: FlagOwnership };

/** The newest life of a name with another meaning, and the newest with another type, of those that count. */
function earlierLives(
  { flag, meaning, type }: FlagOwnership,
  others: readonly FlagTable[],
  counts: (known: Manifest, life: FlagOwnership) => boolean,
): { readonly reused: Life | null; readonly retyped: Life | null } {
  let reused: Life | null = null;
  let retyped: Life | null = null;
  for (const { manifest: known, byFlag } of others) {
    const row = byFlag.get(flag);
    if (row === undefined || (row.meaning === meaning && typesAgree(row.type, type))) continue;
    if (!counts(known, row)) continue;
    if (row.meaning !== meaning) reused ??= { known, row };
    if (!typesAgree(row.type, type)) retyped ??= { known, row };
  }
  return { reused, retyped };
}

function reuseSeed(row: FlagOwnership, { known, row: before }: Life, isReopened: boolean): Seed {
  const but = isReopened ? ' Re-opening the name does not help while that binary may run.' : '';
  return seedOf('flag_reused', {
    flag: row.flag,
    expected: before.meaning,
    actual: row.meaning,
    where: [...sitesOf(row), ...sitesOf(before), `manifest:${known.deployment_id}`],
    sentence: `Flag '${row.flag}' means ${spokenMeaning(row.meaning, row)} in the new manifest but ${spokenMeaning(before.meaning, before)} (${before.state}) in ${known.deployment_id}, generation ${known.generation}, binary ${shortDigest(known.binary_sha256)}: one switch, two functions.${but}`,
  });
}

function typeSeed(row: FlagOwnership, { known, row: before }: Life): Seed {
  const [was = null, is = null] = [before.type, row.type];
  return seedOf('flag_type_changed', {
    flag: row.flag,
    expected: was,
    actual: is,
    where: [...sitesOf(row), `manifest:${known.deployment_id}`],
    sentence: `Flag '${row.flag}' is ${is} in the new manifest but ${was} in ${known.deployment_id}, generation ${known.generation}.`,
  });
}

type Followed = {
  /** Where it is asked whether a name was removed, and where whether it lived before, newest first. */
  readonly removedIn: FlagTable | null;
  readonly older: readonly FlagTable[];
  /** Whether a manifest may be one that this one follows, and not of a line that runs beside. */
  readonly own: (known: Manifest) => boolean;
};

/**
 * The manifests that this one follows, newest first: down the chain of digests that each names as its previous one, because two
 * lines of releases may share a history. Where the chain does not reach the first manifest, every older generation.
 */
function followedBy(manifest: Manifest, others: readonly FlagTable[], registry: Registry): Followed {
  const previous = registry.find(manifest.previous_manifest_sha256 ?? '');
  const chain = new Set<Manifest>();
  let [at, next]: [Manifest, Manifest | null] = [manifest, previous];
  while (next !== null && next.generation < at.generation) {
    chain.add(next);
    [at, next] = [next, registry.find(next.previous_manifest_sha256 ?? '')];
  }
  const isWhole = chain.size > 0 && at.generation === 1;
  const own = (known: Manifest): boolean => !isWhole || chain.has(known);
  const older = others.filter(({ manifest: known }) => known.generation < manifest.generation && own(known));
  return { own, removedIn: older.find((table) => table.manifest === previous) ?? older[0] ?? null, older };
}

/**
 * Removed means: an earlier manifest has the flag, and the one that this one follows lacks it or has retired it. Another meaning
 * is reuse, not resurrection.
 */
function resurrectionOf(row: FlagOwnership, { removedIn, older }: Followed): Seed[] {
  const last = removedIn?.byFlag.get(row.flag);
  if (removedIn === null || (last !== undefined && last.state !== 'retired')) return [];
  if (!older.some(({ byFlag }) => byFlag.get(row.flag)?.meaning === row.meaning)) return [];
  const { deployment_id, generation } = removedIn.manifest;
  return [
    seedOf('flag_resurrected', {
      flag: row.flag,
      expected: 'removed',
      actual: row.state,
      where: [...sitesOf(row), `manifest:${deployment_id}`],
      sentence: `Flag '${row.flag}' was removed in ${deployment_id} (generation ${generation}) and is back in the new manifest.`,
    }),
  ];
}

/**
 * Does the new manifest remove a flag that a binary still in use reads? `running` are the digests that run now or that a
 * declared split allows to. A flag goes in two steps: first dormant (nothing sets it), then removed.
 */
export function judgeEarlyRemoval(
  manifest: Manifest,
  running: readonly string[],
  reference: Manifest,
  registry: Registry,
): Seed[] {
  const table = registry.tableOf(manifest);
  const seeds: Seed[] = [];
  for (const binary of [...new Set(running)].sort()) {
    if (binary === manifest.binary_sha256) continue;
    const old = registry.tableOfBinary(binary, reference);
    for (const row of old?.byFlag.values() ?? []) {
      if (row.state !== 'live' && row.state !== 'dormant_but_bound') continue;
      const next = table.byFlag.get(row.flag);
      if (next !== undefined && next.state !== 'retired') continue;
      seeds.push(
        seedOf('flag_removed_too_early', {
          flag: row.flag,
          expected: 'read by no running binary',
          actual: `read by ${binary}`,
          where: [...sitesOf(row), `binary:${binary}`],
          sentence: `Flag '${row.flag}' is ${next === undefined ? 'gone from' : 'retired in'} the new manifest while running binary ${shortDigest(binary)} still reads it (${row.state}).`,
        }),
      );
    }
  }
  return seeds;
}
