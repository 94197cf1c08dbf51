import type { Manifest } from '../model/manifest.ts';
import type { Registry } from './registry.ts';

/**
 * Which manifests describe what may run beside a new one: the current manifest, the one to go back to, and those of binaries that
 * run now or that a declared split of either allows. `running` are digests of binaries. Each once.
 */
export function mayRunBeside(
  manifest: Manifest,
  current: Manifest,
  running: readonly string[],
  target: Manifest | null,
  registry: Registry,
): Manifest[] {
  const splits = [manifest, current].flatMap((each) => each.declared_split?.pairs ?? []);
  const binaries = [...running, ...splits.map((pair) => pair.binary_sha256)];
  const described = binaries
    .filter((binary) => binary !== manifest.binary_sha256)
    .flatMap((binary) => registry.tableOfBinary(binary, current)?.manifest ?? []);
  const all = [current, ...(target === null ? [] : [target]), ...described];
  return [...new Map(all.map((each) => [each.manifest_sha256, each])).values()];
}
