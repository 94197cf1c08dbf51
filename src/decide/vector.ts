import type { Manifest } from '../model/manifest.ts';
import type { Policy } from '../model/policy.ts';
import type { NodeClass } from './node-class.ts';
import { type Effect, type Seed, seedOf, shortDigest } from './seed.ts';

/** Whether somebody signed for this (binary, config) pair beside the manifest's own, and the policy lets them, and it still holds. */
export function isDeclaredPair(
  manifest: Manifest,
  binary: string,
  config: string | null,
  policy: Policy,
  now: number,
): boolean {
  const split = manifest.declared_split ?? null;
  if (split === null || !policy.allow_declared_split) return false;
  if (split.until !== null && split.until !== undefined && Date.parse(split.until) <= now) return false;
  return split.pairs.some(
    (pair) => pair.binary_sha256 === binary && (pair.config_sha256 === null || pair.config_sha256 === config),
  );
}

/**
 * Is live traffic served by more than one undeclared (binary, config) pair? "No live traffic while the version vector is
 * split." Configs count only where the manifest names one.
 */
export function judgeVector(
  classes: readonly NodeClass[],
  manifest: Manifest,
  policy: Policy,
  now: number,
  effect: Effect,
): Seed[] {
  const comparesConfig = (manifest.config_sha256 ?? null) !== null;
  const hostsByPair = new Map<string, { binary: string; config: string | null; classes: NodeClass[] }>();
  for (const nodes of classes) {
    if (!nodes.live) continue;
    const config = comparesConfig ? nodes.config : null;
    const key = `${nodes.binary} ${config ?? ''}`;
    const known = hostsByPair.get(key);
    if (known === undefined) hostsByPair.set(key, { binary: nodes.binary, config, classes: [nodes] });
    else known.classes.push(nodes);
  }
  const pairs = [...hostsByPair.values()].sort((a, b) =>
    `${a.binary}${a.config ?? ''}` < `${b.binary}${b.config ?? ''}` ? -1 : 1,
  );
  const own = (pair: { binary: string; config: string | null }): boolean =>
    pair.binary === manifest.binary_sha256 && (!comparesConfig || pair.config === manifest.config_sha256);
  const undeclared = pairs.filter(
    (pair) => !own(pair) && !isDeclaredPair(manifest, pair.binary, pair.config, policy, now),
  );
  if (pairs.length < 2 || undeclared.length === 0) return [];
  const vector = pairs
    .map(
      (pair) =>
        `${serversIn(pair.classes)} on ${shortDigest(pair.binary)}${comparesConfig ? ` with config ${shortDigest(pair.config)}` : ''}`,
    )
    .join(', ');
  return [
    seedOf('split_vector', {
      effect,
      expected: 'one version under live traffic',
      actual: `${pairs.length} versions: ${vector}`,
      where: pairs.map((pair) => `binary:${pair.binary}`),
      sentence: `Live traffic is split over ${pairs.length} versions (${vector}), and no manifest declares it.`,
    }),
  ];
}

/** A server that contradicts itself is in several classes and still one server. */
function serversIn(classes: readonly NodeClass[]): number {
  return new Set(classes.flatMap((nodes) => nodes.hostnames)).size;
}
