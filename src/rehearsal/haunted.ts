import path from 'node:path';
import process from 'node:process';
import { writeFile } from 'node:fs/promises';
import { Fault } from '../fault.ts';
import type { Gate } from '../model/intent.ts';
import { Verdict } from '../model/verdict.ts';
import { type Crew, type Outcome, runOnce } from './crew.ts';

/** The public keys of the builder and of every server, in the folder of the rehearsal. */
export const KEYRING = 'keyring.json';

/** The `haunted` command, run in the folder of the rehearsal as a user would run it there. */
export type Haunted = {
  /** Runs it and throws when it does not end with 0. */
  readonly must: (words: readonly string[]) => Promise<Outcome>;
  /** Asks a gate with these options, keeps its verdict in `verdicts/`, and answers with it. Throws when the gate could not evaluate. */
  readonly check: (gate: Gate, options: Readonly<Record<string, string>>) => Promise<Checked>;
};

/** What a gate said, and how to ask it again. */
export type Checked = {
  readonly gate: Gate;
  /** The words after `haunted`; with --now, so that the evidence is as fresh as it was. */
  readonly words: readonly string[];
  readonly exit: number | null;
  readonly file: string;
  readonly verdict: Verdict;
};

/** The command at `entry`, to be run in `folder`. `now` is in epoch milliseconds. */
export function hauntedIn(crew: Crew, folder: string, entry: string, now: () => number): Haunted {
  const run = async (words: readonly string[]): Promise<Outcome> =>
    await runOnce(crew, process.execPath, [entry, ...words], folder);
  return {
    must: async (words) => {
      const outcome = await run(words);
      if (outcome.exit === 0) return outcome;
      throw wrongEnd(words, outcome);
    },
    check: async (gate, options) => {
      const all = { ...options, keyring: KEYRING, now: new Date(now()).toISOString() };
      const words = ['check', gate, ...Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])];
      const outcome = await run([...words, '--format', 'json']);
      // 1 is "could not evaluate", 70 a bug: neither is an answer.
      if (outcome.exit === 1 || outcome.exit === 70 || outcome.stdout === '') throw wrongEnd(words, outcome);
      const file = path.join('verdicts', `${gate}.json`);
      await writeFile(path.join(folder, file), outcome.stdout);
      return { gate, words, exit: outcome.exit, file, verdict: Verdict.parse(JSON.parse(outcome.stdout)) };
    },
  };
}

/** A command line as a person types it into a POSIX shell. */
export function typed(words: readonly string[]): string {
  return ['haunted', ...words]
    .map((word) => (/^[A-Za-z0-9@%+=:,./_-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

function wrongEnd(words: readonly string[], outcome: Outcome): Fault {
  const said = outcome.stderr.trim().split('\n').at(-1) ?? '';
  return new Fault(
    'UNSUPPORTED',
    `The rehearsal cannot go on, because \`${typed(words)}\` ended with ${outcome.exit}: ${said}`,
    { words, exit: outcome.exit },
  );
}
