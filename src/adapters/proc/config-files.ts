import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import type { ConfigEntry } from '../../seal/config-digest.ts';
import { isGone } from './errno.ts';
import { sha256OfFd } from './hash-file.ts';
import { cannotRead } from './rights.ts';

/**
 * The digests of a service's config files as they lie on disk now, which is not proof that the process has read them. Faults:
 * NOT_FOUND, NO_PERMISSION, BAD_INPUT for what is no file.
 */
export function readConfigFiles(files: readonly string[]): ConfigEntry[] {
  return files.map((path) => ({ path, sha256: digestOf(path) }));
}

function digestOf(file: string): string {
  const fd = openFile(file);
  try {
    if (!fstatSync(fd).isFile())
      throw new Fault('BAD_INPUT', `The config file ${file} is not a regular file; name the file itself.`, {
        file,
      });
    return sha256OfFd(fd);
  } finally {
    closeSync(fd);
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isGone(error))
      throw new Fault(
        'NOT_FOUND',
        `The config file ${file} does not exist; check the path.`,
        { file },
        error,
      );
    throw cannotRead(file, error);
  }
}
