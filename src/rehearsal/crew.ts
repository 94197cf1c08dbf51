import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { Fault } from '../fault.ts';

/** Every process the rehearsal has started and must not leave behind. */
export type Crew = {
  /** Aborted when the person at the keyboard, or the system, wants the rehearsal to end. */
  readonly signal: AbortSignal;
  /** The environment every child gets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly members: Set<ChildProcess>;
  /** True once the crew is dismissed: nobody may join any more. */
  isDismissed: boolean;
  /** Ends every process and waits until each is gone. */
  readonly dismiss: () => Promise<void>;
};

/** What one short run of a program said. */
export type Outcome = {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** A crew without members. An abort ends its members at once; so does the end of this process, whatever the reason. */
export function gatherCrew(signal: AbortSignal, env: Readonly<Record<string, string | undefined>>): Crew {
  const members = new Set<ChildProcess>();
  const kill = (): void => {
    for (const member of members) member.kill('SIGKILL');
  };
  process.on('exit', kill);
  signal.addEventListener('abort', kill);
  const crew: Crew = {
    signal,
    env: childEnvironment(env),
    members,
    isDismissed: false,
    dismiss: async () => {
      crew.isDismissed = true;
      await Promise.all([...members].map((member) => endMember(member, 'SIGKILL')));
      process.off('exit', kill);
      signal.removeEventListener('abort', kill);
    },
  };
  return crew;
}

/** Starts a process that belongs to the crew until it is gone. Throws INTERRUPTED once the crew has been told to stop. */
export function enlist(
  crew: Crew,
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly log: number | 'pipe';
    readonly isTalking: boolean;
    readonly env?: Readonly<Record<string, string>>;
  },
): ChildProcess {
  throwIfInterrupted(crew.signal);
  if (crew.isDismissed) throw new Error(`the rehearsal is over; ${file} is not started any more`);
  const child = spawn(file, [...args], {
    cwd: options.cwd,
    env: { ...crew.env, ...options.env },
    stdio: [options.isTalking ? 'pipe' : 'ignore', 'pipe', options.log],
  });
  crew.members.add(child);
  child.once('exit', () => crew.members.delete(child));
  child.once('error', () => crew.members.delete(child));
  return child;
}

/** Runs a program to its end and answers with what it said. Throws INTERRUPTED when the crew is told to stop meanwhile. */
export async function runOnce(
  crew: Crew,
  file: string,
  args: readonly string[],
  cwd: string,
): Promise<Outcome> {
  const child = enlist(crew, file, args, { cwd, log: 'pipe', isTalking: false });
  const said = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const [exit] = (await once(child, 'close')) as [number | null];
  throwIfInterrupted(crew.signal);
  return { exit, ...said };
}

/** Ends one process with a signal and waits until it is gone. */
export async function endMember(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Throws the one fault that says that somebody ended the rehearsal. */
export function throwIfInterrupted(signal: AbortSignal): void {
  if (signal.aborted)
    throw new Fault('INTERRUPTED', 'The rehearsal was interrupted; every process it had started is ended.');
}

// Options for Node that are meant for this process must not change what the executables and the command do.
function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(env).filter(
      ([name]) => !name.startsWith('HAUNTED_') && name !== 'NODE_OPTIONS' && name !== 'NODE_CHANNEL_FD',
    ),
  );
}
