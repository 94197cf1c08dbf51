import { spawn } from 'node:child_process';
import type { ChildProcessByStdio, SpawnOptions } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A process of a test, running and ready. */
export type LiveService = {
  readonly pid: number;
  /** The port it listens on; 0 for none. */
  readonly port: number;
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Ends it, and waits until it has ended. */
  readonly stop: () => Promise<void>;
};

/** Starts a program that prints "ready PORT" and ends with its stdin, and waits until it says so. */
export async function startService(
  file: string,
  words: readonly string[] = [],
  options: Pick<SpawnOptions, 'argv0' | 'env' | 'cwd' | 'uid' | 'gid'> = {},
): Promise<LiveService> {
  const child = spawn(file, words, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
  const port = await readiness(child, file);
  const { pid } = child;
  if (pid === undefined) throw new Error(`${file} has no process id`);
  const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
  return {
    pid,
    port,
    child,
    stop: async () => {
      child.stdin.on('error', () => {});
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await ended;
    },
  };
}

async function readiness(child: LiveService['child'], file: string): Promise<number> {
  let said = '';
  let complained = '';
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code}: ${complained}`)));
    child.stderr.on('data', (piece: Buffer) => (complained += piece.toString()));
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
      const match = /ready (\d+)/.exec(said);
      if (match !== null) resolve(Number(match[1]));
    });
  });
}

/** Services that a test starts, so that it can end them all, whatever happened. */
export function serviceCrew(): {
  readonly start: typeof startService;
  readonly stopAll: () => Promise<void>;
} {
  const running: LiveService[] = [];
  return {
    start: async (file, words, options) => {
      const service = await startService(file, words, options);
      running.push(service);
      return service;
    },
    stopAll: async () => {
      await Promise.all(running.splice(0).map((service) => service.stop()));
    },
  };
}
