import type { Stats } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import process from 'node:process';
import { Fault } from '../../fault.ts';
import { PrivateKey } from '../../model/private-key.ts';
import { signingKey } from '../../seal/keys.ts';
import type { SigningKey } from '../../seal/keys.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import { readDocument } from './read-document.ts';
import { errnoOf, shownPath } from './shown-path.ts';
import { cannotWrite } from './write-atomic.ts';

const MAX_BYTES = 64 * 1024;

/** The key in a private key file, ready to sign. Faults: KEY_UNSAFE, BAD_INPUT, and what reading a document throws. */
export async function readPrivateKey(path: string): Promise<SigningKey> {
  const inspect = (info: Stats): void => requirePrivate(path, info);
  const bytes = await readDocument(path, { what: 'private key', maxBytes: MAX_BYTES, inspect });
  const source = `The private key ${shownPath(path)}`;
  return signingKey(parseDocument(PrivateKey, bytes, source), source);
}

/**
 * Fault KEY_UNSAFE when a private key file belongs to another user or others may read or change it: somebody else may then have
 * signed with it, and a signature by it proves nothing.
 */
function requirePrivate(path: string, info: Pick<Stats, 'mode' | 'uid'>): void {
  const shown = shownPath(path);
  if (info.uid !== process.geteuid?.()) {
    const sentence = `The private key ${shown} belongs to another user (uid ${info.uid}); only its owner may use it.`;
    throw new Fault('KEY_UNSAFE', sentence, { path, uid: info.uid });
  }
  const mode = info.mode & 0o777;
  if ((mode & 0o077) === 0) return;
  const sentence = `The private key ${shown} is open to other users (mode ${mode.toString(8)}); run \`chmod 600 ${shown}\`, and make a new key if others had access.`;
  throw new Fault('KEY_UNSAFE', sentence, { path, mode });
}

/** Writes a new private key file with mode 0600. Fault CANNOT_WRITE; a file that is there already is never touched. */
export async function writePrivateKey(path: string, key: PrivateKey): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(key, null, 2)}\n`);
      await handle.sync();
    } catch (error) {
      await unlink(path);
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw cannotWrite(path, error);
    const sentence = `${shownPath(path)} exists already, and a key is never overwritten; choose another file with --out.`;
    throw new Fault('CANNOT_WRITE', sentence, { path }, error);
  }
}
