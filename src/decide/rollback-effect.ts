import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Pair } from '../model/verdict.ts';
import type { Registry } from './registry.ts';

/** The way back when the team wrote no plan: every server to the target, binary and config, withdrawing nothing. */
export function defaultPlan(cluster: string, target: string | null): RollbackPlan {
  return {
    schema: 'haunted.rollback-plan/v1',
    cluster,
    mechanism: 'to_manifest',
    scope: ['binary', 'config'],
    target_manifest_sha256: target,
    withdraw_flags: [],
  };
}

export type EffectOfPlan = {
  /**
   * What a server would run after; a null binary means nobody can say. `loaded` is what it would run after a restart alone, which
   * counts for what the plan does not put in place; what it runs, when nobody looked.
   */
  readonly pairAfter: (before: Pair | null, loaded?: Pair | null) => Pair;
};

type World = {
  readonly target: Manifest | null;
  readonly registry: Registry;
  /** The binaries that servers run now. */
  readonly running: readonly string[];
  /** What `source_node` runs, when the plan copies from a server and that server has reported. */
  readonly source: Pair | null;
};

const NOBODY_KNOWS: Pair = { binary_sha256: null, config_sha256: null };

/**
 * What would the button do to one server? `uninstall_latest` takes servers on the newest binary back to what they ran
 * before and leaves the others alone: at Knight seven servers lost the new code and nothing was copied from the eighth (para 27).
 */
export function effectOfPlan(plan: RollbackPlan, world: World): EffectOfPlan {
  const goesBack = { binary: plan.scope.includes('binary'), config: plan.scope.includes('config') };
  const mix = (loaded: Pair | null, after: Pair): Pair => ({
    binary_sha256: goesBack.binary ? after.binary_sha256 : (loaded?.binary_sha256 ?? null),
    config_sha256: goesBack.config ? after.config_sha256 : (loaded?.config_sha256 ?? null),
  });
  switch (plan.mechanism) {
    case 'to_manifest': {
      const after = pairOf(world.target);
      return { pairAfter: (before, loaded = before) => mix(loaded, after) };
    }
    case 'uninstall_latest': {
      const newest = newestBinary(world);
      const after = pairOf(newest === null ? null : manifestBefore(newest, world));
      return {
        pairAfter: (before, loaded = before) => {
          if (before === null) return NOBODY_KNOWS;
          return newest !== null && before.binary_sha256 === newest.binary_sha256
            ? mix(loaded, after)
            : before;
        },
      };
    }
    case 'copy_from_node': {
      const after = world.source ?? NOBODY_KNOWS;
      return { pairAfter: (before, loaded = before) => mix(loaded, after) };
    }
    case 'mutable_reference':
      return { pairAfter: (before, loaded = before) => mix(loaded, NOBODY_KNOWS) };
  }
}

function pairOf(manifest: Manifest | null): Pair {
  return manifest === null
    ? NOBODY_KNOWS
    : { binary_sha256: manifest.binary_sha256, config_sha256: manifest.config_sha256 ?? null };
}

/** The newest manifest among those whose binary some server runs now; null when none of them is known. */
function newestBinary(world: World): Manifest | null {
  const running = new Set(world.running);
  return world.registry.manifests.find((manifest) => running.has(manifest.binary_sha256)) ?? null;
}

/** What ran before a manifest: the first other binary down its chain, else the next older generation with another binary. */
function manifestBefore(newest: Manifest, world: World): Manifest | null {
  const seen = new Set<string>();
  for (let at: Manifest | null = newest; at !== null && !seen.has(at.manifest_sha256);) {
    seen.add(at.manifest_sha256);
    if (at.binary_sha256 !== newest.binary_sha256) return at;
    const previous: string | null = at.previous_manifest_sha256 ?? null;
    at = previous === null ? null : world.registry.find(previous);
  }
  return (
    world.registry.manifests.find(
      (manifest) =>
        manifest.generation < newest.generation && manifest.binary_sha256 !== newest.binary_sha256,
    ) ?? null
  );
}
