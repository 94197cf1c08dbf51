import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { sitesOf } from './coherence.ts';
import type { Registry } from './registry.ts';
import { type Seed, seedOf, shortDigest } from './seed.ts';
import { spokenMeaning } from './spoken-meaning.ts';

/**
 * Does a new manifest use a name that meant something else before, bring back one that was removed, or change a type? Judged
 * over every manifest known, because Knight's flag slept for nine years between its two lives (SEC 34-70694, para 13-14).
 */
export function judgeHistory(manifest: Manifest, registry: Registry): Seed[] {
  const others = registry.manifests.filter((known) => known.manifest_sha256 !== manifest.manifest_sha256);
  const seeds: Seed[] = [];
  for (const row of manifest.flag_ownership_table) {
    if (row.state === 'retired') continue;
    const lives = others.map((known) => ({ known, row: registry.tableOf(known).byFlag.get(row.flag) }));
    seeds.push(...reuseOf(row, lives), ...typeChangeOf(row, lives), ...resurrectionOf(manifest, row, lives));
  }
  return seeds;
}

type Life = { readonly known: Manifest; readonly row: FlagOwnership | undefined };

function reuseOf(row: FlagOwnership, lives: readonly Life[]): Seed[] {
  const other = lives.find((life) => life.row !== undefined && life.row.meaning !== row.meaning);
  if (other?.row === undefined) return [];
  const { known, row: before } = other;
  return [
    seedOf('flag_reused', {
      flag: row.flag,
      expected: before.meaning,
      actual: row.meaning,
      where: [...sitesOf(row), ...sitesOf(before), `manifest:${known.deployment_id}`],
      sentence: `Flag '${row.flag}' means ${spokenMeaning(row.meaning, row)} in the new manifest but ${spokenMeaning(before.meaning, before)} (${before.state}) in ${known.deployment_id}, generation ${known.generation}, binary ${shortDigest(known.binary_sha256)}: one switch, two functions.`,
    }),
  ];
}

function typeChangeOf(row: FlagOwnership, lives: readonly Life[]): Seed[] {
  const { type } = row;
  if (type === undefined) return [];
  for (const { known, row: before } of lives) {
    const was = before?.type;
    if (was === undefined || was === type) continue;
    return [
      seedOf('flag_type_changed', {
        flag: row.flag,
        expected: was,
        actual: type,
        where: [...sitesOf(row), `manifest:${known.deployment_id}`],
        sentence: `Flag '${row.flag}' is ${type} in the new manifest but ${was} in ${known.deployment_id}, generation ${known.generation}.`,
      }),
    ];
  }
  return [];
}

/**
 * Removed means: an earlier generation has the flag, and the newest generation before this one lacks it or has retired it.
 * Another meaning is reuse, not resurrection.
 */
function resurrectionOf(manifest: Manifest, row: FlagOwnership, lives: readonly Life[]): Seed[] {
  const [removedIn, ...older] = lives.filter((life) => life.known.generation < manifest.generation);
  if (removedIn === undefined || (removedIn.row !== undefined && removedIn.row.state !== 'retired'))
    return [];
  const lived = [removedIn, ...older].some(
    (life) => life.row !== undefined && life.row.meaning === row.meaning,
  );
  if (!lived) return [];
  return [
    seedOf('flag_resurrected', {
      flag: row.flag,
      expected: 'removed',
      actual: row.state,
      where: [...sitesOf(row), `manifest:${removedIn.known.deployment_id}`],
      sentence: `Flag '${row.flag}' was removed in ${removedIn.known.deployment_id} (generation ${removedIn.known.generation}) and is back in the new manifest.`,
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
