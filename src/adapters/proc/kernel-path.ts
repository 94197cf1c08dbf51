import { lstatSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { isGone } from './errno.ts';
import { cannotRead } from './rights.ts';

const DELETED = ' (deleted)';
const MAX_LINKS = 40;

/** The text of a /proc link, byte for byte as latin1 so that no name is lost; `shownName` makes it fit to print. */
export function readKernelLink(link: string): string {
  return readlinkSync(link, 'latin1');
}

/** A latin1-read path as the bytes the kernel takes. */
export function asPath(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1');
}

/** The path without the kernel's " (deleted)", or null when it carries no such mark. A file may truly be called that. */
export function withoutMark(name: string): string | null {
  return name.endsWith(DELETED) ? name.slice(0, -DELETED.length) : null;
}

/** A name as a document may hold it: UTF-8 where it is UTF-8, and \xNN for bytes that are not text or that a terminal obeys. */
export function shownName(latin1: string): string {
  const bytes = asPath(latin1);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    text = latin1.replaceAll(/[\u0080-\u00ff]/g, escapeByte);
  }
  return text.replaceAll(
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
    escapeByte,
  );
}

function escapeByte(character: string): string {
  const code = character.charCodeAt(0);
  return code > 0xff
    ? `\\u${code.toString(16).padStart(4, '0')}`
    : `\\x${code.toString(16).padStart(2, '0')}`;
}

/** Where this process's files are seen from here: nothing for our own mount namespace, `/proc/PID/root` for another one. */
export function rootOf(pid: number): string {
  const isOurs = readlinkSync(`/proc/${pid}/ns/mnt`) === readlinkSync('/proc/self/ns/mnt');
  return isOurs ? '' : `/proc/${pid}/root`;
}

export type Resolved = {
  /** The path with every link followed, as the process sees it. */
  readonly inside: string;
  /** The same, as this process can open it. */
  readonly outside: string;
  /** The youngest change time of the links on the way, in epoch nanoseconds; null when there was none. */
  readonly newestLinkNs: bigint | null;
};

/**
 * Follows every link of an absolute path below `root`, as the process inside would: an absolute link of a container starts at
 * the container's root, where opening `/proc/PID/root/…` would start at ours. Null when the path leads nowhere.
 */
export function resolveBelow(root: string, name: string): Resolved | null {
  let done = '';
  let newestLinkNs: bigint | null = null;
  const todo = name.split('/');
  for (let links = 0; todo.length > 0;) {
    const part = todo.shift();
    if (part === undefined || part === '' || part === '.') continue;
    if (part === '..') {
      done = path.posix.dirname(done === '' ? '/' : done).replace(/\/$/, '');
      continue;
    }
    const here = `${done}/${part}`;
    const target = linkTarget(asPath(root + here));
    if (target === null) return null;
    if (target.text === undefined) {
      done = here;
      continue;
    }
    links += 1;
    if (links > MAX_LINKS) return null;
    if (newestLinkNs === null || target.changedNs > newestLinkNs) newestLinkNs = target.changedNs;
    if (target.text.startsWith('/')) done = '';
    todo.unshift(...target.text.split('/'));
  }
  return { inside: done === '' ? '/' : done, outside: root + (done === '' ? '/' : done), newestLinkNs };
}

type Target = { readonly text: string | undefined; readonly changedNs: bigint };

function linkTarget(file: Buffer): Target | null {
  try {
    const stat = lstatSync(file, { bigint: true });
    return {
      text: stat.isSymbolicLink() ? readlinkSync(file, 'latin1') : undefined,
      changedNs: stat.ctimeNs,
    };
  } catch (error) {
    if (isGone(error)) return null;
    throw cannotRead(shownName(file.toString('latin1')), error);
  }
}
