import { closeSync, openSync, statSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { isForbidden, isGone } from './errno.ts';
import { sha256OfFd } from './hash-file.ts';
import { withoutMark } from './kernel-path.ts';
import { openFilesOf } from './open-files.ts';
import { cannotRead, mayNotRead } from './rights.ts';

/** An archive below a tree that a process holds open: it runs what the descriptor reads, whatever lies at the path now. */
export type HeldArchive = {
  /** Below the tree, latin1, without the kernel's mark. */
  readonly path: string;
  readonly dev: bigint;
  readonly ino: bigint;
  /** Reads it through the process's own descriptor. */
  readonly sha256: () => string;
};

const ARCHIVE = /\.(?:jar|jmod|war|ear|zip)$/;

/** The archives below `folder` (as the process sees it, latin1) that process `pid` holds open. Fault: NO_PERMISSION. */
export function archivesHeld(pid: number, folder: string): HeldArchive[] {
  const below = folder === '/' ? '/' : `${folder}/`;
  const byPath = new Map<string, HeldArchive>();
  for (const { path, link } of openFilesOf(pid) ?? []) {
    const name = withoutMark(link) ?? link;
    if (!name.startsWith(below) || !ARCHIVE.test(name)) continue;
    const stat = statIfOpen(path);
    if (stat === null) continue;
    byPath.set(name.slice(below.length), {
      path: name.slice(below.length),
      dev: stat.dev,
      ino: stat.ino,
      sha256: () => digestOf(pid, path),
    });
  }
  return [...byPath.values()];
}

/** Null when it was closed meanwhile. */
function statIfOpen(path: string): BigIntStats | null {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (isGone(error)) return null;
    throw cannotRead(path, error);
  }
}

function digestOf(pid: number, path: string): string {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    throw isForbidden(error) ? mayNotRead(pid, path, error) : error;
  }
  try {
    return sha256OfFd(fd);
  } finally {
    closeSync(fd);
  }
}
