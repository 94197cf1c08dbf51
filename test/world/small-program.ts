import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A running copy of a small program, with a pid file beside it. */
export type SmallProgram = {
  readonly pid: number;
  readonly file: string;
  readonly stop: () => Promise<void>;
};

/**
 * Runs a copy of `sleep`, named smars, in a folder, and writes smars.pid there. `as` is what becomes of the file once it runs: another
 * build takes its name, as in a deploy without a restart, or it is gone.
 */
export async function startSmallProgram(
  folder: string,
  as: 'installed' | 'replaced' | 'deleted',
  environment: Readonly<Record<string, string>> = {},
): Promise<SmallProgram> {
  const file = path.join(folder, 'smars');
  copyFileSync('/bin/sleep', file);
  const child = spawn(file, ['1000'], { cwd: folder, stdio: 'ignore', env: environment });
  await once(child, 'spawn');
  const pid = child.pid ?? 0;
  writeFileSync(path.join(folder, 'smars.pid'), `${pid}\n`);
  if (as !== 'installed') rmSync(file);
  if (as === 'replaced') {
    copyFileSync('/bin/sleep', file);
    appendFileSync(file, 'another build');
  }
  return { pid, file, stop: async () => await end(child) };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
