import type { Stats } from 'node:fs';
import { closeSync, fstatSync, open, openSync, read, readSync, statSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import { cannotRead } from './cannot-read.ts';
import { shownPath } from './shown-path.ts';

/** Bytes that come one piece after another. */
export type ByteSource = {
  /** How sentences name it: a path, or `stdin`. */
  readonly name: string;
  /** How many bytes a regular file says it has; 0 when nobody can say. */
  readonly size: number;
  /** Fills `into` from `at` on as far as it can at once. Answers how many bytes came; 0 at the end. */
  readonly read: (into: Buffer, at: number) => number | Promise<number>;
  readonly close: () => void;
};

/** Pieces read without giving way; then others get a turn, so that Ctrl-C is heard in the middle of a large file. */
const PIECES_PER_TURN = 32;

/**
 * A file, a pipe or a device, opened for reading. Faults: NOT_FOUND, NO_PERMISSION, BAD_INPUT for a directory and whatever else the file
 * system says. `what` names it in sentences; `inspect` sees what the system knows of the very file that is then read.
 *
 * Regular files are opened and read on this thread, since handing each piece to another costs more than reading it; pipes and
 * devices may keep us waiting, so another thread waits. Not by node:fs/promises: loading that takes longer than a whole check.
 */
export async function openFile(
  path: string,
  what: string,
  inspect: (info: Stats) => void = () => {},
): Promise<ByteSource> {
  const name = shownPath(path);
  const fd = await openDescriptor(path, what);
  const info = fstatSync(fd);
  try {
    if (info.isDirectory())
      throw new Fault('BAD_INPUT', `The ${what} ${name} is a directory; name the file itself.`);
    inspect(info);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  const close = (): void => closeSync(fd);
  return info.isFile()
    ? { name, size: info.size, read: readAtOnce(fd, path, what), close }
    : { name, size: 0, read: readWhenThere(fd, path, what), close };
}

async function openDescriptor(path: string, what: string): Promise<number> {
  try {
    if (!isSlow(path)) return openSync(path, 'r');
    return await new Promise<number>((resolve, reject) => {
      open(path, 'r', (error, fd) => (error === null ? resolve(fd) : reject(error)));
    });
  } catch (error) {
    throw cannotRead(path, what, error);
  }
}

/** Whether opening may wait for somebody, as a named pipe waits for its writer. */
function isSlow(path: string): boolean {
  return statSync(path).isFIFO();
}

function readAtOnce(fd: number, path: string, what: string): ByteSource['read'] {
  let pieces = 0;
  const readPiece = (into: Buffer, at: number): number => {
    try {
      return readSync(fd, into, at, into.length - at, null);
    } catch (error) {
      throw cannotRead(path, what, error);
    }
  };
  return (into, at) => {
    pieces += 1;
    if (pieces % PIECES_PER_TURN !== 0) return readPiece(into, at);
    return new Promise((resolve) => setImmediate(resolve)).then(() => readPiece(into, at));
  };
}

function readWhenThere(fd: number, path: string, what: string): ByteSource['read'] {
  return (into, at) =>
    new Promise((resolve, reject) => {
      read(fd, into, at, into.length - at, null, (error, count) => {
        if (error === null) resolve(count);
        else reject(cannotRead(path, what, error));
      });
    });
}

/** Standard input, or any other stream of pieces. */
export function streamSource(name: string, pieces: AsyncIterable<Uint8Array>): ByteSource {
  const iterator = pieces[Symbol.asyncIterator]();
  let piece: Uint8Array = new Uint8Array(0);
  return {
    name,
    size: 0,
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
    close: () => void iterator.return?.(),
  };
}
