import { readdirSync } from 'node:fs';
import { isForbidden, isGone } from './errno.ts';
import { readKernelLink } from './kernel-path.ts';
import { mayNotRead } from './rights.ts';

/** One open descriptor of a process: its /proc path, and the kernel's name for what it is open on (latin1). */
export type OpenFile = { readonly path: string; readonly link: string };

/** What a process holds open; null when it is gone. Fault: NO_PERMISSION. */
export function openFilesOf(pid: number): OpenFile[] | null {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).flatMap((name) => {
      const link = linkOf(`${folder}/${name}`);
      return link === null ? [] : [{ path: `${folder}/${name}`, link }];
    });
  } catch (error) {
    if (isGone(error)) return null;
    if (isForbidden(error)) throw mayNotRead(pid, folder, error);
    throw error;
  }
}

/** Null when it was closed meanwhile. */
function linkOf(path: string): string | null {
  try {
    return readKernelLink(path);
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** The sockets among them, by inode. */
export function socketInodesOf(files: readonly OpenFile[]): number[] {
  return files.flatMap(({ link }) => {
    const inode = /^socket:\[(\d+)\]$/.exec(link)?.[1];
    return inode === undefined ? [] : [Number(inode)];
  });
}
