import { closeSync, openSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Fault } from '../fault.ts';
import { type Crew, endMember, enlist, throwIfInterrupted } from './crew.ts';

const PATIENCE_MS = 60_000;

/** A running program of the rehearsal that does what it is asked over its pipes. */
export type Program = {
  readonly name: string;
  readonly pid: number;
  /** The port it listens on; 0 when it listens on none. */
  readonly port: number;
  /** Asks for one thing and waits for the answer. Throws UNREACHABLE when the program is gone or silent for a minute. */
  readonly ask: (verb: string, words?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly stop: () => Promise<void>;
};

type Waiting = { readonly resolve: (answer: unknown) => void; readonly reject: (error: Error) => void };
type Line = {
  readonly id?: number;
  readonly answer?: unknown;
  readonly error?: string;
  readonly ready?: Readonly<Record<string, unknown>>;
};

/** Starts a program and waits until it says that it is up. What it writes to stderr goes to the log file. */
export async function startProgram(
  crew: Crew,
  spec: {
    readonly name: string;
    readonly file: string;
    readonly args: readonly string[];
    readonly cwd: string;
    readonly log: string;
    /** Variables of its environment beside those every child gets. */
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<Program> {
  const log = openSync(spec.log, 'a', 0o600);
  const child = enlist(crew, spec.file, spec.args, {
    cwd: spec.cwd,
    log,
    isTalking: true,
    env: spec.env ?? {},
  });
  closeSync(log);
  const talk = talkWith(crew, child, spec.name, spec.log);
  const facts = await talk.up;
  return {
    name: spec.name,
    pid: Number(facts['pid']),
    port: Number(facts['port'] ?? 0),
    ask: talk.ask,
    stop: () => endMember(child, 'SIGTERM'),
  };
}

function talkWith(
  crew: Crew,
  child: ChildProcess,
  name: string,
  log: string,
): {
  readonly up: Promise<Readonly<Record<string, unknown>>>;
  readonly ask: Program['ask'];
} {
  const waitingById = new Map<number, Waiting>();
  let lastId = 0;
  let isGone = false;
  const up = Promise.withResolvers<Readonly<Record<string, unknown>>>();

  const lose = (): void => {
    isGone = true;
    const fault = crew.signal.aborted ? interrupted() : gone(name, log);
    up.reject(fault);
    for (const waiting of waitingById.values()) waiting.reject(fault);
    waitingById.clear();
  };
  child.once('exit', lose);
  child.once('error', lose);
  child.stdin?.on('error', () => undefined);
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Line;
      if (line.ready !== undefined) return up.resolve(line.ready);
      const waiting = waitingById.get(line.id ?? -1);
      waitingById.delete(line.id ?? -1);
      if (line.error === undefined) waiting?.resolve(line.answer);
      else waiting?.reject(new Error(`${name}: ${line.error}`));
    });

  const ask: Program['ask'] = async (verb, words = {}) => {
    throwIfInterrupted(crew.signal);
    if (isGone) throw gone(name, log);
    lastId += 1;
    const id = lastId;
    const answer = new Promise<unknown>((resolve, reject) => waitingById.set(id, { resolve, reject }));
    child.stdin?.write(`${JSON.stringify({ ...words, id, verb })}\n`);
    const timer = setTimeout(() => waitingById.get(id)?.reject(silent(name, verb)), PATIENCE_MS);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
    }
  };
  return { up: up.promise, ask };
}

function interrupted(): Fault {
  return new Fault('INTERRUPTED', 'The rehearsal was interrupted; every process it had started is ended.');
}

function gone(name: string, log: string): Fault {
  return new Fault('UNREACHABLE', `${name} of the rehearsal ended by itself: its last words are in ${log}.`);
}

function silent(name: string, verb: string): Fault {
  return new Fault(
    'UNREACHABLE',
    `${name} of the rehearsal did not answer ${JSON.stringify(verb)} within ${PATIENCE_MS / 1000} s; try again when the machine is less busy.`,
  );
}
