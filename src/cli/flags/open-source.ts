import { opendirSync, statSync } from 'node:fs';
import { cannotRead } from '../../adapters/files/cannot-read.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { listGitFiles } from '../../adapters/git/list-files.ts';
import type { GitPlace } from '../../adapters/git/run-git.ts';
import { findWorkTree, isDirty, type WorkTree } from '../../adapters/git/work-tree.ts';
import { folderTree, type Listing } from '../../adapters/source-tree/folder-tree.ts';
import { linksOut, walkFolder } from '../../adapters/source-tree/walk-folder.ts';
import { Fault } from '../../fault.ts';
import type { SourceTree } from '../../scan/source-tree.ts';

/** A folder of source code, listed, with what git knows of it. */
export type Source = {
  /** The folder, absolute. */
  readonly root: string;
  readonly tree: SourceTree;
  /** Null when git says nothing about this folder. */
  readonly git: WorkTree | null;
  /** Whether the folder differs from its commit; null without git. Asked while the source is read. */
  readonly dirty: Promise<boolean | null>;
  /** Why git says nothing, when that is worth telling. */
  readonly note: string | null;
};

/**
 * The source tree of a folder: what git lists in a work tree, else what a walk finds. `ignore` is written as in .gitignore.
 * Throws NOT_FOUND, NO_PERMISSION, and BAD_INPUT for what is no folder.
 */
export async function openSource(
  root: string,
  shown: string,
  ignore: readonly string[],
  asked: Pick<GitPlace, 'env' | 'signal'>,
): Promise<Source> {
  requireFolder(root, shown);
  const place = { folder: root, ...asked };
  const [found, listed] = await Promise.all([findWorkTree(place), listGitFiles(place)]);
  // A folder that git ignores as a whole is listed as empty: it is no part of that work tree.
  if (!('why' in found) && listed !== null && listed.paths.length > 0) {
    const unreadable = [...listed.unreadable, ...linksOut(root, listed.links)];
    const tree = folderTree(root, { paths: listed.paths, unreadable }, ignore);
    return { root, tree, git: found, dirty: isDirty(found), note: null };
  }
  const note =
    'why' in found && found.why !== null
      ? `git was not asked about ${shownPath(shown)}, so nobody knows who touched what: ${found.why}.`
      : null;
  const walked: Listing = walkFolder(root);
  return {
    root,
    tree: folderTree(root, walked, ignore),
    git: null,
    dirty: Promise.resolve(null),
    note,
  };
}

function requireFolder(root: string, shown: string): void {
  let isFolder: boolean;
  try {
    isFolder = statSync(root).isDirectory();
    // A folder inside that may not be read is told of, and the scan goes on; when nothing may be read there is no scan.
    if (isFolder) opendirSync(root).closeSync();
  } catch (error) {
    throw cannotRead(shown, 'source folder', error);
  }
  if (!isFolder)
    throw new Fault(
      'BAD_INPUT',
      `${shownPath(shown)} is a file; name the folder that holds the source code.`,
      { path: shown },
    );
}
