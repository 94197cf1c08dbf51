import { createHash, randomBytes } from 'node:crypto';
import { lstat, mkdir, open, rmdir, unlink } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import type { SshSettings } from '../../model/config.ts';
import type { HostTarget } from './host-target.ts';

// A socket's path may have 107 characters (unix(7)); ours add 30, and ssh adds 17 while it makes one.
const MAX_FOLDER = 58;
// ssh expands % and ${…} in ControlPath and splits it at spaces.
const PLAIN_PATH = /^[A-Za-z0-9/._-]+$/;

/** A folder of shared connections, held open for one run. */
export type ControlFolder = {
  readonly path: string;
  /** Lets go of it; it goes away when no connection and no other run is left in it. */
  readonly release: () => Promise<void>;
};

/**
 * The folder of this user's shared connections, made when it is missing: below `runtimeDir` (XDG_RUNTIME_DIR) when that fits,
 * else below the system's temporary folder. Faults: KEY_UNSAFE when somebody else could reach into it, for whoever can use a
 * connection is logged in as us; CANNOT_WRITE.
 */
export async function openControlFolder(runtimeDir: string | undefined): Promise<ControlFolder> {
  const { uid } = userInfo();
  const candidates = [
    ...(runtimeDir === undefined || runtimeDir === '' ? [] : [path.join(runtimeDir, 'haunted-ssh')]),
    path.join(tmpdir(), `haunted-ssh-${uid}`),
    `/tmp/haunted-ssh-${uid}`,
  ].filter((folder) => folder.length <= MAX_FOLDER && PLAIN_PATH.test(folder) && path.isAbsolute(folder));
  for (const folder of candidates) {
    if (!(await isMade(folder))) continue;
    await checkOurs(folder, uid);
    const note = await leaveNote(folder);
    if (note !== null) return { path: folder, release: async () => await letGo(folder, note) };
  }
  throw new Fault(
    'CANNOT_WRITE',
    `A folder for ssh connections could not be made in ${candidates.map((folder) => path.dirname(folder)).join(' or ')}; set XDG_RUNTIME_DIR to a short path that you may write to.`,
  );
}

/** A file that says that somebody is at work here, so that another run which ends does not take the folder away. */
async function leaveNote(folder: string): Promise<string | null> {
  const note = path.join(folder, `run.${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(note, 'wx', 0o600);
    await handle.close();
    return note;
  } catch {
    return null;
  }
}

async function letGo(folder: string, note: string): Promise<void> {
  try {
    await unlink(note);
    await rmdir(folder);
  } catch {
    // Connections, or another run, are left in it.
  }
}

async function isMade(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { mode: 0o700 });
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EEXIST';
  }
}

async function checkOurs(folder: string, uid: number): Promise<void> {
  const info = await lstat(folder);
  if (info.isDirectory() && info.uid === uid && (info.mode & 0o077) === 0) return;
  throw new Fault(
    'KEY_UNSAFE',
    `${folder} holds ssh connections and others could reach into it; remove it, make it a folder of yours with mode 0700, or set XDG_RUNTIME_DIR to another place.`,
    { folder },
  );
}

/** Where the shared connection to this host is, or would be. Two ways of reaching a host are two connections. */
export function socketPath(folder: string, target: HostTarget, settings: SshSettings): string {
  const way = [
    target.name,
    target.address,
    target.user ?? settings.user ?? null,
    target.port ?? settings.port ?? null,
    settings.config_file ?? null,
    settings.identity_file ?? null,
  ];
  return path.join(folder, createHash('sha256').update(JSON.stringify(way)).digest('hex').slice(0, 20));
}
