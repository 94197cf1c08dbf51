import { lstatSync } from 'node:fs';
import type { SourceFile, SourceTree, Unreadable } from '../../scan/source-tree.ts';
import { asText, readSourceFile } from './file-bytes.ts';
import { ignoring } from './ignoring.ts';

// A reader may want a file twice, once to look for names and once to parse it; the second time is free up to this much.
const CACHE_BYTES = 150 * 1024 * 1024;

type Bytes = ReturnType<SourceTree['read']>;

/** Which files there are, whoever found them out. Paths are relative to the root, with forward slashes. */
export type Listing = { readonly paths: readonly string[]; readonly unreadable: readonly Unreadable[] };

/** Bytes that stand for those on disk, such as those of another commit; null for a file that was too large to fetch. */
export type Instead = ReadonlyMap<string, Buffer | null>;

/**
 * The source tree of a folder on disk: what `listing` found, without what matches one of `ignore` (written as in .gitignore),
 * in the order of the paths. A size is asked for only when somebody reads it.
 */
export function folderTree(
  root: string,
  listing: Listing,
  ignore: readonly string[],
  instead: Instead = new Map(),
): SourceTree {
  const isLeftOut = ignoring(ignore);
  const paths = [...new Set(listing.paths)].filter((path) => !isLeftOut(path)).sort();
  const files = paths.map((path): SourceFile => ({
    path,
    get bytes() {
      return lstatSync(`${root}/${path}`, { throwIfNoEntry: false })?.size ?? 0;
    },
  }));
  const unreadable = listing.unreadable.filter(({ file }) => !isLeftOut(file.replace(/\/$/, '')));
  const cache = new Map<string, Bytes>();
  let room = CACHE_BYTES;
  return {
    list: () => ({ files, unreadable }),
    read: (path) => {
      const known = cache.get(path);
      if (known !== undefined) return known;
      const other = instead.get(path);
      const bytes = other === undefined ? readSourceFile(`${root}/${path}`) : asText(other);
      const size = bytes.ok ? bytes.bytes.length : 0;
      if (size <= room) {
        room -= size;
        cache.set(path, bytes);
      }
      return bytes;
    },
  };
}
