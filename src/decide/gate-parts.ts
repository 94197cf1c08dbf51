import type { Gate, Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence, OpenedManifest } from '../model/verified.ts';
import { composeVerdict } from './compose.ts';
import { openedManifests, refusedManifestSeed } from './manifest-standing.ts';
import { type Registry, registryOf } from './registry.ts';
import type { Seed } from './seed.ts';

export type IntentOf<G extends Gate> = Extract<Intent, { gate: G }>;

/**
 * What the refused ones among the manifests mean. One that the question is about forbids; a gap in the history holds, because
 * nothing can be said about flags over a history that is not whole.
 */
export function refusedSeeds(needed: readonly (OpenedManifest | null)[], evidence: Evidence): Seed[] {
  return [
    ...needed.filter(isRefused).map((entry) => refusedManifestSeed(entry.refused, 'block')),
    ...evidence.history.filter(isRefused).map((entry) => refusedManifestSeed(entry.refused, 'hold')),
  ];
}

function isRefused(entry: OpenedManifest | null): entry is Extract<OpenedManifest, { ok: false }> {
  return entry !== null && !entry.ok;
}

/** Everything known about one cluster's manifests: the ones in question and the history. */
export function registryFor(
  cluster: string,
  given: readonly (OpenedManifest | null)[],
  evidence: Evidence,
): Registry {
  return registryOf(cluster, openedManifests([...given, ...evidence.history]));
}

/** The manifest behind an opened document, or null when the door refused it. */
export function valueOf(opened: OpenedManifest | null): Manifest | null {
  return opened !== null && opened.ok ? opened.manifest.value : null;
}

/** The verdict when the manifest in question was refused: nothing else can be judged. */
export function refusedVerdict(
  gate: Gate,
  seeds: readonly Seed[],
  now: number,
  eventId: string | null,
  evidence: Evidence,
): Verdict {
  return composeVerdict({
    gate,
    now,
    manifestSha256: null,
    eventId,
    cluster: null,
    look: null,
    softenNow: false,
    seeds,
    groups: [],
    rollback: null,
    standing: evidence.standing ?? null,
  });
}
