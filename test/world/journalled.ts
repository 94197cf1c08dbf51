import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';

const MAIN = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');

/** One line of a journal. */
type Line = {
  readonly event: string;
  readonly sentence: string;
  readonly url?: string;
  readonly code?: string;
  readonly doors?: Readonly<Record<string, string>>;
};

/** A running command that tells what happens as JSON lines on stderr. */
export type Journalled = {
  readonly child: ChildProcess;
  readonly lines: () => readonly Line[];
  /** The first line after those already waited for that has this event; waits for it. */
  readonly next: (event: string) => Promise<Line>;
  /** Its exit code and signal. */
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
};

/** How a command is started: the program with its first words, and what its environment holds beside PATH and HOME. */
export type Start = {
  readonly program?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Starts a `haunted` command in a process of its own. */
export function startJournalled(
  words: readonly string[],
  cwd: string,
  { program = [process.execPath, MAIN], env = {} }: Start = {},
): Journalled {
  const [file = '', ...first] = program;
  const child = spawn(file, [...first, ...words], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: cwd, ...env },
  });
  const lines: Line[] = [];
  let raw = '';
  let read = 0;
  const waiting = new Set<() => void>();
  child.stderr.on('data', (piece: Buffer) => {
    raw += piece.toString();
    const whole = raw.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
    lines.splice(0, lines.length, ...whole.map((line) => JSON.parse(line) as Line));
    for (const wake of Array.from(waiting)) wake();
  });
  const ended = new Promise<readonly [number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('exit', (code, signal) => {
      resolve([code, signal]);
      for (const wake of Array.from(waiting)) wake();
    });
  });
  const next = async (event: string): Promise<Line> => {
    for (;;) {
      const at = lines.findIndex((line, index) => index >= read && line.event === event);
      const found = lines[at];
      if (found !== undefined) {
        read = at + 1;
        return found;
      }
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(`${words.join(' ')} ended with ${child.exitCode ?? child.signalCode}: ${raw}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          resolve();
        };
        waiting.add(wake);
      });
    }
  };
  return { child, lines: () => lines, next, ended };
}
