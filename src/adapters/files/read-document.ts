import type { Stats } from 'node:fs';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { openFile } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';

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
  { what, maxBytes = LIMITS.document_bytes, inspect }: ReadOptions,
): Promise<Uint8Array> {
  const source = await openFile(path, what, inspect);
  try {
    return await readWhole(source, maxBytes, `${what} ${source.name}`);
  } finally {
    source.close();
  }
}

async function readWhole(source: ByteSource, maxBytes: number, subject: string): Promise<Uint8Array> {
  if (source.size > maxBytes) throw tooLarge(subject, maxBytes);
  // One byte more than announced, so that the last read finds the end without growing the buffer. Pipes announce 0 bytes.
  let buffer = Buffer.alloc(source.size > 0 ? source.size + 1 : 65_536);
  let length = 0;
  for (;;) {
    const count = await source.read(buffer, length);
    if (count === 0) break;
    length += count;
    if (length > maxBytes) throw tooLarge(subject, maxBytes);
    if (length === buffer.length) {
      const grown = Buffer.alloc(Math.min(buffer.length * 2, maxBytes + 1));
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
