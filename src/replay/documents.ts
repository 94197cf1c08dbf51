import { Fault } from '../fault.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Artifact, Manifest } from '../model/manifest.ts';
import { quoted } from '../model/quoted.ts';
import type { Replay, ReplayPlan } from '../model/replay.ts';
import type { ReplayManifest } from '../model/replay-world.ts';
import type { RollbackPlan } from '../model/plan.ts';
import { manifestDigest, sha256Hex } from '../seal/digest.ts';

/** The manifests of a replay as whole documents, by the names it gives them. */
export type Documents = {
  readonly manifests: ReadonlyMap<string, Manifest>;
  /** The digest of a thing that the replay gives a word: no record gives digests, so they are made from the words. */
  readonly digest: (kind: 'binary' | 'config', word: string) => string;
};

/** Makes whole documents out of the short ones. Fault BAD_INPUT for a name that no manifest has, or a chain that bites its tail. */
export function documentsOf(replay: Replay): Documents {
  const digest = (kind: string, word: string): string => sha256Hex(`${replay.cluster} ${kind} ${word}`);
  const manifests = new Map<string, Manifest>();
  const byAge = Object.entries(replay.manifests).toSorted(([, a], [, b]) => a.generation - b.generation);
  for (const [at, [name, short]] of byAge.entries()) {
    const [before = null] = byAge[at - 1] ?? [];
    const named = (other: string | null | undefined, otherwise: string | null): Manifest | null => {
      const wanted = other === undefined ? otherwise : other;
      if (wanted === null) return null;
      const found = manifests.get(wanted);
      if (found !== undefined) return found;
      const sentence = `The replay of ${replay.id} is wrong at manifests.${name}: ${quoted(wanted)} is no manifest of an earlier generation.`;
      throw new Fault('BAD_INPUT', sentence);
    };
    const previous = named(short.previous, before);
    const target = named(short.rollback_target, short.previous === undefined ? before : short.previous);
    manifests.set(name, wholeManifest({ replay, name, short, previous, target, digest }));
  }
  return { manifests, digest };
}

type Whole = {
  readonly replay: Replay;
  readonly name: string;
  readonly short: ReplayManifest;
  readonly previous: Manifest | null;
  readonly target: Manifest | null;
  readonly digest: Documents['digest'];
};

function wholeManifest({ replay, name, short, previous, target, digest }: Whole): Manifest {
  const draft: Omit<Manifest, 'manifest_sha256'> = {
    schema: 'haunted.manifest/v1',
    deployment_id: name,
    cluster: replay.cluster,
    generation: short.generation,
    created_at: short.created_at,
    expires_at: short.expires_at ?? null,
    previous_manifest_sha256: previous?.manifest_sha256 ?? null,
    binary_sha256: digest('binary', short.binary),
    config_sha256: short.config === null ? null : digest('config', short.config),
    ...(short.parts === undefined ? {} : { artifacts: short.parts.map((part) => artifactOf(part, digest)) }),
    ...(short.state === undefined ? {} : { state: short.state }),
    cluster_inventory_required: true,
    cluster_inventory: short.servers ?? replay.servers,
    bound_flags: short.flags.filter(({ is_bound: isBound }) => isBound).map(({ flag }) => flag),
    flag_ownership_table: short.flags.map((flag) => rowOf(flag, short.created_at)),
    declared_split:
      short.split === undefined
        ? null
        : {
            reason: short.split.reason,
            until: null,
            pairs: short.split.pairs.map(({ binary, config }) => ({
              binary_sha256: digest('binary', binary),
              config_sha256: config === null ? null : digest('config', config),
            })),
          },
    rollback_target_manifest_sha256: target?.manifest_sha256 ?? null,
    rollback_target_binary_sha256: target?.binary_sha256 ?? null,
    rollback_target_cluster_state: target === null ? 'none' : 'all_servers_match_manifest',
  };
  return { ...draft, manifest_sha256: manifestDigest(draft) };
}

function artifactOf(
  { name, version, ...fit }: NonNullable<ReplayManifest['parts']>[number],
  digest: Documents['digest'],
): Artifact {
  return { name, kind: 'executable', sha256: digest('binary', version), ...fit };
}

function rowOf(short: ReplayManifest['flags'][number], created_at: string): FlagOwnership {
  const { is_bound: _isBound, ...flag } = short;
  return {
    owner: 'the team',
    last_modified: created_at,
    state: 'live',
    verification: 'verified',
    meaning: `m:${flag.flag}`,
    ...flag,
  } as FlagOwnership;
}

/** The plan as the gate reads it. */
export function planOf(
  plan: ReplayPlan,
  {
    cluster,
    target,
    actor,
  }: {
    readonly cluster: string;
    readonly target: Manifest | null;
    readonly actor: 'operator' | 'automation';
  },
): RollbackPlan {
  return {
    schema: 'haunted.rollback-plan/v1',
    cluster,
    mechanism: plan.mechanism,
    scope: plan.scope,
    target_manifest_sha256: target?.manifest_sha256 ?? null,
    target_ref: plan.target_ref ?? null,
    source_node: plan.source_node ?? null,
    withdraw_flags: plan.withdraw_flags,
    withdrawn_since: plan.withdrawn_since ?? null,
    actor,
  };
}
