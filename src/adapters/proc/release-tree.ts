import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { Fault } from '../../fault.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { isGone } from './errno.ts';
import { sha256OfFd } from './hash-file.ts';
import { asPath, shownName } from './kernel-path.ts';
import { cannotRead } from './rights.ts';

/** A release directory as it lies on disk. Names are latin1, so that every byte of them survives. */
export type ReleaseTree = {
  /** One entry per file and link, sorted by the bytes of its path. */
  readonly entries: readonly TreeEntry[];
  /** Everything that was looked at, folders too: where changes show. */
  readonly nodes: readonly TreeNode[];
};

export type TreeEntry = {
  readonly path: string;
  readonly sha256: string;
  readonly linkTarget: string | null;
};
export type TreeNode = {
  /** Below the tree, without a leading slash; empty for the tree itself. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link';
  readonly dev: bigint;
  readonly ino: bigint;
  /** When the inode was last changed, in epoch nanoseconds; tools can set mtime, not this. */
  readonly changedNs: bigint;
};

const MAX_NODES = 500_000;
const MAX_DEPTH = 128;
const TRIES = 3;

/**
 * Every file of a release directory with its digest. `skipped` are paths below it that are no code (`log`, `tmp/cache`), or
 * a name wherever it stands when written with two stars (two stars, slash, __pycache__). Faults: NOT_FOUND, NO_PERMISSION,
 * BAD_INPUT for a name with a line break, TOO_LARGE, AMBIGUOUS when it keeps changing while it is read.
 */
export function readTree(folder: string, skipped: readonly string[] = []): ReleaseTree {
  const isSkipped = skipper(skipped);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const before = walk(folder, isSkipped);
    const entries = digestAll(folder, before);
    if (entries !== null && isSame(before, walk(folder, isSkipped))) return { entries, nodes: before };
  }
  throw new Fault(
    'AMBIGUOUS',
    `The files in ${shownName(folder)} change while they are read; wait for the copy to end and ask again.`,
    {
      folder,
    },
  );
}

/**
 * The digest of a tree. Without links it is in-toto's dirHash (Go's h1, in-toto attestation spec v1, digest_set.md): the sha256
 * of the lines `sha256  path`. A link adds the line `sha256-of-its-target  path//`, which no file can have: dirHash is blind
 * to links, and a flipped `current` inside the tree would go unseen.
 */
export function treeDigest(entries: readonly TreeEntry[]): string {
  const lines = entries.map(
    ({ path, sha256, linkTarget }) => `${sha256}  ${path}${linkTarget === null ? '' : '//'}\n`,
  );
  return sha256Hex(asPath(lines.join('')));
}

/** The newest change in a tree or in the links that lead to it, in epoch nanoseconds. */
export function newestChange(tree: ReleaseTree, newestLinkNs: bigint | null): bigint {
  return tree.nodes.reduce(
    (newest, node) => (node.changedNs > newest ? node.changedNs : newest),
    newestLinkNs ?? 0n,
  );
}

function skipper(skipped: readonly string[]): (path: string) => boolean {
  const names = new Set(
    skipped.filter((each) => each.startsWith('**/')).map((each) => asLatin1(each.slice(3))),
  );
  const paths = new Set(
    skipped
      .filter((each) => !each.startsWith('**/'))
      .map((each) => asLatin1(each.replaceAll(/^\.\/|\/+$/g, ''))),
  );
  return (path) => paths.has(path) || names.has(path.slice(path.lastIndexOf('/') + 1));
}

function asLatin1(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function walk(folder: string, isSkipped: (path: string) => boolean): TreeNode[] {
  const nodes: TreeNode[] = [];
  const visit = (path: string, depth: number): void => {
    const file = path === '' ? folder : `${folder}/${path}`;
    const stat = lookAt(file, path === '');
    if (stat === null) return;
    if (path === '' && !stat.isDirectory())
      throw new Fault(
        'BAD_INPUT',
        `${shownName(folder)} is not a folder; --tree names the release directory.`,
        { folder },
      );
    const kind = stat.isDirectory()
      ? 'folder'
      : stat.isSymbolicLink()
        ? 'link'
        : stat.isFile()
          ? 'file'
          : null;
    // Sockets, pipes and devices hold no code.
    if (kind === null) return;
    if (path.includes('\n'))
      throw new Fault(
        'BAD_INPUT',
        `A name in ${shownName(folder)} holds a line break (${shownName(path)}), which a tree digest cannot hold; rename or skip it.`,
        { folder },
      );
    nodes.push({ path, kind, dev: stat.dev, ino: stat.ino, changedNs: stat.ctimeNs });
    if (nodes.length > MAX_NODES || depth > MAX_DEPTH)
      throw new Fault(
        'TOO_LARGE',
        `${shownName(folder)} holds more than ${MAX_NODES} files, or folders deeper than ${MAX_DEPTH}; is it the release directory?`,
        { folder },
      );
    if (kind !== 'folder') return;
    for (const name of namesIn(file)) {
      const below = path === '' ? name : `${path}/${name}`;
      if (!isSkipped(below)) visit(below, depth + 1);
    }
  };
  visit('', 0);
  return nodes;
}

function lookAt(file: string, isRoot: boolean): BigIntStats | null {
  try {
    return lstatSync(asPath(file), { bigint: true });
  } catch (error) {
    if (isGone(error) && !isRoot) return null;
    throw whyUnread(file, error);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(asPath(folder), { encoding: 'latin1' }).sort();
  } catch (error) {
    if (isGone(error)) return [];
    throw whyUnread(folder, error);
  }
}

/** Null when a file went away or changed while it was read. */
function digestAll(folder: string, nodes: readonly TreeNode[]): TreeEntry[] | null {
  const entries: TreeEntry[] = [];
  for (const node of nodes) {
    if (node.kind === 'folder') continue;
    const file = asPath(`${folder}/${node.path}`);
    try {
      if (node.kind === 'file') entries.push({ path: node.path, sha256: digestOf(file), linkTarget: null });
      else {
        const target = readlinkSync(file, 'latin1');
        entries.push({ path: node.path, sha256: sha256Hex(asPath(target)), linkTarget: target });
      }
    } catch (error) {
      if (isGone(error)) return null;
      throw whyUnread(`${folder}/${node.path}`, error);
    }
  }
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function digestOf(file: Buffer): string {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    if (!fstatSync(fd).isFile()) return '';
    return sha256OfFd(fd);
  } finally {
    closeSync(fd);
  }
}

function isSame(before: readonly TreeNode[], after: readonly TreeNode[]): boolean {
  return (
    before.length === after.length &&
    before.every((node, at) => {
      const then = after[at];
      return (
        then?.path === node.path &&
        then.ino === node.ino &&
        then.changedNs === node.changedNs &&
        then.kind === node.kind
      );
    })
  );
}

function whyUnread(file: string, error: unknown): unknown {
  if (isGone(error))
    return new Fault('NOT_FOUND', `${shownName(file)} does not exist; check --tree.`, { file }, error);
  return cannotRead(shownName(file), error);
}
