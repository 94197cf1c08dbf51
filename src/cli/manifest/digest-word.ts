import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import path from 'node:path';
import { errnoOf, shownPath } from '../../adapters/files/shown-path.ts';
import { sha256OfFd } from '../../adapters/proc/hash-file.ts';
import { readTree, treeDigest } from '../../adapters/proc/release-tree.ts';
import { Fault } from '../../fault.ts';

/** What somebody named on the command line by a digest or by the thing itself. */
export type Digested = {
  readonly sha256: string;
  /** What was digested here, and its name; null when the digest was typed. */
  readonly from: { readonly kind: 'file' | 'folder'; readonly name: string } | null;
};

/**
 * The digest that a word of the command line means: 64 hex characters (with or without `sha256:`, as registries write it), a
 * file, or a folder (its tree digest). A file with such a name is written with `./` in front. `what` names it in sentences.
 * Throws BAD_INPUT, NOT_FOUND or NO_PERMISSION, and what digesting a folder throws. Constant memory.
 */
export function digestOfWord(word: string, folder: string, what: string): Digested {
  const hex = /^(?:sha256:)?([0-9a-fA-F]{64})$/.exec(word)?.[1];
  if (hex !== undefined) {
    if (hex === hex.toLowerCase()) return { sha256: hex, from: null };
    const clause = `has capitals; digests are written in lower case: ${hex.toLowerCase()}`;
    throw new Fault('BAD_INPUT', `The ${what} digest ${word} ${clause}.`);
  }
  const file = path.resolve(folder, word);
  const name = path.basename(file);
  const sha256 = digestOfFile(file, word, what);
  if (sha256 !== null) return { sha256, from: { kind: 'file', name } };
  return { sha256: treeDigest(readTree(file).entries), from: { kind: 'folder', name } };
}

/** The sha256 of a file's content; null when it is a folder. */
function digestOfFile(file: string, word: string, what: string): string | null {
  const fd = openForDigest(file, word, what);
  try {
    const stat = fstatSync(fd);
    if (stat.isDirectory()) return null;
    if (stat.isFile()) return sha256OfFd(fd);
    throw new Fault(
      'BAD_INPUT',
      `The ${what} ${shownPath(word)} is neither a file nor a folder; name the file itself.`,
    );
  } finally {
    closeSync(fd);
  }
}

function openForDigest(file: string, word: string, what: string): number {
  try {
    // A named pipe would wait for a writer for ever.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const subject = `The ${what} ${shownPath(word)}`;
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') {
      const hint = /^(?:sha256:)?[0-9a-fA-F]{8,}$/.test(word)
        ? 'is neither a file nor a sha256, which has 64 characters'
        : 'does not exist; give a file, or a sha256 of 64 lower-case hex characters';
      throw new Fault('NOT_FOUND', `${subject} ${hint}.`, { path: file }, error);
    }
    if (errno === 'EACCES' || errno === 'EPERM')
      throw new Fault(
        'NO_PERMISSION',
        `${subject} may not be read by this user; ask for read permission on it.`,
        { path: file },
        error,
      );
    throw new Fault(
      'BAD_INPUT',
      `${subject} cannot be read (${errno || 'unknown error'}).`,
      { path: file },
      error,
    );
  }
}
