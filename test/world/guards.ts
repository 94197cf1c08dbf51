import { makeGuard } from '../../src/guard/guard.ts';
import type { Guard, GuardParts } from '../../src/guard/guard.ts';
import type { FlagOwnership } from '../../src/model/flag.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { NOW, flag, sha } from './documents.ts';
import { soundManifest } from './trust.ts';

/** Guards with small tables, for tests of what a process does with its own manifest. */

export function ownManifest(
  rows: readonly (string | FlagOwnership)[],
  more: Partial<Manifest> = {},
): Manifest {
  const table = rows.map((row) => (typeof row === 'string' ? flag(row) : row));
  return soundManifest({ deployment_id: 'smars-rlp', ...more, flag_ownership_table: table });
}

/** The guard of a process that runs binary `a`, with these rows; its clock stands at NOW. */
export function guardOf(
  rows: readonly (string | FlagOwnership)[],
  more: Partial<Omit<GuardParts, 'manifest'>> = {},
): Guard {
  return makeGuard({
    manifest: ownManifest(rows),
    process: { pid: 4711, startTicks: 100, bootId: 'boot', binarySha256: sha('a'), method: 'proc_exe' },
    now: () => NOW,
    ...more,
  });
}
