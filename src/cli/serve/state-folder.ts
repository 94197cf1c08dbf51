import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf } from '../../adapters/files/shown-path.ts';
import { cannotWrite } from '../../adapters/files/write-atomic.ts';
import { readSecretLine } from '../agent/secret-file.ts';

/** Where a control plane keeps what is no history: who has joined, and the operators’ token. */
export function stateFolderOf(given: string | null, ledgerFile: string): string {
  return given ?? path.join(path.dirname(ledgerFile), 'serve');
}

/** Makes the folder, for its owner alone. Fault CANNOT_WRITE. */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
}

export function membersFile(folder: string): string {
  return path.join(folder, 'members.db');
}

/** The operators’ token in a file that nobody else may read; made when it is not there. Faults: KEY_UNSAFE, BAD_INPUT, CANNOT_WRITE. */
export async function operatorsToken(file: string): Promise<string> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(`ho_${randomBytes(32).toString('base64url')}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw cannotWrite(file, error);
  }
  return await readSecretLine(file, 'token file');
}
