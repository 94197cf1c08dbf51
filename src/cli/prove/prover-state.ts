import type { LoadedMemory } from '../../adapters/proc/loaded-tree.ts';
import type { ProcessLook } from '../../adapters/proc/process-look.ts';
import { ProverMemory } from '../../model/prover-memory.ts';
import type { ProverState } from '../../model/prover-memory.ts';
import { sha256Hex } from '../../seal/digest.ts';

const KEPT_BINARIES = 256;
const KEPT_PROCESSES = 512;

export type StateOwner = { readonly cluster: string; readonly hostname: string; readonly bootId: string };

/** A file name that no two (cluster, hostname) pairs share. */
export function stateFileName({ cluster, hostname }: StateOwner): string {
  return `prove-${sha256Hex(`${cluster}\n${hostname}`).slice(0, 32)}.json`;
}

/** The state of a server nobody looked at before. */
export function emptyState({ cluster, hostname, bootId }: StateOwner): ProverState {
  return {
    schema: 'haunted.prover-state/v1',
    cluster,
    hostname,
    boot_id: bootId,
    sequence: 0,
    first_seen: {},
    loaded: [],
    digests: [],
  };
}

/** The text of a state file. It carries its own digest: a flipped bit must not turn one binary into another. */
export function writeState(state: ProverState): string {
  const body = {
    ...state,
    first_seen: Object.fromEntries(Object.entries(state.first_seen).slice(-KEPT_BINARIES)),
    loaded: state.loaded.slice(-KEPT_PROCESSES),
  };
  return `${JSON.stringify({ body, sha256: sha256Hex(JSON.stringify(body)) })}\n`;
}

/**
 * What a state file remembers for this server and this boot. `problem` says why a file was not believed; then nothing of it is.
 * After a reboot only the first sightings are kept.
 */
export function readState(text: string, owner: StateOwner): { state: ProverState; problem: string | null } {
  const value = parseOrNull(text);
  const file = ProverMemory.safeParse(value);
  if (!file.success) return { state: emptyState(owner), problem: 'it is damaged or of another version' };
  const { body, sha256 } = file.data;
  // The body as it was read, for a schema may put fields in another order.
  if (sha256Hex(JSON.stringify((value as { body: unknown }).body)) !== sha256)
    return { state: emptyState(owner), problem: 'its digest does not match its content' };
  if (body.cluster !== owner.cluster || body.hostname !== owner.hostname)
    return { state: emptyState(owner), problem: `it is about ${body.hostname} of ${body.cluster}` };
  if (body.boot_id === owner.bootId) return { state: body, problem: null };
  return { state: { ...emptyState(owner), first_seen: body.first_seen }, problem: null };
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/**
 * The number of the next report: higher than any before it in this boot, even when the clock was set back and even when the
 * state was lost, for it starts from the kernel's own count of milliseconds since boot.
 */
export function nextSequence(state: ProverState, uptimeMs: number): number {
  return Math.max(state.sequence + 1, uptimeMs);
}

/** When this binary was first seen running here, `seenAt` if never before. */
export function firstSeen(state: ProverState, sha256: string, seenAt: string): string {
  return state.first_seen[sha256] ?? seenAt;
}

/** Which process, and which tree with which paths skipped (`treeQuestion`). */
export type LoadedQuestion = { readonly pid: number; readonly startTicks: number; readonly tree: string };

/** A short name for a tree as it was named, and what was skipped in it. */
export function treeQuestion(folder: string, skipped: readonly string[]): string {
  return sha256Hex(JSON.stringify([folder, [...skipped].sort()]));
}

/** What an earlier look at the same process found it had loaded. */
export function loadedBefore(state: ProverState, asked: LoadedQuestion): LoadedMemory | null {
  return (
    state.loaded.find(
      (each) => each.pid === asked.pid && each.start_ticks === asked.startTicks && each.tree === asked.tree,
    ) ?? null
  );
}

/**
 * What is remembered of interpreted processes after a look: the tree each had loaded, and where the clock stood when it was first seen with
 * it. Those looked at last are kept.
 */
export function loadedAfter(
  state: ProverState,
  looks: readonly ProcessLook[],
  { tree, offset }: { readonly tree: string; readonly offset: number },
): ProverState['loaded'] {
  const loaded = looks
    .filter(({ method }) => method === 'tree_digest')
    .map(({ process: { pid, startTicks }, sha256 }) => ({
      tree,
      pid,
      start_ticks: startTicks,
      sha256,
      clock_offset_ms: loadedBefore(state, { pid, startTicks, tree })?.clock_offset_ms ?? offset,
    }));
  const others = state.loaded.filter(
    (each) => !loaded.some(({ pid }) => pid === each.pid && each.tree === tree),
  );
  return [...others, ...loaded].slice(-KEPT_PROCESSES);
}
