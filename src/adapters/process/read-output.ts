import { spawn } from 'node:child_process';
import { killGroup } from '../../agent/traffic/run-hook.ts';

/** What a program printed, or one clause on why that does not count. */
type Output = { readonly ok: true; readonly stdout: Buffer } | { readonly ok: false; readonly why: string };

type Options = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
  /** More than this on its standard output is no answer. */
  readonly maxBytes: number;
};

/** How much of what a program complains about is kept, in characters. */
const COMPLAINT = 400;
/** How long after its end what it printed is waited for, in milliseconds: what it left running may hold the pipe. */
const LAST_WORDS_MS = 2_000;

/**
 * Runs a program to its end, without a shell, and reads what it prints. It has a group of its own: Ctrl-C on our terminal is for us and does
 * not reach it, and the end of the time limit reaches all that it started. Never throws.
 */
export async function readOutput(argv: readonly string[], options: Options): Promise<Output> {
  const { cwd, env, timeLimitMs, maxBytes } = options;
  const [program = '', ...words] = argv;
  return await new Promise<Output>((resolve) => {
    const child = spawn(program, words, {
      cwd,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = '';
    let stopped: string | null = null;
    const stop = (why: string): void => {
      stopped ??= why;
      killGroup(child);
    };
    const late = setTimeout(() => stop('it did not answer in time'), timeLimitMs);
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) chunks.push(chunk);
      else stop(`the program that asks it printed more than ${maxBytes / 1_048_576} MiB`);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      complaint = (complaint + chunk).slice(-2 * COMPLAINT);
    });
    const end = (how: string | null): void => {
      clearTimeout(late);
      child.stdout.destroy();
      child.stderr.destroy();
      const said = lastLine(complaint);
      if (stopped !== null) resolve({ ok: false, why: stopped });
      else if (how === null) resolve({ ok: true, stdout: Buffer.concat(chunks) });
      else resolve({ ok: false, why: `the program that asks it ${how}${said === '' ? '' : `: ${said}`}` });
    };
    child.once('error', (error) => end(`could not be run (${error.message})`));
    child.once('exit', (code, signal) => {
      const how = code === null ? `was ended by ${String(signal)}` : code === 0 ? null : `ended with ${code}`;
      const waiting = setTimeout(() => end(how), LAST_WORDS_MS);
      child.once('close', () => {
        clearTimeout(waiting);
        end(how);
      });
    });
  });
}

function lastLine(text: string): string {
  const line =
    text
      .trim()
      .split(/[\r\n]+/)
      .at(-1) ?? '';
  return line
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ')
    .slice(-COMPLAINT)
    .trim()
    .toWellFormed();
}
