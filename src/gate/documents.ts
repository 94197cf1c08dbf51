import { Fault } from '../fault.ts';
import type { Manifest } from '../model/manifest.ts';
import { RollbackPlan } from '../model/plan.ts';
import type { OpenedManifest } from '../model/verified.ts';
import type { Door } from '../seal/open.ts';
import { openManifest } from '../seal/open.ts';
import { parseDocument } from '../seal/parse-document.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Snapshot } from './live.ts';
import type { Received } from './ports.ts';

/** A manifest that somebody brought, with its text for the ledger. Fault BAD_INPUT when it cannot be read at all. */
export type Brought = { readonly opened: OpenedManifest; readonly text: string };

export function bring({ bytes, source }: Received, door: Door): Brought {
  return { opened: openManifest(bytes, source, door), text: new TextDecoder().decode(bytes) };
}

export function manifestIn(opened: OpenedManifest | null): Manifest | null {
  return opened !== null && opened.ok ? opened.manifest.value : null;
}

/**
 * A manifest of the ledger, opened again: its signature is judged as of the day it was let in, because a key that ended since does not
 * undo history. What was let in bare was let in by somebody's word then. Null when the ledger holds no document of that digest.
 */
export function recall(snapshot: Snapshot, sha256: string | null, door: Door): OpenedManifest | null {
  const kept = sha256 === null ? undefined : snapshot.manifests.get(sha256);
  if (kept === undefined || sha256 === null) return null;
  const then: Door = { ...door, now: kept.at, acceptUnsigned: true };
  return openManifest(new TextEncoder().encode(kept.text), `ledger:${sha256.slice(0, 12)}`, then);
}

/** Every manifest that the ledger let into a cluster. */
export function recallAll(snapshot: Snapshot, cluster: ClusterState, door: Door): OpenedManifest[] {
  return [...cluster.manifests.keys()]
    .map((sha256) => recall(snapshot, sha256, door))
    .filter((opened) => opened !== null);
}

/** The manifest in force. Fault NOT_FOUND when the ledger knows none, with what to do. */
export function inForce(snapshot: Snapshot, cluster: ClusterState, door: Door): OpenedManifest {
  const opened = recall(snapshot, cluster.in_force, door);
  if (opened !== null) return opened;
  throw new Fault(
    'NOT_FOUND',
    cluster.in_force === null
      ? `The ledger does not know what cluster ${cluster.cluster} has to run; say it once with \`haunted adopt --manifest FILE\`.`
      : `The ledger holds no document of the manifest ${cluster.in_force.slice(0, 12)} that cluster ${cluster.cluster} has to run; give it again with \`haunted adopt --manifest FILE\`.`,
    { cluster: cluster.cluster },
  );
}

export function planIn(received: Received | null): RollbackPlan | null {
  return received === null ? null : parseDocument(RollbackPlan, received.bytes, received.source);
}

export function planOf(snapshot: Snapshot, change: string): RollbackPlan | null {
  const text = snapshot.plans.get(change) ?? null;
  return text === null ? null : planIn({ bytes: new TextEncoder().encode(text), source: `ledger:${change}` });
}
