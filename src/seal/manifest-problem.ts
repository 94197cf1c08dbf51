import type { Manifest } from '../model/manifest.ts';
import { manifestDigest } from './digest.ts';
import { quoted } from '../model/quoted.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** Why is this manifest not what it says it is? `raw` is the JSON it was read from, which the digest is taken of. */
export function manifestProblem(manifest: Manifest, raw: unknown): Refusal | null {
  const digest = manifestDigest(raw);
  if (digest !== manifest.manifest_sha256) {
    const detail = `its manifest_sha256 is ${manifest.manifest_sha256}, but its content has ${digest}`;
    return refusal('digest_mismatch', detail);
  }
  const contradiction = manifestContradiction(manifest);
  return contradiction === null ? null : refusal('inconsistent', contradiction);
}

/**
 * How does this manifest contradict itself? One clause, or null when it does not. A bound flag that the table does not list is no
 * contradiction but an orphan, which is for the judge to say.
 */
export function manifestContradiction(manifest: Manifest): string | null {
  // Host names are the same whatever their case (RFC 4343), and one server must not count as two.
  const host = firstRepeated(manifest.cluster_inventory.map((name) => name.toLowerCase()));
  if (host !== undefined) return `its cluster_inventory lists ${quoted(host)} twice`;
  const owned = firstRepeated(manifest.flag_ownership_table.map((row) => row.flag));
  if (owned !== undefined) return `its flag_ownership_table lists the flag ${quoted(owned)} twice`;
  const bound = firstRepeated(manifest.bound_flags);
  if (bound !== undefined) return `its bound_flags list ${quoted(bound)} twice`;
  const reopened = firstRepeated((manifest.reopened_flags ?? []).map((entry) => entry.flag));
  if (reopened !== undefined) return `its reopened_flags list ${quoted(reopened)} twice`;
  const artifacts = manifest.artifacts ?? [];
  if (artifacts.length > 0 && artifacts.every((artifact) => artifact.sha256 !== manifest.binary_sha256))
    return 'none of its artifacts has its binary_sha256';
  if (manifest.previous_manifest_sha256 === manifest.manifest_sha256)
    return 'its previous_manifest_sha256 is its own manifest_sha256';
  return null;
}

function firstRepeated(names: readonly string[]): string | undefined {
  if (new Set(names).size === names.length) return undefined;
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}
