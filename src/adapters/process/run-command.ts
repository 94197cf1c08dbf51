import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import process from 'node:process';

/** How a command ended. */
export type Ran = {
  /** Null when a signal ended it, or it never ran. */
  readonly exit_status: number | null;
  readonly signal: string | null;
  /** Why it could not be started; null when it was. */
  readonly failure: string | null;
  /** The first signal that reached haunted while it ran; null for none. */
  readonly interrupted: string | null;
};

type Options = {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where its standard output goes: ours, or our standard error when ours is an answer for a machine. */
  readonly stdout: 'stdout' | 'stderr';
  readonly onSignal: (signal: string, count: number) => void;
};

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * Runs a command to its end, without a shell, with our own standard streams: its output passes through unread. Signals that reach us are
 * passed on and do not end us, because somebody has to write down how it ended. Never throws for what the command does.
 */
export async function runCommand(argv: readonly string[], options: Options): Promise<Ran> {
  const [program = '', ...words] = argv;
  const { cwd, env, stdout, onSignal } = options;
  return await new Promise<Ran>((resolve) => {
    let interrupted: string | null = null;
    let count = 0;
    const child = spawn(program, words, {
      cwd,
      env: { ...env },
      stdio: ['inherit', stdout === 'stdout' ? 'inherit' : 2, 'inherit'],
    });
    const pass = (signal: NodeJS.Signals): void => {
      interrupted ??= signal;
      count += 1;
      onSignal(signal, count);
      // A terminal sends Ctrl-C to the command itself; twice would mean something else to many tools.
      const isFromTerminal = (signal === 'SIGINT' || signal === 'SIGQUIT') && isInForeground();
      if (!isFromTerminal) child.kill(signal);
    };
    for (const name of FORWARDED) process.on(name, pass);
    const end = (ran: Omit<Ran, 'interrupted'>): void => {
      for (const name of FORWARDED) process.off(name, pass);
      resolve({ ...ran, interrupted });
    };
    child.once('error', (error) => end({ exit_status: null, signal: null, failure: error.message }));
    child.once('exit', (exit_status, signal) => end({ exit_status, signal, failure: null }));
  });
}

/** Whether our terminal sends its keys to our group, and so to the command too, wherever its standard input comes from; see proc(5). */
function isInForeground(): boolean {
  const stat = readFileSync('/proc/self/stat', 'utf8');
  const [, , group, , , foreground] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return group !== undefined && group === foreground;
}
