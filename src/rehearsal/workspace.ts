import { copyFile, mkdir, mkdtemp, readdir, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../fault.ts';
import { programPath } from './program-text.ts';

const PROGRAMS = [
  'router-old.cjs',
  'router-new.cjs',
  'router-shell.cjs',
  'wire.cjs',
  'gateway.cjs',
  'market.cjs',
  'guard-door.cjs',
];

/** The folder of one rehearsal, laid out; a fresh one below `parent` when none is named. Throws CANNOT_WRITE. */
export async function layOutFolder(named: string | null, parent: string): Promise<string> {
  const folder = await openFolder(named, parent);
  for (const name of ['logs', 'servers', 'programs', 'flags', 'manifests', 'plans', 'evidence', 'verdicts'])
    await mkdir(path.join(folder, name), { recursive: true });
  for (const file of PROGRAMS) await copyFile(programPath(file), path.join(folder, 'programs', file));
  return folder;
}

/** Takes away what nobody should keep: the install folders of the servers and the private keys. */
export async function clearFolder(folder: string): Promise<void> {
  for (const name of ['servers', 'private-keys', 'prover-state'])
    await rm(path.join(folder, name), { recursive: true, force: true });
}

/** Makes a folder and those above it. Node's own `recursive` never returns where a file system forbids new folders, such as /proc. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || (await canList(path.dirname(folder)))) throw error;
    await makeFolder(path.dirname(folder));
    await mkdir(folder, { mode: 0o700 });
  }
}

async function canList(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    return true;
  } catch {
    return false;
  }
}

async function openFolder(named: string | null, parent: string): Promise<string> {
  try {
    if (named === null) return await realpath(await mkdtemp(path.join(parent, 'haunted-rehearsal-')));
    await makeFolder(named);
    if ((await readdir(named)).length === 0) return await realpath(named);
  } catch (error) {
    throw new Fault(
      'CANNOT_WRITE',
      `The folder ${named ?? parent} cannot be used for the rehearsal; name another with --out.`,
      {},
      error,
    );
  }
  throw new Fault(
    'CANNOT_WRITE',
    `The folder ${named} is not empty; name a new one with --out, so that nothing of yours is mixed with the rehearsal.`,
  );
}
