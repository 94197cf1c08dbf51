import { readDocument } from '../adapters/files/read-document.ts';
import type { Guard } from '../guard/guard.ts';
import { openGuard } from '../guard/load.ts';
import type { GuardOptions } from '../guard/load.ts';
import { thisProcess } from './this-process.ts';

/**
 * The guard of this process: reads the manifest, digests what this process runs, and refuses to start with another binary's.
 * Throws Fault with one sentence.
 */
export async function loadGuard(options: GuardOptions): Promise<Guard> {
  return await openGuard(options, {
    readDocument: async (file, what) => await readDocument(file, { what }),
    thisProcess,
  });
}
