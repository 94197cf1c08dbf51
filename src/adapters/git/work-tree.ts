import { askGit, type GitPlace, zeroSplit } from './run-git.ts';

/** A git work tree around a folder. */
export type WorkTree = {
  readonly place: GitPlace;
  /** The top folder of the work tree, absolute. */
  readonly top: string;
  /** The folder's path below the top: empty, or ending with a slash. */
  readonly prefix: string;
  /** The commit checked out; null when there is none yet. */
  readonly commit: string | null;
  /** Whether history was cut off when it was fetched: then what the oldest commit says about lines is not known. */
  readonly isShallow: boolean;
};

/** Why git says nothing about a folder: a clause. Null when the folder simply lies in no work tree. */
export type NoWorkTree = { readonly why: string | null };

/** The work tree that a folder lies in, or why git says nothing about it. */
export async function findWorkTree(place: GitPlace): Promise<WorkTree | NoWorkTree> {
  const asked = ['rev-parse', '--show-toplevel', '--show-prefix', '--is-shallow-repository', 'HEAD'];
  const { code, stdout, stderr, isMissing } = await askGit(place, asked);
  if (isMissing) return { why: 'there is no git on this machine' };
  const [top = '', prefix = '', shallow = '', head = ''] = stdout.toString().split('\n');
  // Without a commit HEAD names nothing, and git ends with 128 after it has answered the rest.
  if (top === '' || (code !== 0 && head !== 'HEAD')) return { why: whyNot(stderr) };
  const filters = await filtersOf(place);
  if ('why' in filters) return filters;
  return {
    place: { ...place, filters: filters.names },
    top,
    prefix,
    commit: /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(head) ? head : null,
    isShallow: shallow === 'true',
  };
}

const MOST_FILTERS = 100;

/**
 * The filters that the configuration names: programs which git would run over the files. One that cannot be switched off by its
 * name is a reason not to ask git at all.
 */
async function filtersOf(place: GitPlace): Promise<{ readonly names: readonly string[] } | NoWorkTree> {
  const words = ['config', '--null', '--name-only', '--get-regexp', String.raw`^filter\.`];
  const { code, stdout, stderr } = await askGit(place, words);
  // 1 is git's word for "there is none".
  if (code !== 0 && code !== 1) return { why: whyNot(stderr) ?? 'git could not read its configuration' };
  const keys = zeroSplit(stdout).map((key) => key.slice('filter.'.length));
  const names = new Set(
    keys.flatMap((key) => (key.includes('.') ? [key.slice(0, key.lastIndexOf('.'))] : [])),
  );
  // `-c` takes what stands before the first equals sign for the name.
  if (names.size > MOST_FILTERS || [...names].some((name) => name.includes('=')))
    return {
      why: `its configuration names more than ${MOST_FILTERS} filters or one with = in its name, which cannot be switched off`,
    };
  return { names: [...names] };
}

function whyNot(stderr: string): string | null {
  if (/not a git repository|must be run in a work tree/.test(stderr)) return null;
  if (stderr.includes('dubious ownership'))
    return 'the repository belongs to another user, and git reads it only after `git config --global --add safe.directory FOLDER`';
  const [first = ''] = stderr.split('\n');
  return `git said: ${first === '' ? 'nothing' : first.replace(/^fatal: /, '')}`;
}

/** Whether what lies in the folder differs from the commit, new files counted; null when git could not say. */
export async function isDirty({ place, commit }: WorkTree): Promise<boolean | null> {
  if (commit === null) return true;
  const words = ['status', '--porcelain', '-z', '--untracked-files=normal', '--ignore-submodules=dirty'];
  const { code, stdout } = await askGit(place, [...words, '--', '.']);
  return code === 0 ? stdout.length > 0 : null;
}
