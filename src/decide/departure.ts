import type { Manifest } from '../model/manifest.ts';
import { type Binding, messageBindings } from './binding.ts';
import type { Look } from './look.ts';
import type { Registry } from './registry.ts';
import { type Seed, seedOf, shortDigest } from './seed.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * Nobody said which manifest a rollback leaves, and the newest one known was taken. Can that be trusted? The manifest being left
 * names the senders that go on sending; a wrong guess would pass Knight's uninstall. So a guess that the evidence does not bear
 * out holds. The target's own senders are heard after the button in any case.
 */
export function judgeDeparture(
  left: Manifest,
  target: Manifest | null,
  registry: Registry,
  look: Look,
): Seed[] {
  const rival = registry.manifests.find(
    (known) => known.generation === left.generation && known.manifest_sha256 !== left.manifest_sha256,
  );
  const running = new Set(look.classes.map((each) => each.nodes.binary));
  const stranger = [...running].sort().find((binary) => registry.tableOfBinary(binary, left) === null);
  const doubt = doubtOf(left, rival, stranger, running) ?? unheardSender(left, target, registry, running);
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

/** A manifest whose binary runs here may be the one in force; does it send what the guess does not, so that nobody would hear it? */
function unheardSender(
  left: Manifest,
  target: Manifest | null,
  registry: Registry,
  running: ReadonlySet<string>,
): string | null {
  const sentBy = (manifest: Manifest): Binding[] => messageBindings(registry.tableOf(manifest), NONE);
  const heard = [left, ...(target === null ? [] : [target])].flatMap(sentBy);
  for (const known of registry.manifests) {
    if (!running.has(known.binary_sha256)) continue;
    const unheard = sentBy(known).find(
      (sent) => !heard.some((other) => other.flag === sent.flag && other.meaning === sent.meaning),
    );
    if (unheard !== undefined)
      return `servers run the binary of ${known.deployment_id} too, which sends flag '${unheard.flag}' and the newest one known (${left.deployment_id}) does not`;
  }
  return null;
}
