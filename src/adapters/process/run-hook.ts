import { spawn } from 'node:child_process';

const MOST_SHOWN = 400;

type Options = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds after which it is ended. */
  readonly timeLimitMs: number;
};

/**
 * Tells a program something as JSON on its standard input, once and without a shell. Null when it ended with 0, else one clause that
 * says what went wrong. It is never tried again by itself, and never throws.
 */
export async function runHook(
  argv: readonly string[],
  message: unknown,
  { cwd, env, timeLimitMs }: Options,
): Promise<string | null> {
  const [program = '', ...words] = argv;
  return await new Promise<string | null>((resolve) => {
    const child = spawn(program, words, { cwd, env: { ...env }, stdio: ['pipe', 'ignore', 'pipe'] });
    let said = '';
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      child.kill('SIGKILL');
    }, timeLimitMs);
    const end = (what: string | null): void => {
      clearTimeout(timer);
      const heard = said.trim().replaceAll(/\s+/g, ' ');
      resolve(what === null ? null : `${program} ${what}${heard === '' ? '' : `: ${heard}`}`);
    };
    child.stderr.on('data', (data: Buffer) => {
      if (said.length < MOST_SHOWN) said = (said + data.toString()).slice(0, MOST_SHOWN);
    });
    // It may not want to read.
    child.stdin.on('error', () => undefined);
    child.once('error', (error) => end(`could not be run (${error.message})`));
    child.once('exit', (code, signal) => {
      // A child of its own may hold its stderr open; what it says later is not waited for.
      child.stderr.destroy();
      if (isLate) end(`did not end within ${timeLimitMs / 1_000} s`);
      else end(code === 0 ? null : code === null ? `was ended by ${String(signal)}` : `ended with ${code}`);
    });
    child.stdin.end(`${JSON.stringify(message)}\n`);
  });
}
