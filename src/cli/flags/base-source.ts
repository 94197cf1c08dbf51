import path from 'node:path';
import {
  bytesOfFiles,
  changedSince,
  type CommitFile,
  filesOfCommit,
} from '../../adapters/git/commit-files.ts';
import type { WorkTree } from '../../adapters/git/work-tree.ts';
import { folderTree } from '../../adapters/source-tree/folder-tree.ts';
import type { SourceTree } from '../../scan/source-tree.ts';
import { type DefinitionPlace, definitionText, type DefinitionText } from './definition-files.ts';

type Base = { readonly git: WorkTree; readonly root: string; readonly commit: string };

/**
 * The source tree of a folder as it was at a commit. Only files that differ are taken from git; the others are those on disk, which
 * may have been read already.
 */
export async function sourceAtCommit(
  { git, root, commit }: Base,
  ignore: readonly string[],
): Promise<SourceTree> {
  const under = git.prefix.replace(/\/$/, '');
  const [files, changed] = await Promise.all([
    filesOfCommit(git, commit, under),
    changedSince(git, commit, under),
  ]);
  const bytes = await bytesOfFiles(
    git,
    files.filter(({ path }) => changed.has(path)),
  );
  const local = (file: string): string => file.slice(git.prefix.length);
  return folderTree(
    root,
    { paths: files.map(({ path }) => local(path)), unreadable: [] },
    ignore,
    new Map([...bytes].map(([file, content]) => [local(file), content])),
  );
}

/**
 * The definition files as they were at a commit: those that are named and were there, and of a named folder all that were in it
 * then. A file outside of the work tree has no past, and is taken as it is.
 */
export async function definitionsAtCommit(
  { git, root, commit }: Base,
  words: readonly string[],
  now: readonly DefinitionText[],
  cwd: string,
): Promise<readonly DefinitionText[]> {
  const texts: DefinitionText[] = [];
  for (const word of words) {
    const file = path.resolve(cwd, word);
    const fromTop = path.relative(git.top, file).split(path.sep).join('/');
    if (fromTop.startsWith('../') || path.isAbsolute(fromTop)) {
      texts.push(...now.filter((text) => path.resolve(root, text.fromRoot) === file));
      continue;
    }
    const then = await filesOfCommit(git, commit, fromTop);
    const isFolder = then.length > 1 || then[0]?.path !== fromTop;
    const wanted = isFolder ? then.filter((each) => isDataFile(each.path)) : then;
    texts.push(...(await textsOf(git, wanted, { root, word, file, isFolder })));
  }
  return texts;
}

type Named = Pick<DefinitionPlace, 'file'> & {
  readonly root: string;
  readonly word: string;
  readonly isFolder: boolean;
};

async function textsOf(
  git: WorkTree,
  files: readonly CommitFile[],
  { root, word, file, isFolder }: Named,
): Promise<DefinitionText[]> {
  const bytes = await bytesOfFiles(git, files);
  return [...bytes].flatMap(([at, content]) => {
    if (content === null) return [];
    const absolute = path.join(git.top, at);
    const fromRoot = path.relative(root, absolute).split(path.sep).join('/');
    const typed = isFolder ? path.join(word, path.relative(file, absolute)) : word;
    const shown = fromRoot.startsWith('../') ? typed : fromRoot;
    return [{ path: shown, fromRoot, isFound: isFolder, text: definitionText(content, shown) }];
  });
}

function isDataFile(file: string): boolean {
  return /\.(?:json5?|jsonc|ya?ml|toml|csv)$/i.test(file) && !/(?:^|\/)(?:\.|node_modules\/)/.test(file);
}
