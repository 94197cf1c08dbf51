import { Fault } from '../../fault.ts';
import { askGit, type GitPlace, zeroSplit } from './run-git.ts';
import type { WorkTree } from './work-tree.ts';

/** A file of a commit. The path starts at the top of the work tree. */
export type CommitFile = { readonly path: string; readonly id: string; readonly bytes: number };

const MAX_FILE = 8 * 1024 * 1024;
const MAX_ALL = 192 * 1024 * 1024;

/** The commit that a name stands for. Throws NOT_FOUND when there is none here. */
export async function resolveCommit({ place }: WorkTree, name: string): Promise<string> {
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  const { code, stdout } = await askGit(place, words);
  if (code === 0) return stdout.toString().trim();
  const cure = 'check the name, or fetch it first, such as `git fetch --depth=1 origin NAME:NAME`';
  throw new Fault('NOT_FOUND', `There is no commit ${JSON.stringify(name)} in this repository; ${cure}.`);
}

/** The files of a commit at or below a path from the top; the whole commit for an empty path. Links and submodules are left out. */
export async function filesOfCommit(
  tree: WorkTree,
  commit: string,
  under: string,
): Promise<readonly CommitFile[]> {
  const below = under === '' ? [] : [under];
  const words = ['ls-tree', '-r', '-z', '-l', '--full-tree', commit, '--', ...below];
  const { code, stdout, stderr } = await askGit(atTop(tree), words);
  if (code !== 0) throw unlisted(commit, stderr);
  return zeroSplit(stdout).flatMap((entry) => {
    const tab = entry.indexOf('\t');
    const [mode = '', , id = '', bytes = ''] = entry.slice(0, tab).split(/ +/);
    return mode.startsWith('100') ? [{ path: entry.slice(tab + 1), id, bytes: Number(bytes) || 0 }] : [];
  });
}

/** Which paths from the top differ between a commit and what lies in the folder now, files git knows only. */
export async function changedSince(tree: WorkTree, commit: string, under: string): Promise<Set<string>> {
  // Whether a submodule is dirty git asks a child, which would follow that repository's own configuration.
  const still = ['--no-renames', '--no-ext-diff', '--no-textconv', '--ignore-submodules=all'];
  const words = ['diff', '--name-only', '-z', ...still, commit, '--'];
  const below = under === '' ? [] : [under];
  const { code, stdout, stderr } = await askGit(atTop(tree), ['--literal-pathspecs', ...words, ...below]);
  if (code !== 0) throw unlisted(commit, stderr);
  return new Set(zeroSplit(stdout));
}

/** The bytes of files of a commit, by path; null for a file that is too large or does not fit beside the others. */
export async function bytesOfFiles(
  { place }: WorkTree,
  files: readonly CommitFile[],
): Promise<Map<string, Buffer | null>> {
  const bytes = new Map<string, Buffer | null>();
  const wanted: CommitFile[] = [];
  let room = MAX_ALL;
  for (const file of files) {
    if (file.bytes > MAX_FILE || file.bytes > room) bytes.set(file.path, null);
    else {
      room -= file.bytes;
      wanted.push(file);
    }
  }
  if (wanted.length === 0) return bytes;
  const { stdout } = await askGit(place, ['cat-file', '--batch'], wanted.map(({ id }) => `${id}\n`).join(''));
  let at = 0;
  for (const { path } of wanted) {
    const end = stdout.indexOf('\n', at);
    const size = Number(/ blob (\d+)$/.exec(stdout.toString('latin1', at, end))?.[1] ?? Number.NaN);
    // A blob that a partial clone does not hold is one line that says so.
    bytes.set(path, Number.isNaN(size) ? null : stdout.subarray(end + 1, end + 1 + size));
    at = Number.isNaN(size) ? end + 1 : end + 2 + size;
  }
  return bytes;
}

function atTop({ place, top }: WorkTree): GitPlace {
  return { ...place, folder: top };
}

function unlisted(commit: string, stderr: string): Fault {
  const [first = ''] = stderr.split('\n');
  return new Fault(
    'BAD_INPUT',
    `The files of commit ${commit} cannot be listed; git said: ${first.replace(/^fatal: /, '')}.`,
  );
}
