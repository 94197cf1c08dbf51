import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { open, realpath, rename, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import { errnoOf, shownPath } from './shown-path.ts';

/**
 * Writes a whole file or none of it: into a new file beside it, to disk, then renamed over the old one. A reader never sees half
 * a document, and a crash leaves the old one. A link is followed; a pipe or a device such as /dev/stdout is written to, not
 * replaced. `mode` is 0o666 less the umask unless given. Fault: CANNOT_WRITE.
 */
export async function writeFileAtomic(
  file: string,
  data: string | Uint8Array,
  { mode = 0o666 }: { readonly mode?: number } = {},
): Promise<void> {
  try {
    const info = await statIfThere(file);
    if (info === undefined) await replace(file, data, mode);
    else if (info.isFile()) await replace(await realpath(file), data, mode);
    else await writeFile(file, data);
  } catch (error) {
    throw cannotWrite(file, error);
  }
}

async function statIfThere(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function replace(file: string, data: string | Uint8Array, mode: number): Promise<void> {
  const folder = path.dirname(file);
  const beside = path.join(folder, `.${path.basename(file).slice(0, 60)}.${randomUUID()}.tmp`);
  try {
    await writeNew(beside, data, mode);
    await rename(beside, file);
  } catch (error) {
    await removeIfThere(beside);
    throw error;
  }
  await syncFolder(folder);
}

async function writeNew(file: string, data: string | Uint8Array, mode: number): Promise<void> {
  const handle = await open(file, 'wx', mode);
  try {
    await handle.writeFile(data);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch {
    // It was never made, or the folder is gone: the fault about the file itself is what the reader needs.
  }
}

/** Makes the new name itself survive a power cut. Some file systems cannot sync a folder; the file is whole all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Nothing is lost that this process could still save.
  }
}

/** The fault for a file that could not be written, from what the system said. */
export function cannotWrite(file: string, error: unknown): Fault {
  return new Fault(
    'CANNOT_WRITE',
    `${shownPath(file)} could not be written: ${reasonOf(errnoOf(error))}. Nothing was changed.`,
    { path: file },
    error,
  );
}

function reasonOf(errno: string): string {
  switch (errno) {
    case 'ENOENT':
      return 'its folder does not exist';
    case 'ENOTDIR':
      return 'a part of its path is a file and not a folder';
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EFBIG':
      return 'it is larger than this process may write';
    case 'EISDIR':
      return 'there is a folder of that name';
    case 'ENAMETOOLONG':
      return 'its name is too long';
    default:
      return `the system said ${errno || 'nothing more'}`;
  }
}
