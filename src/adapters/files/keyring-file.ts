import { open, unlink } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../fault.ts';
import { Keyring } from '../../model/keyring.ts';
import type { TrustedKey } from '../../model/keyring.ts';
import { keyringIndex } from '../../seal/keyring.ts';
import type { KeyringIndex } from '../../seal/keyring.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import { readDocument } from './read-document.ts';
import { errnoOf, shownPath } from './shown-path.ts';
import { cannotWrite, writeFileAtomic } from './write-atomic.ts';

const LOCK_PAUSE_MS = 20;

/** The keyring in a file, ready for look-ups. Faults: BAD_INPUT, and what reading a document throws. */
export async function readKeyring(path: string): Promise<KeyringIndex> {
  return keyringIndex(await readKeyringDocument(path), sourceOf(path));
}

/**
 * Adds a key to a keyring file, which is made when it is not there. Two commands at once do not lose each other's key: a lock file
 * beside the keyring lets one in at a time. Faults: BAD_INPUT when the keyring is or would become wrong, CANNOT_WRITE.
 */
export async function addToKeyring(
  path: string,
  key: TrustedKey,
  { lockPatienceMs = 5_000 }: { readonly lockPatienceMs?: number } = {},
): Promise<void> {
  await lockKeyring(path, lockPatienceMs);
  try {
    const keyring = await readIfThere(path);
    const grown: Keyring = { ...keyring, keys: [...keyring.keys, key] };
    keyringIndex(grown, sourceOf(path));
    await writeFileAtomic(path, `${JSON.stringify(grown, null, 2)}\n`);
  } finally {
    await unlink(lockOf(path));
  }
}

async function readIfThere(path: string): Promise<Keyring> {
  try {
    return await readKeyringDocument(path);
  } catch (error) {
    if (error instanceof Fault && error.code === 'NOT_FOUND')
      return { schema: 'haunted.keyring/v1', keys: [] };
    throw error;
  }
}

async function readKeyringDocument(path: string): Promise<Keyring> {
  return parseDocument(Keyring, await readDocument(path, { what: 'keyring' }), sourceOf(path));
}

function sourceOf(path: string): string {
  return `The keyring ${shownPath(path)}`;
}

function lockOf(path: string): string {
  return `${path}.lock`;
}

async function lockKeyring(path: string, patienceMs: number): Promise<void> {
  for (let waited = 0; ; waited += LOCK_PAUSE_MS) {
    try {
      const handle = await open(lockOf(path), 'wx', 0o600);
      await handle.close();
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw cannotWrite(path, error);
      if (waited < patienceMs) {
        await sleep(LOCK_PAUSE_MS);
        continue;
      }
      const sentence = `${shownPath(path)} is being written by another command; if none runs, remove ${shownPath(lockOf(path))} and try again.`;
      throw new Fault('CANNOT_WRITE', sentence, { path }, error);
    }
  }
}
