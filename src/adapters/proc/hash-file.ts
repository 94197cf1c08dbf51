import { createHash } from 'node:crypto';
import { readSync } from 'node:fs';

// Between 64 and 256 KiB readSync keeps pace with openssl; a stream or larger reads cost a fifth and more (measured, test/bench/hash.ts).
const CHUNK_BYTES = 256 * 1024;
let chunk: Uint8Array | undefined;

/** The sha256 of everything behind an open file descriptor, from its first byte, in constant memory. Throws what reading throws. */
export function sha256OfFd(fd: number): string {
  chunk ??= Buffer.allocUnsafeSlow(CHUNK_BYTES);
  const hash = createHash('sha256');
  for (let position = 0; ;) {
    const bytes = readSync(fd, chunk, 0, CHUNK_BYTES, position);
    if (bytes === 0) return hash.digest('hex');
    hash.update(bytes === CHUNK_BYTES ? chunk : chunk.subarray(0, bytes));
    position += bytes;
  }
}
