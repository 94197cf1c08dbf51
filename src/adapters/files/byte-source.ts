import { readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { Fault } from '../../fault.ts';
import { cannotRead } from './read-document.ts';
import { shownPath } from './shown-path.ts';

/** Bytes that come one piece after another. */
export type ByteSource = {
  /** How sentences name it: a path, or `stdin`. */
  readonly name: string;
  /** Fills `into` from `at` on as far as it can at once. Answers how many bytes came; 0 at the end. */
  readonly read: (into: Buffer, at: number) => number | Promise<number>;
  readonly close: () => Promise<void>;
};

/** Pieces read without giving way; then others get a turn, so that Ctrl-C is heard in the middle of a large file. */
const PIECES_PER_TURN = 32;

/**
 * A file, a pipe or a device, opened for reading. Faults as readDocument's: NOT_FOUND, NO_PERMISSION, BAD_INPUT for a directory. `what` names it
 * in sentences.
 */
export async function openFile(path: string, what: string): Promise<ByteSource> {
  const handle = await openHandle(path, what);
  const info = await handle.stat();
  if (info.isDirectory()) {
    await handle.close();
    throw new Fault('BAD_INPUT', `The ${what} ${shownPath(path)} is a directory; name the file itself.`);
  }
  return {
    name: shownPath(path),
    read: info.isFile() ? readAtOnce(handle, path, what) : readWhenThere(handle, path, what),
    close: () => handle.close(),
  };
}

async function openHandle(path: string, what: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw cannotRead(path, what, error);
  }
}

/** Regular files are read on this thread: handing each piece to another costs more than reading it. */
function readAtOnce(handle: FileHandle, path: string, what: string): ByteSource['read'] {
  let pieces = 0;
  const read = (into: Buffer, at: number): number => {
    try {
      return readSync(handle.fd, into, at, into.length - at, null);
    } catch (error) {
      throw cannotRead(path, what, error);
    }
  };
  return (into, at) => {
    pieces += 1;
    if (pieces % PIECES_PER_TURN !== 0) return read(into, at);
    return new Promise((resolve) => setImmediate(resolve)).then(() => read(into, at));
  };
}

/** Pipes and devices may keep us waiting, so another thread waits. */
function readWhenThere(handle: FileHandle, path: string, what: string): ByteSource['read'] {
  return async (into, at) => {
    try {
      return (await handle.read(into, at, into.length - at, null)).bytesRead;
    } catch (error) {
      throw cannotRead(path, what, error);
    }
  };
}

/** Standard input, or any other stream of pieces. */
export function streamSource(name: string, pieces: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = pieces[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);
  return {
    name,
    read: async (into, at) => {
      while (piece.length === 0) {
        const next = await iterator.next();
        if (next.done === true) return 0;
        piece = next.value;
      }
      const taken = Math.min(piece.length, into.length - at);
      into.set(piece.subarray(0, taken), at);
      piece = piece.subarray(taken);
      return taken;
    },
    close: async () => {
      await iterator.return?.();
    },
  };
}
