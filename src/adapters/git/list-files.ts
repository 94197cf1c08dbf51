import { askGit, type GitPlace, zeroSplit } from './run-git.ts';

type Named = { readonly file: string; readonly reason: string };

/** The files of a work tree below a folder, and what of it is not read, with the reason. */
export type GitListing = {
  readonly paths: readonly string[];
  /** Symbolic links, which are not among the paths. */
  readonly links: readonly string[];
  readonly unreadable: readonly Named[];
};

const SUBMODULE = 'it is a submodule: a repository of its own, scan it by itself';

/**
 * The files that git knows below the folder, and those it does not know and does not ignore; null when git could not list them.
 * Submodules and other repositories inside are not read, and files that a sparse checkout leaves out are not there.
 */
export async function listGitFiles(place: GitPlace): Promise<GitListing | null> {
  const words = ['ls-files', '-z', '-t', '--stage', '--cached', '--others', '--exclude-standard'];
  const { code, stdout } = await askGit(place, words);
  if (code !== 0) return null;
  const paths: string[] = [];
  const links: string[] = [];
  const unreadable: Named[] = [];
  let absent = 0;
  for (const entry of zeroSplit(stdout)) {
    const [tag, mode, path] = partsOf(entry);
    if (tag === 'S') absent += 1;
    else if (mode === '160000') unreadable.push({ file: path, reason: SUBMODULE });
    else if (path.endsWith('/')) unreadable.push({ file: path.slice(0, -1), reason: NESTED });
    else if (mode === '120000') links.push(path);
    else paths.push(path);
  }
  if (absent > 0)
    unreadable.push({
      file: '.',
      reason: `${absent} file${absent === 1 ? ' is' : 's are'} left out of this checkout (sparse checkout)`,
    });
  return { paths, links, unreadable };
}

const NESTED = 'it is a git repository of its own, scan it by itself';

/** `H 100644 <digest> 0<TAB>path` for what git knows, `? path` for what it does not. */
function partsOf(entry: string): readonly [tag: string, mode: string, path: string] {
  const tag = entry.slice(0, 1);
  if (tag === '?') return [tag, '', entry.slice(2)];
  return [tag, entry.slice(2, 8), entry.slice(entry.indexOf('\t') + 1)];
}
