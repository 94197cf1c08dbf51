import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { Fault } from '../../fault.ts';
import type { DigestCache } from './digest-cache.ts';
import { isGone } from './errno.ts';
import { asPath, resolveBelow, rootOf, shownName, withoutMark } from './kernel-path.ts';
import { cannotRead } from './rights.ts';
import type { RunningBinary } from './running-binary.ts';

/** The file that the next start of the service would run. */
export type BinaryOnDisk = {
  /** Null when there is no file at that path. */
  readonly sha256: string | null;
  /** The path compared, fit to print; with the kernel's " (deleted)" when nothing is there now. */
  readonly shownPath: string;
  /** When the file or its name was last changed, in epoch milliseconds; null when there is none. */
  readonly touchedAt: number | null;
};

type Found = { readonly sha256: string; readonly touchedAt: number };
type Look = { readonly root: string; readonly cache: DigestCache; readonly now: number };

/**
 * Does the disk hold what runs? Looks at the path the kernel names for the running file, seen from the process's own root. The mark
 * " (deleted)" is a hint only: a file may be called so, and a mark stays when another hard link lives. Fault: NO_PERMISSION.
 */
export function binaryOnDisk(running: RunningBinary, cache: DigestCache, now: number): BinaryOnDisk {
  const look: Look = { root: rootOf(running.process.pid), cache, now };
  const bare = withoutMark(running.link);
  const asWritten = fileAt(running.link, look, running);
  if (bare === null || asWritten?.sha256 === running.sha256) return onDisk(running.link, asWritten);
  const replaced = fileAt(bare, look, running);
  return replaced === null ? onDisk(running.link, null) : onDisk(bare, replaced);
}

/** The same for a path that somebody names: the `current/…` that a deploy tool flips. Faults: NOT_FOUND, NO_PERMISSION. */
export function binaryAtPath(
  running: RunningBinary,
  file: string,
  { cache, now }: Omit<Look, 'root'>,
): BinaryOnDisk {
  const name = Buffer.from(file).toString('latin1');
  const found = fileAt(name, { root: rootOf(running.process.pid), cache, now }, running);
  if (found !== null) return onDisk(name, found);
  throw new Fault(
    'NOT_FOUND',
    `There is no file at ${shownName(name)} to compare the running binary with; check --path.`,
    { path: file },
  );
}

function onDisk(name: string, found: Found | null): BinaryOnDisk {
  return { sha256: found?.sha256 ?? null, shownPath: shownName(name), touchedAt: found?.touchedAt ?? null };
}

function fileAt(name: string, { root, cache, now }: Look, running: RunningBinary): Found | null {
  const resolved = resolveBelow(root, name);
  const fd = resolved === null ? null : openRegular(resolved.outside);
  if (fd === null) return null;
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) return null;
    const isWhatRuns = stat.dev === running.stat.dev && stat.ino === running.stat.ino;
    // A flipped link is a deploy too, though the file it leads to is old.
    const touchedNs = [stat.ctimeNs, resolved?.newestLinkNs ?? 0n].reduce((a, b) => (a > b ? a : b));
    const touchedAt = Number(touchedNs / 1_000_000n);
    return { sha256: isWhatRuns ? running.sha256 : cache.digestOf(fd, now).sha256, touchedAt };
  } finally {
    closeSync(fd);
  }
}

function openRegular(file: string): number | null {
  try {
    // A pipe of that name must not make us wait for a writer.
    return openSync(asPath(file), constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isGone(error)) return null;
    throw cannotRead(shownName(file), error);
  }
}
