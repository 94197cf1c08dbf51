import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { writeFileAtomic } from '../../adapters/files/write-atomic.ts';
import { emptyState, readState, stateFileName, writeState } from './prover-state.ts';
import type { ProverState } from '../../model/prover-memory.ts';
import type { StateOwner } from './prover-state.ts';
import { Fault } from '../../fault.ts';
import type { Io } from '../io.ts';

const MAX_BYTES = 8 * 1024 * 1024;

export type OpenState = {
  readonly state: ProverState;
  /** Null when nothing can be kept. */
  readonly file: string | null;
};

/**
 * Where the prover keeps its memory when --state does not say: HAUNTED_STATE, systemd's STATE_DIRECTORY, /var/lib/haunted for root,
 * else $XDG_STATE_HOME/haunted or ~/.local/state/haunted. Null when none of them is known.
 */
export function stateFolder(env: Io['env']): string | null {
  const set = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  const [fromSystemd] = (set('STATE_DIRECTORY') ?? '').split(':');
  const given = set('HAUNTED_STATE') ?? (fromSystemd === '' ? undefined : fromSystemd);
  if (given !== undefined) return path.resolve(given);
  if (process.geteuid?.() === 0) return '/var/lib/haunted';
  const home =
    set('XDG_STATE_HOME') ??
    (set('HOME') === undefined ? undefined : path.join(set('HOME') ?? '', '.local/state'));
  return home === undefined ? null : path.join(home, 'haunted');
}

/**
 * What earlier runs remembered. A folder or file that others could have written to, and a damaged file, is not believed, and
 * `tell` says so: the report is made all the same, with nothing remembered. Never throws.
 */
export async function openState(
  folder: string | null,
  owner: StateOwner,
  tell: (sentence: string) => void,
): Promise<OpenState> {
  const nothing: OpenState = { state: emptyState(owner), file: null };
  if (folder === null) {
    tell('nothing is remembered between two runs: there is no HOME; give --state DIR.');
    return nothing;
  }
  const unusable = prepare(folder);
  if (unusable !== null) {
    tell(
      `nothing is remembered between two runs: the state folder ${shownPath(folder)} ${unusable}; give --state DIR.`,
    );
    return nothing;
  }
  const file = path.join(folder, stateFileName(owner));
  const { text, problem } = await readIfThere(file);
  if (text === null) {
    if (problem !== null) tell(`the state file ${shownPath(file)} is not used: ${problem}; it is made anew.`);
    return { ...nothing, file };
  }
  const read = readState(text, owner);
  if (read.problem !== null)
    tell(`the state file ${shownPath(file)} is not used: ${read.problem}; it is made anew.`);
  return { state: read.state, file };
}

/** Keeps the state for the next run. What cannot be written is said and does not spoil the report. */
export async function saveState(
  file: string,
  state: ProverState,
  tell: (sentence: string) => void,
): Promise<void> {
  try {
    await writeFileAtomic(file, writeState(state), { mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    tell(`nothing is remembered for the next run: ${error.message}`);
  }
}

/** Makes the folder when it is missing. Says what is wrong with it, as the end of a sentence; null when it can be trusted. */
function prepare(folder: string): string | null {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const stat = statSync(folder);
    if (!stat.isDirectory()) return 'is not a folder';
    if (!isOurs(stat.uid)) return `belongs to uid ${stat.uid}`;
    return (stat.mode & 0o022) === 0 ? null : 'may be written to by others';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return `cannot be used (${code})`;
  }
}

async function readIfThere(file: string): Promise<{ text: string | null; problem: string | null }> {
  try {
    const bytes = await readDocument(file, {
      what: 'state file',
      maxBytes: MAX_BYTES,
      inspect: ({ uid, mode }) => {
        if (!isOurs(uid) || (mode & 0o022) !== 0)
          throw new Fault('KEY_UNSAFE', 'others could have written to it');
      },
    });
    return { text: new TextDecoder().decode(bytes), problem: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { text: null, problem: error.code === 'NOT_FOUND' ? null : error.message.replace(/\.$/, '') };
  }
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}
