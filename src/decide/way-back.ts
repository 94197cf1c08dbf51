import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import { wouldCorrupt } from './forecast.ts';
import { registryOf } from './registry.ts';
import { defaultPlan } from './rollback-effect.ts';
import { simulateRollback, supposedClasses } from './simulate.ts';

type Question = {
  /** The manifest that is being made; its own digest need not be known yet. */
  readonly manifest: Manifest;
  readonly target: Manifest | null;
  /** Every other manifest at hand, in any order. */
  readonly known: readonly Manifest[];
  /** The team's own way back; null for the target, binary and config, withdrawing nothing. */
  readonly plan: RollbackPlan | null;
  readonly policy: Policy;
  readonly now: number;
};

export type WayBack = {
  /** `rollback_would_corrupt_cluster`; null when there is no way back to simulate. */
  readonly corrupts: boolean | null;
  readonly serversWrong: number;
  /** Why, in sentences: the senders that would go on first, then each thing that would be wrong, told about one server. */
  readonly reasons: readonly string[];
};

/**
 * If this manifest were deployed everywhere, would going back from it leave servers wrong? The deploy gate's own simulation
 * without a cluster: every server of the inventory runs the new pair under live traffic, and the new senders still send.
 */
export function judgeWayBack({ manifest, target, known, plan, policy, now }: Question): WayBack {
  const way = plan ?? (target === null ? null : defaultPlan(manifest.cluster, target.manifest_sha256));
  if (way === null) return { corrupts: null, serversWrong: 0, reasons: [] };
  const others = target === null ? known : [...known, target];
  const registry = registryOf(manifest.cluster, [...others, manifest]);
  const simulation = simulateRollback(
    { classes: supposedClasses(manifest, registry, []), silent: [] },
    { plan: way, target, left: manifest, registry, policy, now },
  );
  const perServer = simulation.forecasts.flatMap(({ hostnames, judgement }) =>
    hostnames
      .slice(0, 1)
      .flatMap((host) =>
        judgement.seeds.filter((seed) => seed.effect !== 'none').map((seed) => seed.sentence(host)),
      ),
  );
  return {
    corrupts: wouldCorrupt(simulation),
    serversWrong: simulation.serversWrongAfter,
    reasons: [...new Set([...simulation.seeds.map((seed) => seed.sentence('')), ...perServer])],
  };
}
