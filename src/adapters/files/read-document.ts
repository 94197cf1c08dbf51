import type { Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { errnoOf, shownPath } from './shown-path.ts';

export type ReadOptions = {
  /** Names the document in sentences: "manifest", "keyring". */
  readonly what: string;
  readonly maxBytes?: number;
  /** Sees what the system knows of the very file that is then read, and throws when that is reason enough not to. */
  readonly inspect?: (info: Stats) => void;
};

/**
 * The bytes of one document on disk.
 * Faults: NOT_FOUND, NO_PERMISSION, BAD_INPUT for a directory or an empty file, TOO_LARGE above `maxBytes`. The size is asked
 * before reading and watched while reading, so a huge or growing file costs at most `maxBytes` of memory.
 */
export async function readDocument(
  path: string,
  { what, maxBytes = LIMITS.document_bytes, inspect = () => {} }: ReadOptions,
): Promise<Uint8Array> {
  const handle = await openForReading(path, what);
  try {
    const subject = `${what} ${shownPath(path)}`;
    const info = await handle.stat();
    if (info.isDirectory())
      throw new Fault('BAD_INPUT', `The ${subject} is a directory; name the file itself.`);
    inspect(info);
    if (info.size > maxBytes) throw tooLarge(subject, maxBytes);
    return await readWhole(handle, info, maxBytes, subject);
  } catch (error) {
    throw error instanceof Fault ? error : cannotRead(path, what, error);
  } finally {
    await handle.close();
  }
}

async function openForReading(path: string, what: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw cannotRead(path, what, error);
  }
}

async function readWhole(
  handle: FileHandle,
  info: Stats,
  maxBytes: number,
  subject: string,
): Promise<Uint8Array> {
  // One byte more than announced, so that the last read finds the end without growing the buffer. Pipes announce 0 bytes.
  let buffer = new Uint8Array(info.isFile() && info.size > 0 ? info.size + 1 : 65_536);
  let length = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
    if (bytesRead === 0) break;
    length += bytesRead;
    if (length > maxBytes) throw tooLarge(subject, maxBytes);
    if (length === buffer.length) {
      const grown = new Uint8Array(Math.min(buffer.length * 2, maxBytes + 1));
      grown.set(buffer);
      buffer = grown;
    }
  }
  if (length === 0) throw new Fault('BAD_INPUT', `The ${subject} is empty.`);
  return buffer.subarray(0, length);
}

function tooLarge(subject: string, maxBytes: number): Fault {
  return new Fault(
    'TOO_LARGE',
    `The ${subject} is larger than the ${sizeWords(maxBytes)} that haunted reads in one document; is it the right file?`,
    { max_bytes: maxBytes },
  );
}

function sizeWords(bytes: number): string {
  const mebibytes = bytes / (1024 * 1024);
  return Number.isInteger(mebibytes) ? `${mebibytes} MiB` : `${bytes} bytes`;
}

/** Why the file system did not give a file, as a Fault with a sentence. */
export function cannotRead(path: string, what: string, error: unknown): Fault {
  const subject = `${what} ${shownPath(path)}`;
  switch (errnoOf(error)) {
    case 'ENOENT':
      return new Fault('NOT_FOUND', `The ${subject} does not exist; check the path.`, { path }, error);
    case 'ENOTDIR':
      return new Fault(
        'NOT_FOUND',
        `The ${subject} does not exist: a part of its path is a file and not a folder.`,
        { path },
        error,
      );
    case 'EACCES':
    case 'EPERM':
      return new Fault(
        'NO_PERMISSION',
        `The ${subject} may not be read by this user; ask for read permission on it.`,
        { path },
        error,
      );
    case 'EISDIR':
      return new Fault('BAD_INPUT', `The ${subject} is a directory; name the file itself.`, { path }, error);
    default:
      return new Fault(
        'BAD_INPUT',
        `The ${subject} cannot be read (${errnoOf(error) || 'unknown error'}).`,
        { path },
        error,
      );
  }
}
