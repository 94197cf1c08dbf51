import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';

/** A binary's flag ownership table, by flag. */
export type FlagTable = { readonly manifest: Manifest; readonly byFlag: ReadonlyMap<string, FlagOwnership> };

/** Every manifest of one cluster that the judge was given, and what each binary owns. */
export type Registry = {
  /** Newest generation first; ties by digest, so that the order given never matters. */
  readonly manifests: readonly Manifest[];
  readonly find: (manifestSha256: string) => Manifest | null;
  /** What a manifest's own table says. */
  readonly tableOf: (manifest: Manifest) => FlagTable;
  /** What a binary owns: by the reference manifest when it is that one's binary, else by the newest manifest that names it. */
  readonly tableOfBinary: (binarySha256: string, reference: Manifest) => FlagTable | null;
};

// Manifests are never changed in place, so a table is made once for each, whatever the number of questions asked of it.
const TABLES = new WeakMap<Manifest, FlagTable>();

function tableOf(manifest: Manifest): FlagTable {
  const known = TABLES.get(manifest);
  if (known !== undefined) return known;
  const table = { manifest, byFlag: new Map(manifest.flag_ownership_table.map((row) => [row.flag, row])) };
  TABLES.set(manifest, table);
  return table;
}

/** Gathers the manifests of one cluster, each once, whatever the order and however often they were given. */
export function registryOf(cluster: string, given: readonly Manifest[]): Registry {
  const byDigest = new Map<string, Manifest>();
  for (const manifest of given)
    if (manifest.cluster === cluster) byDigest.set(manifest.manifest_sha256, manifest);
  const manifests = [...byDigest.values()].sort(
    (a, b) => b.generation - a.generation || (a.manifest_sha256 < b.manifest_sha256 ? -1 : 1),
  );
  const newestByBinary = new Map<string, Manifest>();
  for (const manifest of manifests) {
    if (!newestByBinary.has(manifest.binary_sha256)) newestByBinary.set(manifest.binary_sha256, manifest);
  }
  return {
    manifests,
    find: (digest) => byDigest.get(digest) ?? null,
    tableOf,
    tableOfBinary: (binary, reference) => {
      if (reference.binary_sha256 === binary) return tableOf(reference);
      const manifest = newestByBinary.get(binary);
      return manifest === undefined ? null : tableOf(manifest);
    },
  };
}
