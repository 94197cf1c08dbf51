import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Fault } from '../../fault.ts';
import { shown } from './ledger-file.ts';
import { isBusy, storeFault } from './sqlite-fault.ts';

/**
 * Keeps a folder for this process alone until it lets go or dies: the system takes a file lock back from a dead process, which a file
 * with a process id in it does not tell. Faults: BAD_USAGE when another process has it, CANNOT_WRITE.
 */
export function holdFolder(folder: string): () => void {
  const file = path.join(folder, 'serving.lock');
  try {
    const db = new DatabaseSync(file, { timeout: 0 });
    try {
      db.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
      return () => db.close();
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    if (!isBusy(error)) throw storeFault(file, error);
    throw new Fault(
      'BAD_USAGE',
      `Another \`haunted serve\` uses the state folder ${shown(folder)}; stop it, or give this one another --state.`,
      { folder },
      error,
    );
  }
}
