import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { SourceTree } from '../../scan/source-tree.ts';

type Bytes = ReturnType<SourceTree['read']>;

/** Larger than any source a person wrote; what is larger was generated or packed, and is named instead of read. */
const MAX_SOURCE_BYTES = 8 * 1024 * 1024;
const BINARY_LOOK = 8 * 1024;

// Most sources fit into a window, and then a file costs three system calls and no copy: it stays where it was read to, beside others.
const WINDOW = 256 * 1024;
const SLAB = 4 * 1024 * 1024;
let slab = Buffer.alloc(0);
let used = 0;
const NOTHING = Buffer.alloc(0);

/**
 * The bytes of one source file as UTF-8, or why there are none: too large, binary, a link, no permission. At most
 * MAX_SOURCE_BYTES and one byte are read. A file that is listed and not there any more holds nothing. UTF-16 text with a byte
 * order mark, as some C# sources are saved, is turned into UTF-8.
 */
export function readSourceFile(file: string): Bytes {
  let handle: number;
  try {
    // A link is not followed, so that no file is read twice and none from outside; a pipe must not make us wait.
    handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return cannotOpen(error);
  }
  try {
    if (slab.length - used < WINDOW) {
      slab = Buffer.allocUnsafeSlow(SLAB);
      used = 0;
    }
    const count = readSync(handle, slab, used, WINDOW, 0);
    const window = slab.subarray(used, used + count);
    if (count === WINDOW) return asText(readRest(handle, window));
    used += count;
    return asText(window);
  } catch (error) {
    return { ok: false, reason: systemWords(error) };
  } finally {
    closeSync(handle);
  }
}

/** UTF-8 source bytes, or why they are none. */
export function asText(bytes: Buffer | null): Bytes {
  if (bytes === null) return { ok: false, reason: TOO_LARGE };
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return { ok: true, bytes: Buffer.from(bytes.subarray(2).toString('utf16le')) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff && bytes.length % 2 === 0)
    return { ok: true, bytes: Buffer.from(Buffer.from(bytes.subarray(2)).swap16().toString('utf16le')) };
  if (bytes.subarray(0, BINARY_LOOK).includes(0))
    return { ok: false, reason: 'it is a binary file: there is a zero byte in its first 8 KiB' };
  return { ok: true, bytes };
}

const TOO_LARGE = 'it is larger than the 8 MiB that are read of one source file';

/** The whole of a file larger than the window; null when it is too large. */
function readRest(handle: number, window: Buffer): Buffer | null {
  const { size } = fstatSync(handle);
  if (size > MAX_SOURCE_BYTES) return null;
  const bytes = Buffer.allocUnsafe(size);
  let length = window.copy(bytes, 0, 0, Math.min(window.length, size));
  while (length < size) {
    const count = readSync(handle, bytes, length, size - length, length);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

function cannotOpen(error: unknown): Bytes {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return { ok: true, bytes: NOTHING };
  if (code === 'ELOOP') return { ok: false, reason: LINK };
  return { ok: false, reason: systemWords(error) };
}

export const LINK = 'it is a symbolic link, and links are not followed';

/** Why the system did not give a file or a folder, as a clause. */
export function systemWords(error: unknown): string {
  const code = codeOf(error);
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it';
  if (code === 'EISDIR') return 'it is a folder and not a file';
  return `the system could not read it (${code === '' ? 'unknown error' : code})`;
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}
