import { fstatSync, statfsSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { Fault } from '../../fault.ts';
import { sha256OfFd } from './hash-file.ts';

/** What an inode looked like when it was hashed: it has other times or another size as soon as somebody writes to it. */
export type FileIdentity = string;

/** Digests of files that have not changed since they were hashed. */
export type DigestCache = {
  /** The sha256 of an open file: remembered when nothing about the file changed, else read to the end. */
  readonly digestOf: (fd: number, now: number) => OpenDigest;
  /** What is worth keeping until the next run, the least recently used first. */
  readonly entries: () => readonly (readonly [FileIdentity, string])[];
};

type OpenDigest = { readonly sha256: string; readonly stat: BigIntStats; readonly wasRead: boolean };

const KEPT = 256;
const REMEMBERED = 4_096;
const TRIES = 5;
/** Two writes within one tick of a file system's clock leave the same times, so a file this young is not remembered yet. */
const SETTLED_MS = 2_000;

/**
 * File systems whose kernel keeps the change time itself, from statfs(2). Elsewhere it may come from the image (squashfs, erofs:
 * the next image can bring the same inode number and times with other bytes) or lag behind the server (NFS): hash again.
 */
const TRUE_CHANGE_TIME: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0xf2f52010, // f2fs
  0x01021994, // tmpfs
  0x2fc12fc1, // zfs
  0x794c7630, // overlayfs: passes on what the file system below says
]);

/** A cache that starts with what an earlier run kept. `entries` must come from the same boot: device numbers do not outlive it. */
export function digestCache(entries: Iterable<readonly [FileIdentity, string]> = []): DigestCache {
  const sha256ByIdentity = new Map<FileIdentity, string>(entries);
  const remember = (identity: FileIdentity, sha256: string): void => {
    sha256ByIdentity.set(identity, sha256);
    const [oldest] = sha256ByIdentity.keys();
    if (sha256ByIdentity.size > REMEMBERED && oldest !== undefined) sha256ByIdentity.delete(oldest);
  };

  return {
    digestOf: (fd, now) => {
      let stat = fstatSync(fd, { bigint: true });
      for (let tries = 0; tries < TRIES; tries += 1) {
        const identity = identityOf(stat);
        const known = sha256ByIdentity.get(identity);
        if (known !== undefined) {
          // Moved to the end: the least recently used goes first.
          sha256ByIdentity.delete(identity);
          sha256ByIdentity.set(identity, known);
          return { sha256: known, stat, wasRead: false };
        }
        const sha256 = sha256OfFd(fd);
        const after = fstatSync(fd, { bigint: true });
        if (identityOf(after) === identity) {
          const isSettled = Number(stat.ctimeMs) + SETTLED_MS < now;
          if (isSettled && TRUE_CHANGE_TIME.has(statfsSync(`/proc/self/fd/${fd}`).type))
            remember(identity, sha256);
          return { sha256, stat, wasRead: true };
        }
        stat = after;
      }
      throw new Fault(
        'AMBIGUOUS',
        'A file was written to each time haunted read it; wait for the copy to end and ask again.',
      );
    },
    entries: () => [...sha256ByIdentity].slice(-KEPT),
  };
}

/** What must be unchanged for a digest to hold: device, inode, size, and both times to the nanosecond. */
function identityOf(stat: BigIntStats): FileIdentity {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}
