import { lstat, mkdir, readdir, rename, rm, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import { quoted } from '../../model/quoted.ts';
import { errnoOf, shownPath } from './shown-path.ts';
import { cannotWrite } from './write-atomic.ts';

/** The file by which a folder of ours is known: its name, its text from now on, and how to read the paths in an earlier one. */
export type Marker = {
  readonly name: string;
  readonly text: string;
  /** The paths that were written before. Fault BAD_INPUT when it is no marker. */
  readonly read: (file: string) => Promise<readonly string[]>;
};

/** Where files wait until all of them are written; in the folder itself, so that putting them in place copies nothing. */
const WAITING = '.haunted.new';

/**
 * Fills a folder that is new, empty or our own: every file is written whole before the first one is put in its place, and files of the
 * time before that are no longer wanted go. Files that others put beside ours stay. Paths have slashes, and at most one folder in them.
 * Faults: CANNOT_WRITE, also for a folder that holds other things and was not made by us; BAD_INPUT for a marker that is none.
 */
export async function fillOwnFolder(
  folder: string,
  files: ReadonlyMap<string, string>,
  marker: Marker,
): Promise<void> {
  const { isNew, before } = await claim(folder, marker);
  const waiting = path.join(folder, WAITING);
  const all = new Map([[marker.name, marker.text], ...files]);
  const folders = [...new Set([...files.keys()].map((file) => path.posix.dirname(file)))].filter(
    (each) => each !== '.',
  );
  try {
    for (const each of folders) await requireRealFolder(path.join(folder, each));
    await rm(waiting, { recursive: true, force: true });
    for (const each of ['.', ...folders]) await mkdir(path.join(waiting, each), { recursive: true });
    for (const [file, text] of all)
      await writeFile(path.join(waiting, file), text, { flag: 'wx', flush: true });
    for (const each of folders) await mkdir(path.join(folder, each), { recursive: true });
    for (const file of before) if (!files.has(file)) await removeIfThere(path.join(folder, file));
    // The marker goes first: whatever happens from here on, the folder is known as ours.
    for (const file of all.keys()) await rename(path.join(waiting, file), path.join(folder, file));
  } catch (error) {
    await rm(waiting, { recursive: true, force: true }).catch(() => {});
    if (isNew) await rmdir(folder).catch(() => {});
    throw error instanceof Fault ? error : cannotWrite(folder, error);
  }
  await rm(waiting, { recursive: true, force: true });
}

/** Makes sure of the folder, and tells which files in it are ours. */
async function claim(
  folder: string,
  marker: Marker,
): Promise<{ readonly isNew: boolean; readonly before: readonly string[] }> {
  try {
    await mkdir(folder);
    return { isNew: true, before: [] };
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw cannotWrite(folder, error);
  }
  const names = await namesIn(folder);
  if (names.includes(marker.name)) {
    const before = await marker.read(path.join(folder, marker.name));
    for (const each of new Set(before.map((file) => path.posix.dirname(file))))
      await requireRealFolder(path.join(folder, each));
    return { isNew: false, before };
  }
  const foreign = names.filter((name) => name !== WAITING).toSorted();
  if (foreign.length === 0) return { isNew: false, before: [] };
  const some = foreign.slice(0, 3).map((name) => quoted(name));
  throw new Fault(
    'CANNOT_WRITE',
    `${shownPath(folder)} holds other things (${some.join(', ')}${foreign.length > 3 ? ', …' : ''}) and was not made by this command; nothing was written. Name a new folder, or an empty one.`,
    { folder },
  );
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    const info = await stat(folder);
    if (!info.isDirectory())
      throw new Fault('CANNOT_WRITE', `${shownPath(folder)} is a file and no folder; name a new folder.`);
    return await readdir(folder);
  } catch (error) {
    throw error instanceof Fault ? error : cannotWrite(folder, error);
  }
}

/** A link in the place of a folder would lead our files, and what we remove, out of the folder. */
async function requireRealFolder(folder: string): Promise<void> {
  try {
    const info = await lstat(folder);
    if (info.isDirectory() || path.basename(folder) === '.') return;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  throw new Fault('CANNOT_WRITE', `${shownPath(folder)} is no folder but a link or a file; remove it first.`);
}

async function removeIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
