import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';

/** `haunted` as processes: run to its end, started, or kept as a part of a cluster. */

export const BIN = path.join(import.meta.dirname, '../../bin/haunted.js');

export type Said = { readonly code: number | null; readonly out: string; readonly err: string };

/** A process that can be killed, frozen, and started again. */
export type Part = {
  readonly start: (env?: Readonly<Record<string, string>>) => Promise<void>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly kill: () => Promise<void>;
  /** What it printed so far. */
  readonly said: () => string;
};

export function spawnHaunted(words: readonly string[], folder: string): ChildProcess {
  return spawn(process.execPath, [BIN, ...words], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
}

export async function runHaunted(words: readonly string[], folder: string): Promise<Said> {
  const child = spawnHaunted(words, folder);
  const said = { out: '', err: '' };
  child.stdout?.on('data', (data: Buffer) => (said.out += data.toString()));
  child.stderr?.on('data', (data: Buffer) => (said.err += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

export function partOf(words: readonly string[], folder: string, ready: RegExp): Part {
  let child: ChildProcess | null = null;
  let said = '';
  const isHaunted = words[0] === 'serve';
  const isRunning = (): boolean => child !== null && child.exitCode === null && child.signalCode === null;
  return {
    start: async (env = {}) => {
      const [program = '', ...rest] = isHaunted ? [process.execPath, BIN, ...words] : words;
      const started = spawn(program, rest, {
        cwd: folder,
        env: { ...process.env, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child = started;
      await new Promise<void>((resolve, reject) => {
        const hear = (data: Buffer): void => {
          said += data.toString();
          if (ready.test(said)) resolve();
        };
        started.stdout.on('data', hear);
        started.stderr.on('data', hear);
        started.once('exit', (code) =>
          reject(new Error(`${words.join(' ')} ended with ${String(code)}: ${said}`)),
        );
      });
    },
    signal: (signal) => void child?.kill(signal),
    kill: async () => {
      if (child === null || !isRunning()) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    said: () => said,
  };
}
