import type { Manifest } from '../model/manifest.ts';
import type { Registry } from './registry.ts';

/**
 * Whose senders may still emit while a manifest is activated or proven? The manifest named, else the newest other one known: a
 * word that was left out must not make a gate hear less than the history tells. Null when nobody can say.
 */
export function manifestBefore(
  manifest: Manifest,
  named: Manifest | null,
  registry: Registry,
): Manifest | null {
  if (named !== null) return named.manifest_sha256 === manifest.manifest_sha256 ? null : named;
  return registry.manifests.find((known) => known.manifest_sha256 !== manifest.manifest_sha256) ?? null;
}
