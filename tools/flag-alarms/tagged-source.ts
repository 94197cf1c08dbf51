import {
  bytesOfFiles,
  type CommitFile,
  filesOfCommit,
  resolveCommit,
} from '../../src/adapters/git/commit-files.ts';
import type { WorkTree } from '../../src/adapters/git/work-tree.ts';
import { folderTree } from '../../src/adapters/source-tree/folder-tree.ts';
import { ignoring } from '../../src/adapters/source-tree/ignoring.ts';
import { type DefinitionText, definitionText } from '../../src/cli/flags/definition-files.ts';
import type { Source } from '../../src/cli/flags/open-source.ts';
import { isMentionable } from '../../src/scan/reads/languages.ts';

/** The source of one release, as a scan takes it. */
export type TaggedSource = { readonly source: Source; readonly texts: readonly DefinitionText[] };

/** A bare repository as if it were a work tree: its commits are asked for, and nothing on disk. */
export function bareTree(folder: string, env: NodeJS.ProcessEnv): WorkTree {
  const place = { folder, env, signal: new AbortController().signal };
  return { place, top: folder, prefix: '', commit: null, isShallow: false };
}

/**
 * Opens releases of a repository one after another. A file that is the same in two of them is taken from git once; what only
 * older ones hold is forgotten. A definition file that a release lacks is passed over.
 */
export function sourceOpener(
  repo: WorkTree,
  definitionFiles: readonly string[],
  ignore: readonly string[],
): (tag: string) => Promise<TaggedSource> {
  let known = new Map<string, Buffer | null>();
  const isLeftOut = ignoring(ignore);
  return async (tag) => {
    const commit = await resolveCommit(repo, tag);
    const listed = await filesOfCommit(repo, commit, '');
    const wanted = listed.filter(
      ({ path }) => definitionFiles.includes(path) || (isMentionable(path) && !isLeftOut(path)),
    );
    const bytes = await bytesById(repo, wanted, known);
    known = bytes;
    const byPath = new Map(wanted.map(({ path, id }) => [path, bytes.get(id) ?? null]));
    const texts = definitionFiles.flatMap((path): DefinitionText[] => {
      const content = byPath.get(path) ?? null;
      if (content === null) return [];
      return [{ path, fromRoot: path, isFound: false, text: definitionText(content, path) }];
    });
    const root = repo.top;
    const paths = wanted.map(({ path }) => path);
    const tree = folderTree(root, { paths, unreadable: [] }, ignore, byPath);
    return { source: { root, tree, git: null, dirty: Promise.resolve(false), note: null }, texts };
  };
}

async function bytesById(
  repo: WorkTree,
  files: readonly CommitFile[],
  known: ReadonlyMap<string, Buffer | null>,
): Promise<Map<string, Buffer | null>> {
  const fresh = new Map(files.filter(({ id }) => !known.has(id)).map((file) => [file.id, file]));
  const read = await bytesOfFiles(repo, [...fresh.values()]);
  return new Map(
    files.map(({ id }) => {
      const file = fresh.get(id);
      if (file === undefined) return [id, known.get(id) ?? null];
      const now = read.get(file.path) ?? null;
      // What git gave is a part of one large answer; a copy lets that go.
      return [id, now === null ? null : Buffer.from(now)];
    }),
  );
}
