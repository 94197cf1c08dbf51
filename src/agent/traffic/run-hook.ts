import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import process from 'node:process';

export type HookRun = {
  readonly command: readonly string[];
  readonly input: string;
  readonly limitMs: number;
  readonly env: Readonly<Record<string, string>>;
};

/** How much of what a program complains about is kept, in characters. */
const COMPLAINT = 200;
/** How long the last complaints of a program that ended are waited for, in milliseconds: what it left running may hold the pipe. */
const LAST_WORDS_MS = 200;

/**
 * Runs a program to its end, without a shell, and kills it with all it started when it takes too long. Null when it ended with 0,
 * else one sentence saying what happened.
 */
export async function runHook({ command, input, limitMs, env }: HookRun): Promise<string | null> {
  const [program = '', ...words] = command;
  const child = start(program, words, env);
  if (child === null) return `${program} could not be run (its words hold a null character).`;
  const complaint = lastWords(child);
  let isLate = false;
  const late = setTimeout(() => {
    isLate = true;
    killGroup(child);
  }, limitMs);
  // A program that does not read its stdin is no failure.
  child.stdin?.on('error', () => child.stdin?.destroy());
  child.stdin?.end(input);
  const ending = await endOf(child);
  clearTimeout(late);
  child.stderr?.destroy();
  if (isLate) return `${program} did not end within ${limitMs / 1_000} s and was killed.`;
  if (ending === null) return null;
  const said = complaint();
  return `${program} ${ending}${said === '' ? '.' : `: ${said}`}`;
}

function start(program: string, words: readonly string[], env: HookRun['env']): ChildProcess | null {
  try {
    // A group of its own, so that the end of the time limit reaches what it started too.
    return spawn(program, words, { stdio: ['pipe', 'ignore', 'pipe'], env: { ...env }, detached: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_INVALID_ARG_VALUE') return null;
    throw error;
  }
}

/** Null for exit status 0. */
async function endOf(child: ChildProcess): Promise<string | null> {
  return await new Promise((resolve) => {
    let waiting: NodeJS.Timeout | undefined;
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve(`could not be run (${error.code ?? error.message})`),
    );
    child.once('exit', (code, signal) => {
      const ending = code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with ${code}`;
      const tell = (): void => {
        clearTimeout(waiting);
        resolve(code === 0 ? null : ending);
      };
      waiting = setTimeout(tell, LAST_WORDS_MS);
      child.once('close', tell);
    });
  });
}

/** Kills a child that has a group of its own, with all it started. */
export function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    // It ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The first line of what it said on stderr, as plain text. */
function lastWords(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    if (text.length < COMPLAINT) text += chunk;
  });
  return () =>
    (text.split('\n')[0] ?? '')
      .replaceAll(/[^\x20-\x7e]/g, ' ')
      .slice(0, COMPLAINT)
      .trim();
}
