import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Registry } from './registry.ts';
import { type Seed, seedOf } from './seed.ts';

/**
 * Since which generation is this name taken again on purpose under this row's meaning? The newest manifest up to this one
 * that re-opens it, with a meaning that no older manifest gives it; null when none does. Later manifests of the same meaning
 * stand on the one that re-opened it.
 */
export function reopenedSince(row: FlagOwnership, manifest: Manifest, registry: Registry): number | null {
  const found = reopens(manifest, row, registry)
    ? manifest
    : registry.manifests.find(
        (known) => known.generation < manifest.generation && reopens(known, row, registry),
      );
  return found?.generation ?? null;
}

function reopens(known: Manifest, { flag, meaning }: FlagOwnership, registry: Registry): boolean {
  if (known.reopened_flags?.some((entry) => entry.flag === flag) !== true) return false;
  const own = registry.tableOf(known).byFlag.get(flag);
  if (own === undefined || own.state === 'retired' || own.meaning !== meaning) return false;
  return !olderLives(flag, known, registry).some((row) => row.meaning === meaning);
}

/** What older manifests say of a name, newest first. */
function olderLives(flag: string, manifest: Manifest, registry: Registry): FlagOwnership[] {
  return registry.manifests.flatMap((known) =>
    known.generation < manifest.generation ? (registry.tableOf(known).byFlag.get(flag) ?? []) : [],
  );
}

/**
 * Which re-openings of a manifest lift nothing? Of a name that its table does not hold alive; and, where older manifests are at
 * hand, of a name that none of them knows, or whose meaning is an old one. `isWhole`: whether older manifests were given.
 */
export function judgeReopenings(manifest: Manifest, registry: Registry, isWhole: boolean): Seed[] {
  const table = registry.tableOf(manifest);
  const where = [`manifest:${manifest.deployment_id}`];
  return (manifest.reopened_flags ?? []).flatMap(({ flag }): Seed[] => {
    const row = table.byFlag.get(flag);
    if (row === undefined || row.state === 'retired') {
      const actual = row === undefined ? 'not in the flag ownership table' : 'retired';
      const sentence = `Flag '${flag}' is re-opened and ${actual}: there is nothing to re-open it for.`;
      return [seedOf('manifest_invalid', { flag, expected: 'in use', actual, where, sentence })];
    }
    if (!isWhole) return [];
    const lives = olderLives(flag, manifest, registry);
    if (lives.length === 0) {
      const sentence = `Flag '${flag}' is re-opened, and no older manifest given knows the name: it is misspelt, or the history is not whole.`;
      return [
        seedOf('manifest_invalid', {
          flag,
          expected: 'a name used before',
          actual: 'never used',
          where,
          sentence,
        }),
      ];
    }
    if (lives.every((life) => life.meaning !== row.meaning)) return [];
    const sentence = `Flag '${flag}' is re-opened under ${row.meaning}, which it had before: a new life needs a new meaning, and this re-opening lifts nothing.`;
    return [
      seedOf('flag_resurrected', {
        flag,
        expected: 'a meaning it never had',
        actual: row.meaning,
        where,
        sentence,
      }),
    ];
  });
}
