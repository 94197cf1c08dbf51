import type { Manifest } from '../model/manifest.ts';
import type { Policy } from '../model/policy.ts';
import type { ServerOnOtherBinary } from '../model/verdict.ts';
import { type Binding, bindingsOf, tablesOf } from './binding.ts';
import { judgeBinding } from './coherence.ts';
import { judgeState, type Left } from './kept-state.ts';
import { DELETED, type NodeClass } from './node-class.ts';
import type { FlagTable, Registry } from './registry.ts';
import { type Phase, type Seed, seedOf, shortDigest } from './seed.ts';
import { isDeclaredPair } from './vector.ts';

/** Against what servers are judged, at one moment. */
export type Moment = {
  readonly phase: Phase;
  /** The manifest every server should run at this moment. */
  readonly reference: Manifest;
  /** Every manifest whose word on meanings counts now, the reference first. */
  readonly inForce: readonly Manifest[];
  /** Manifests whose senders still emit. */
  readonly senders: readonly Manifest[];
  /** The switches those senders send to every server with live traffic. */
  readonly messages: readonly Binding[];
  /** The versions of state on other clocks that those senders leave behind, for every server with live traffic. */
  readonly leftBehind: readonly Left[];
  readonly registry: Registry;
  readonly policy: Policy;
  readonly now: number;
};

export type ClassJudgement = {
  readonly seeds: readonly Seed[];
  /** Off the manifest, or incoherent: what the thread calls a haunted server. */
  readonly isHaunted: boolean;
  readonly isOnManifestBinary: boolean;
  readonly flags: readonly string[];
  readonly flagType: ServerOnOtherBinary['flag_type'];
};

/** What a class of equal servers is judged by: what it runs, and which switches reach it. */
export type Judged = Pick<
  NodeClass,
  'binary' | 'onDisk' | 'config' | 'configOnDisk' | 'holds' | 'live' | 'bound' | 'received'
>;

/** What is wrong with servers that run this, under these switches? Pure and total. */
export function judgeClass(nodes: Judged, moment: Moment): ClassJudgement {
  const { reference, registry, policy, phase, now } = moment;
  const isOnManifestBinary = nodes.binary === reference.binary_sha256;
  const isDeclared = isDeclaredPair(reference, nodes.binary, nodes.config, policy, now);
  const table = registry.tableOfBinary(nodes.binary, reference);
  const ofManifests = tablesOf(moment.inForce, registry.tableOf);
  // A canary that somebody signed for brings its own manifest's words with it.
  const inForce = isDeclared && table !== null ? [...ofManifests, table] : ofManifests;
  const bindings = bindingsOf(nodes, inForce, tablesOf(moment.senders, registry.tableOf), moment.messages);
  const binarySeeds = judgeBinary(nodes, moment, { isOnManifestBinary, isDeclared, isKnown: table !== null });
  const flagSeeds = judgeFlags(bindings, table, policy, phase);
  const left = nodes.live ? moment.leftBehind : [];
  const stateSeeds = judgeState(nodes.holds, left, table?.manifest ?? null, phase);
  const isIncoherent = [...flagSeeds, ...stateSeeds].some((seed) => seed.effect !== 'none');
  return {
    seeds: [...binarySeeds, ...stateSeeds, ...flagSeeds],
    isHaunted: !(isOnManifestBinary || isDeclared) || isIncoherent,
    isOnManifestBinary,
    flags: [...new Set(bindings.map((binding) => binding.flag))].sort(),
    flagType: worstFlagType(bindings, table),
  };
}

function judgeFlags(
  bindings: readonly Binding[],
  table: FlagTable | null,
  policy: Policy,
  phase: Phase,
): Seed[] {
  const seeds = new Map<string, Seed>();
  for (const binding of bindings) {
    for (const seed of judgeBinding(binding, table, policy, phase)) {
      const key = `${seed.code} ${seed.flag} ${String(seed.expected)} ${seed.where.join(' ')}`;
      if (!seeds.has(key)) seeds.set(key, seed);
    }
  }
  return [...seeds.values()];
}

type Standing = {
  readonly isOnManifestBinary: boolean;
  readonly isDeclared: boolean;
  readonly isKnown: boolean;
};

function judgeBinary(nodes: Judged, moment: Moment, standing: Standing): Seed[] {
  const { reference, phase } = moment;
  const will = phase === 'now' ? 'runs' : 'would run';
  const seeds: Seed[] = [];
  if (!standing.isOnManifestBinary && !standing.isDeclared) {
    seeds.push(
      seedOf('binary_mismatch', {
        phase,
        expected: reference.binary_sha256,
        actual: nodes.binary,
        where: [`binary:${nodes.binary}`],
        sentence: (host) =>
          `${host} ${will} binary ${shortDigest(nodes.binary)}, which is not in manifest ${reference.deployment_id} (${shortDigest(reference.binary_sha256)}).`,
      }),
    );
  }
  if (!standing.isKnown) {
    seeds.push(
      seedOf('unknown_binary', {
        phase,
        expected: 'a manifest that describes it',
        actual: nodes.binary,
        where: [`binary:${nodes.binary}`],
        sentence: (host) =>
          `${host} ${will} binary ${shortDigest(nodes.binary)}, which no known manifest describes.`,
      }),
    );
  }
  if (nodes.onDisk !== null && nodes.onDisk !== nodes.binary) {
    seeds.push(
      seedOf('stale_process', {
        phase,
        expected: nodes.onDisk,
        actual: nodes.binary,
        where: [`disk:${nodes.onDisk}`, `memory:${nodes.binary}`],
        sentence: (host) =>
          `${host} has ${nodes.onDisk === DELETED ? 'nothing' : shortDigest(nodes.onDisk)} on disk but still runs ${shortDigest(nodes.binary)} in memory.`,
      }),
    );
  }
  if (nodes.configOnDisk !== null && nodes.config !== null && nodes.configOnDisk !== nodes.config) {
    seeds.push(
      seedOf('stale_config', {
        phase,
        expected: nodes.configOnDisk,
        actual: nodes.config,
        where: [`disk:${nodes.configOnDisk}`, `memory:${nodes.config}`],
        sentence: (host) =>
          `${host} has config ${shortDigest(nodes.configOnDisk)} on disk and ${shortDigest(nodes.config)} in use: a restart would load the one on disk.`,
      }),
    );
  }
  const config = reference.config_sha256 ?? null;
  if (standing.isOnManifestBinary && !standing.isDeclared && config !== null && nodes.config !== config) {
    seeds.push(
      seedOf('config_mismatch', {
        phase,
        expected: config,
        actual: nodes.config,
        where: [`config:${nodes.config ?? 'not reported'}`],
        sentence: (host) =>
          `${host} ${will} the manifest’s binary with config ${nodes.config === null ? 'not reported' : shortDigest(nodes.config)}, not ${shortDigest(config)}.`,
      }),
    );
  }
  return seeds;
}

function worstFlagType(
  bindings: readonly Binding[],
  table: FlagTable | null,
): ServerOnOtherBinary['flag_type'] {
  if (bindings.length === 0) return null;
  const rows = bindings.map((binding) => ({ binding, row: table?.byFlag.get(binding.flag) }));
  if (rows.some(({ row }) => row !== undefined && row.state !== 'live')) return 'legacy_dormant';
  if (
    rows.some(
      ({ binding, row }) => row !== undefined && binding.meaning !== null && row.meaning !== binding.meaning,
    )
  ) {
    return 'reused';
  }
  return rows.some(({ row }) => row === undefined) ? 'orphan' : 'live';
}
