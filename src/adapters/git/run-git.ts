import { spawn } from 'node:child_process';

/** Where git is asked, and with what of the caller's environment. */
export type GitPlace = {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** The filters of the repository's configuration, which are switched off; `findWorkTree` fills it in. */
  readonly filters?: readonly string[];
};

/** What one git command said. `code` is null when it did not run or was stopped, and then `stderr` says why. */
export type GitAnswer = {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** Whether there is no program called git here. */
  readonly isMissing: boolean;
};

const MAX_OUTPUT = 256 * 1024 * 1024;
const MAX_WORDS = 64 * 1024;

// The tree looked at may be a stranger's: nothing that its configuration names is run, and nothing is fetched.
const GUARDS = [
  '--no-pager',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'core.quotePath=false', 'diff.external=']
    .concat(['blame.ignoreRevsFile=', 'log.showSignature=false', 'protocol.allow=never', 'color.ui=false'])
    .flatMap((setting) => ['-c', setting]),
];

/** Asks git one question, without a shell. Never throws: what could not be asked is in the answer. */
export async function askGit(place: GitPlace, words: readonly string[], input?: string): Promise<GitAnswer> {
  const child = spawn('git', [...GUARDS, ...(place.filters ?? []).flatMap(withoutFilter), ...words], {
    cwd: place.folder,
    env: environmentFor(place.env),
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    signal: place.signal,
  });
  const parts: Buffer[] = [];
  let size = 0;
  let said = '';
  child.stdout?.on('data', (part: Buffer) => {
    size += part.length;
    if (size > MAX_OUTPUT) child.kill('SIGKILL');
    else parts.push(part);
  });
  child.stderr?.on('data', (part: Buffer) => {
    if (said.length < MAX_WORDS) said += part.toString();
  });
  // A child that ends before it has read its input says so by its exit code.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(input);
  return await new Promise<GitAnswer>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const isMissing = error.code === 'ENOENT';
      resolve({ code: null, stdout: Buffer.alloc(0), stderr: error.message, isMissing });
    });
    child.once('close', (code) => {
      const stderr = size > MAX_OUTPUT ? 'git said more than 256 MiB' : said.trim();
      resolve({
        code: size > MAX_OUTPUT ? null : code,
        stdout: Buffer.concat(parts),
        stderr,
        isMissing: false,
      });
    });
  });
}

/** A filter is a program that git runs for a file which may have changed. One without a program leaves the file as it is. */
function withoutFilter(name: string): string[] {
  return ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((setting) => [
    '-c',
    `filter.${name}.${setting}`,
  ]);
}

/** The words between NUL bytes. */
export function zeroSplit(bytes: Buffer): string[] {
  const text = bytes.toString();
  return text === '' ? [] : text.replace(/\0$/, '').split('\0');
}

/** A hook runs with variables that bind git to one repository and index; we ask about the folder that was named. */
function environmentFor(env: GitPlace['env']): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(
    ([name]) => !name.startsWith('GIT_') || /^GIT_(?:CONFIG|CEILING_DIRECTORIES$|EXEC_PATH$)/.test(name),
  );
  return {
    ...Object.fromEntries(kept),
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    LC_ALL: 'C',
  };
}
