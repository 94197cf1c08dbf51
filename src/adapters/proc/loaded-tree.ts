import { Fault } from '../../fault.ts';
import { archivesHeld } from './held-archives.ts';
import type { HeldArchive } from './held-archives.ts';
import { shownName } from './kernel-path.ts';
import { treeDigest } from './release-tree.ts';
import type { ReleaseTree, TreeNode } from './release-tree.ts';

/** What one interpreted process has loaded, as far as it can be told, and what lies on disk now. */
export type LoadedTree = { readonly sha256: string; readonly onDiskSha256: string };

/** What an earlier look at the same process found it had loaded, and the clock it was seen by. */
export type LoadedMemory = { readonly sha256: string; readonly clock_offset_ms: number };

export type TreeQuestion = {
  readonly pid: number;
  /** The real path of the tree as the process sees it (latin1). */
  readonly folder: string;
  readonly tree: ReleaseTree;
  /** When the process can have started at the earliest, in epoch milliseconds. */
  readonly startedAt: number;
  /** The youngest link on the way to the tree, in epoch nanoseconds: flipping it swaps the whole tree. */
  readonly newestLinkNs: bigint | null;
  /** The digest that an earlier look at the same process found to be loaded; null when there was none. */
  readonly remembered: string | null;
};

/**
 * What did this process load from its release directory? A node or python process keeps no hold on its sources, so the tree on
 * disk speaks for it only while nothing in it changed after the start; the change time counts, since tools set the other one
 * back. Archives that a JVM holds open are read through its own descriptor and count as they were opened. When something did
 * change, an earlier look at the same process still knows; without one nobody does, and that is the Fault AMBIGUOUS.
 */
export function loadedTree(question: TreeQuestion): LoadedTree {
  const { tree, remembered } = question;
  const held = archivesHeld(question.pid, question.folder);
  const onDiskSha256 = treeDigest(tree.entries);
  const running = digestWith(tree, held);
  const changed = firstChange(question, held);
  if (changed === null) return { sha256: remembered ?? running, onDiskSha256 };
  if (remembered !== null && remembered !== onDiskSha256) return { sha256: remembered, onDiskSha256 };
  throw new Fault(
    'AMBIGUOUS',
    `What process ${question.pid} has loaded cannot be told: ${shownName(changed)} changed after it started (${new Date(question.startedAt).toISOString()}); restart the service, or skip that path with --tree-skip if it is no code.`,
    { pid: question.pid, path: shownName(changed) },
  );
}

function digestWith(tree: ReleaseTree, held: readonly HeldArchive[]): string {
  const entryByPath = new Map(tree.entries.map((entry) => [entry.path, entry]));
  for (const { path, sha256 } of held.filter((archive) => !isSameFile(archive, tree)))
    entryByPath.set(path, { path, sha256: sha256(), linkTarget: null });
  return treeDigest([...entryByPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1)));
}

function isSameFile(archive: HeldArchive, tree: ReleaseTree): boolean {
  return tree.nodes.some(
    (node) => node.path === archive.path && node.dev === archive.dev && node.ino === archive.ino,
  );
}

/** The first path of the tree that changed after the start, archives held open left out; null when none did. */
function firstChange(
  { tree, folder, startedAt, newestLinkNs }: TreeQuestion,
  held: readonly HeldArchive[],
): string | null {
  const startNs = BigInt(Math.floor(startedAt)) * 1_000_000n;
  if (newestLinkNs !== null && latest(newestLinkNs) >= startNs) return `the link to ${folder}`;
  const known = new Set(held.map((archive) => archive.path));
  // Replacing a held archive changes its folder; the archive's own digest says it already.
  const explained = new Set(
    held.filter((archive) => !isSameFile(archive, tree)).map((archive) => parentOf(archive.path)),
  );
  const changed = tree.nodes.find(
    (node) =>
      latest(node.changedNs) >= startNs &&
      !known.has(node.path) &&
      !(node.kind === 'folder' && explained.has(node.path)),
  );
  return changed === undefined ? null : pathOf(folder, changed);
}

const SECOND_NS = 1_000_000_000n;

/** Some file systems keep whole seconds only: the change came at some time within that second. */
function latest(changedNs: bigint): bigint {
  return changedNs % SECOND_NS === 0n ? changedNs + SECOND_NS - 1n : changedNs;
}

function pathOf(folder: string, node: TreeNode): string {
  return node.path === '' ? folder : `${folder}/${node.path}`;
}

function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}
