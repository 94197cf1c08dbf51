import path from 'node:path';
import type { FlagOwnership } from '../../model/flag.ts';
import type { ScannedFlag } from '../../model/flag-scan.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Manifest, ManifestSource } from '../../model/manifest.ts';
import { placesOf } from '../flags/compose-scan.ts';
import { mergeDefinitions, type MergedDefinition } from '../flags/merge-definitions.ts';
import { scanFolder } from '../flags/run-scan.ts';
import { sourceSettings } from '../flags/scan-words.ts';
import type { Io } from '../io.ts';
import type { CreateWords } from './create-words.ts';
import type { ListedFlag } from './listed-flags.ts';

/** The flags of a source tree, ready for a flag ownership table, and the tree they were read from. */
export type SourceFlags = {
  readonly flags: readonly ListedFlag[];
  readonly source: ManifestSource;
};

/**
 * Scans the source tree of `--source` with the files of `--definitions` and, when it is given, the flags.yaml of `--flags`, whose
 * word wins. Throws what a scan throws.
 */
export async function flagsOfSource(
  words: Pick<CreateWords, 'flags' | 'definitions'> & { readonly source: string },
  previous: Manifest | null,
  io: Io,
): Promise<SourceFlags> {
  const root = path.resolve(io.cwd, words.source);
  const settings = await sourceSettings(words.definitions, root, io);
  const definitions = [...(words.flags === undefined ? [] : [words.flags]), ...settings.definitions];
  const { scan, request } = await scanFolder(
    { folder: words.source, root, settings: { ...settings, definitions }, withHistory: true },
    previous?.flag_ownership_table ?? [],
    io,
  );
  const unread = scan.unreadable.length;
  if (unread > 0)
    io.stderr(
      `haunted: ${unread} of the source’s files could not be read, and a flag may be read in them: \`haunted flags scan\` names them.\n`,
    );
  const merged = mergeDefinitions(request.definitions);
  return {
    flags: scan.flags.map((flag) => listedFlag(flag, merged.get(flag.flag) ?? null)),
    source: { commit: scan.commit, dirty: scan.dirty },
  };
}

/** The row of a scanned flag, before its meaning is settled, with what only its definition says. */
export function listedFlag(flag: ScannedFlag, definition: MergedDefinition | null): ListedFlag {
  const entry = definition?.entry ?? null;
  const row: FlagOwnership = {
    flag: flag.flag,
    owner: flag.owner,
    last_modified: flag.last_modified,
    last_modified_by: flag.last_modified_by,
    state: flag.state,
    verification: flag.verification,
    meaning: '',
    ...(flag.type === null ? {} : { type: flag.type }),
    purpose: flag.purpose,
    target: flag.target,
    where: placesOf(flag.sites, definition).slice(0, LIMITS.list),
    ...(entry === null
      ? {}
      : {
          travels_in: entry.travels_in,
          senders: entry.senders,
          unaware: entry.unaware,
          ...(entry.outlives_s === undefined ? {} : { outlives_s: entry.outlives_s }),
        }),
  };
  const wasVerified = entry?.verification === 'verified';
  return {
    row,
    stated: entry?.meaning ?? null,
    bound: definition?.bound === true,
    outdatedCheck: wasVerified && flag.verification !== 'verified' && isLater(flag, entry.verified_at),
  };
}

function isLater({ last_modified }: ScannedFlag, verifiedAt: string | undefined): boolean {
  if (last_modified === null || verifiedAt === undefined) return false;
  return Date.parse(last_modified) > Date.parse(verifiedAt);
}
