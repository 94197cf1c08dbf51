import type { Manifest } from '../model/manifest.ts';
import type { Look } from './look.ts';
import type { Registry } from './registry.ts';
import { type Seed, seedOf, shortDigest } from './seed.ts';

/**
 * Nobody said which manifest a rollback leaves, and the newest one known was taken. Can that be trusted? The manifest being left
 * names the senders that go on sending; a wrong guess would pass Knight's uninstall. So a guess that the evidence does not bear
 * out holds.
 */
export function judgeDeparture(left: Manifest, registry: Registry, look: Look): Seed[] {
  const rival = registry.manifests.find(
    (known) => known.generation === left.generation && known.manifest_sha256 !== left.manifest_sha256,
  );
  const running = new Set(look.classes.map((each) => each.nodes.binary));
  const stranger = [...running].sort().find((binary) => registry.tableOfBinary(binary, left) === null);
  const doubt = doubtOf(left, rival, stranger, running);
  if (doubt === null) return [];
  return [
    seedOf('manifest_invalid', {
      effect: 'hold',
      expected: 'the manifest being left, named',
      actual: left.manifest_sha256,
      where: [`manifest:${left.deployment_id}`],
      sentence: `Nobody said which manifest is being left, and ${doubt}.`,
    }),
  ];
}

function doubtOf(
  left: Manifest,
  rival: Manifest | undefined,
  stranger: string | undefined,
  running: ReadonlySet<string>,
): string | null {
  if (rival !== undefined)
    return `two manifests of generation ${left.generation} are known (${left.deployment_id} and ${rival.deployment_id})`;
  if (stranger !== undefined)
    return `a server runs binary ${shortDigest(stranger)}, which none of those known describes`;
  if (running.size > 0 && !running.has(left.binary_sha256))
    return `no server runs the newest one known (${left.deployment_id})`;
  return null;
}
