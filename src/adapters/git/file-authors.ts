import path from 'node:path';
import { askGit } from './run-git.ts';
import type { WorkTree } from './work-tree.ts';

const YEAR_S = 365 * 86_400;
const FILES_AT_ONCE = 1_000;

type Commit = { readonly at: number; readonly by: string };

/**
 * Who works on each file, by its path below the folder: the author of most of its commits in the year before the newest commit
 * of all, or, when there are none, of most of its commits ever. With equally many the one who came last. Merges do not count.
 * Of a history that is cut off in that year nobody can say who made most of its commits, and of one that is cut off earlier
 * nobody can say who ever did.
 */
export async function authorsOfFiles(
  tree: WorkTree,
  files: readonly string[],
  newest?: Promise<number>,
): Promise<ReadonlyMap<string, string>> {
  const authors = new Map<string, string>();
  if (tree.commit === null || files.length === 0) return authors;
  const since = (await (newest ?? newestCommit(tree))) - YEAR_S;
  const { isShallow } = tree;
  if (isShallow && (await beginningOf(tree)) > since) return authors;
  for (let from = 0; from < files.length; from += FILES_AT_ONCE) {
    const asked = new Map(files.slice(from, from + FILES_AT_ONCE).map((file) => [file, fromTop(tree, file)]));
    // Most files have a commit of that year, and then git need not go back further: that is most of what it costs.
    const recent =
      since > 0 ? await historyOf(tree, [...asked.values()], since) : new Map<string, Commit[]>();
    const quiet = [...asked.values()].filter((place) => !recent.has(place));
    const ever = quiet.length === 0 || isShallow ? recent : await historyOf(tree, quiet, null);
    for (const [file, place] of asked) {
      const author = mostOften(recent.get(place) ?? ever.get(place) ?? []);
      if (author !== null) authors.set(file, author);
    }
  }
  return authors;
}

/** Asks who works on files as they become known, while something else goes on. */
export type AuthorAsker = {
  /** Wants to know of these files; one that was asked about before is not asked about again. */
  ask(files: readonly string[]): void;
  /** Who works on each file that was asked about, once git has answered. */
  answers(): Promise<ReadonlyMap<string, string>>;
};

/** Asks `authorsOfFiles` for files that become known bit by bit. */
export function authorAsker(tree: WorkTree): AuthorAsker {
  const known = new Set<string>();
  const asked: Promise<ReadonlyMap<string, string>>[] = [];
  let newest: Promise<number> | null = null;
  return {
    ask: (files) => {
      const fresh = files.filter((file) => !known.has(file));
      for (const file of fresh) known.add(file);
      if (fresh.length === 0) return;
      newest ??= newestCommit(tree);
      asked.push(authorsOfFiles(tree, fresh, newest));
    },
    answers: async () => new Map((await Promise.all(asked)).flatMap((found) => [...found])),
  };
}

async function newestCommit({ place }: WorkTree): Promise<number> {
  const { stdout } = await askGit(place, ['log', '-1', '--format=%ct']);
  return Number(stdout.toString().trim());
}

/** When the latest of the commits was made before which a shallow clone knows nothing. */
async function beginningOf({ place }: WorkTree): Promise<number> {
  const { code, stdout } = await askGit(place, ['log', '--max-parents=0', '--format=%ct']);
  const times = stdout.toString().split('\n').filter(Boolean).map(Number);
  return code === 0 && times.length > 0 ? Math.max(...times) : Number.POSITIVE_INFINITY;
}

function fromTop({ prefix }: WorkTree, file: string): string {
  return path.posix.join(prefix, file);
}

/** The commits later than a time that touched each file, by its path from the top, the newest first. */
async function historyOf(
  { place, top, isShallow }: WorkTree,
  files: readonly string[],
  since: number | null,
): Promise<ReadonlyMap<string, Commit[]>> {
  const still = ['--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
  const words = ['log', ...still, '--name-only', '-z', '--format=%x01%ct%x02%P%x02%aN'];
  const { stdout } = await askGit({ ...place, folder: top }, [
    '--literal-pathspecs',
    ...words,
    ...(since === null ? [] : [`--since=@${since} +0000`]),
    '--',
    ...files,
  ]);
  const history = new Map<string, Commit[]>();
  for (const part of stdout.toString().split('\u0001').slice(1)) {
    const [head = '', ...names] = part.split(/[\0\n]+/);
    const [at = '', parents = '', by = ''] = head.split('\u0002');
    if (by === '' || (isShallow && parents === '')) continue;
    if (since !== null && Number(at) <= since) continue;
    for (const name of names) {
      if (name === '') continue;
      const commits = history.get(name);
      if (commits === undefined) history.set(name, [{ at: Number(at), by }]);
      else commits.push({ at: Number(at), by });
    }
  }
  return history;
}

/** The author of most of the commits; the first of them with equally many. */
function mostOften(commits: readonly Commit[]): string | null {
  const counts = new Map<string, number>();
  for (const { by } of commits) counts.set(by, (counts.get(by) ?? 0) + 1);
  let best: string | null = null;
  for (const [by, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = by;
  return best;
}
