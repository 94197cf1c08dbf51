import { sha256Hex } from './digest.ts';

/** One config file: its path as the nodes know it, and its sha256 in hex. */
export type ConfigEntry = { readonly path: string; readonly sha256: string };

/**
 * The one digest of a node's config files. Of one file it is that file's sha256; of several it is the sha256 of their lines
 * `sha256  path`, sorted by bytes: what `sha256sum FILE… | LC_ALL=C sort | sha256sum` prints. The paths are part of it, because
 * two files that changed places are another config. Null when there are none.
 */
export function configDigest(entries: readonly ConfigEntry[]): string | null {
  const [first] = entries;
  if (first === undefined) return null;
  const lines = [...new Set(entries.map((entry) => `${entry.sha256}  ${entry.path}\n`))];
  if (lines.length === 1) return first.sha256;
  return sha256Hex(
    Buffer.concat(lines.map((line) => Buffer.from(line)).sort((one, other) => Buffer.compare(one, other))),
  );
}
