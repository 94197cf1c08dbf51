import { Fault } from '../fault.ts';
import type { Manifest } from '../model/manifest.ts';
import type { OpenedManifest } from '../model/verified.ts';
import type { Door } from '../seal/open.ts';
import type { ClusterState } from '../ledger/state.ts';
import { manifestIn, planOf, recall, recallAll } from './documents.ts';
import type { Snapshot } from './live.ts';

/** A manifest that a cluster may prove, with what its proof is held against. */
export type Ground = {
  readonly opened: OpenedManifest;
  readonly manifest: Manifest;
  /** The manifest whose senders may still emit; null when the history tells. */
  readonly before: OpenedManifest | null;
  readonly withdrawn: readonly string[];
  /** When those senders stopped; null when there are none. */
  readonly withdrawnSince: string | null;
  readonly history: readonly OpenedManifest[];
};

/**
 * What a proof of `sha256` is held against: the manifest itself, the one in force before the last change, and the flags whose senders
 * that change’s plan stopped. Fault NOT_FOUND when the ledger holds no such manifest, BAD_INPUT when today’s keyring refuses it.
 */
export function groundFor(
  snapshot: Snapshot,
  { state, sha256 }: { readonly state: ClusterState; readonly sha256: string },
  door: Door,
): Ground {
  const opened = recall(snapshot, sha256, door);
  const short = sha256.slice(0, 12);
  if (opened === null)
    throw new Fault(
      'NOT_FOUND',
      `The ledger holds no manifest ${short} of cluster ${state.cluster}; give it with \`haunted adopt --manifest FILE\`.`,
    );
  const manifest = manifestIn(opened);
  if (manifest === null || !opened.ok) {
    const why = opened.ok ? '' : opened.refused.detail;
    throw new Fault('BAD_INPUT', `The manifest ${short} of the ledger no longer counts: ${why}.`);
  }
  const change = state.change ?? state.last_change;
  const other =
    change === null
      ? null
      : change.manifest_sha256 === sha256
        ? change.from_manifest_sha256
        : change.manifest_sha256;
  const isGoing = change !== null && change.manifest_sha256 === sha256;
  const plan = isGoing ? planOf(snapshot, change.change) : null;
  return {
    opened,
    manifest,
    before: recall(snapshot, other, door),
    withdrawn: plan?.withdraw_flags ?? [],
    withdrawnSince: plan === null || change === null ? null : (plan.withdrawn_since ?? change.time),
    history: recallAll(snapshot, state, door),
  };
}
