import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import type { BoundFlag } from '../model/node-report.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import type { Pair } from '../model/verdict.ts';
import { hostBindings, isSentInMessages, messageBindings } from './binding.ts';
import { type ClassJudgement, judgeClass, type Moment } from './judge-class.ts';
import { spanOf } from './instant.ts';
import { leftBehindBy } from './kept-state.ts';
import { DELETED, type NodeClass } from './node-class.ts';
import type { Registry } from './registry.ts';
import { effectOfPlan } from './rollback-effect.ts';
import { type Seed, seedOf } from './seed.ts';
import { spokenMeaning } from './spoken-meaning.ts';
import { goneFlags } from './withdrawn.ts';

/** The cluster before the button: its classes of equal servers, and the servers nobody has heard from. */
export type Before = {
  readonly classes: readonly NodeClass[];
  readonly silent: readonly string[];
};

type Forecast = {
  /** For a class that was seen, its very list of servers. */
  readonly hostnames: readonly string[];
  readonly before: Pair | null;
  readonly after: Pair;
  readonly judgement: ClassJudgement;
};

export type Simulation = {
  readonly forecasts: readonly Forecast[];
  readonly serversWrongAfter: number;
  /** Facts about the whole cluster after the button, such as senders that would not be understood any more. */
  readonly seeds: readonly Seed[];
};

type Question = {
  readonly plan: RollbackPlan;
  readonly target: Manifest | null;
  /** The manifest being left: its senders go on unless the plan withdraws their flags. */
  readonly left: Manifest;
  readonly registry: Registry;
  readonly policy: Policy;
  readonly now: number;
};

/**
 * What would the cluster be after the rollback button? Pure and total: for every server the pair before and after, and what
 * would be wrong with it then. This is `rollback_would_corrupt_cluster`, the row the thread asks for: after Knight's uninstall
 * all eight servers agreed, and all eight were wrong.
 */
export function simulateRollback(before: Before, question: Question): Simulation {
  const { plan, target, left, registry } = question;
  const effect = effectOfPlan(plan, {
    target,
    registry,
    running: before.classes.map((nodes) => nodes.binary),
    source: sourceOf(before, plan.source_node ?? null),
  });
  const reference = target ?? left;
  const withdrawn = goneFlags(plan, [reference, left], question.now);
  const moment: Moment = {
    phase: 'after_rollback',
    reference,
    inForce: reference === left ? [left] : [reference, left],
    senders: [left],
    messages: [reference, ...(reference === left ? [] : [left])].flatMap((manifest) =>
      messageBindings(registry.tableOf(manifest), withdrawn),
    ),
    leftBehind: leftBehindBy(reference === left ? [left] : [reference, left]),
    registry,
    policy: question.policy,
    now: question.now,
  };
  const forecasts = [
    ...before.classes.map((nodes) =>
      forecastOf(nodes, effect.pairAfter(pairOf(nodes), loadedBy(nodes)), moment, plan, withdrawn),
    ),
    ...(before.silent.length === 0 ? [] : [silentForecast(before.silent, effect.pairAfter(null), moment)]),
  ];
  return {
    forecasts,
    serversWrongAfter: countServers(forecasts.filter((each) => each.judgement.isHaunted)),
    seeds: emittingSenders(forecasts, left, new Set(plan.withdraw_flags)),
  };
}

function pairOf(nodes: NodeClass): Pair {
  return { binary_sha256: nodes.binary, config_sha256: nodes.config };
}

/**
 * What a server runs when it starts again. The button restarts the service, and what it does not put in place itself is loaded from
 * disk, whatever was in memory: wikimedia_k8s_2016 restarted a healthy process onto an empty file, twilio_2013 onto another config.
 */
function loadedBy(nodes: NodeClass): Pair {
  return {
    binary_sha256: nodes.onDisk === DELETED ? null : (nodes.onDisk ?? nodes.binary),
    config_sha256: nodes.configOnDisk ?? nodes.config,
  };
}

/** A server that contradicts itself has several forecasts and is still one server. */
function countServers(forecasts: readonly Forecast[]): number {
  return new Set(forecasts.flatMap((each) => each.hostnames)).size;
}

/** Counts the servers of several forecasts; once for each choice of forecasts, because most flags are wrong on the same servers. */
function serverCounter(forecasts: readonly Forecast[]): (chosen: readonly Forecast[]) => number {
  const ordinals = new Map(forecasts.map((forecast, at) => [forecast, at]));
  const counts = new Map<string, number>();
  return (chosen) => {
    const key = chosen.map((forecast) => ordinals.get(forecast)).join(' ');
    const count = counts.get(key) ?? countServers(chosen);
    counts.set(key, count);
    return count;
  };
}

/** What the server to copy from runs; null when it is silent or says two things, for then nobody knows. */
function sourceOf(before: Before, hostname: string | null): Pair | null {
  if (hostname === null) return null;
  const [first, ...others] = before.classes.filter((nodes) => nodes.hostnames.includes(hostname)).map(pairOf);
  if (first === undefined) return null;
  const isOne = others.every(
    (pair) => pair.binary_sha256 === first.binary_sha256 && pair.config_sha256 === first.config_sha256,
  );
  return isOne ? first : null;
}

function forecastOf(
  nodes: NodeClass,
  after: Pair,
  moment: Moment,
  plan: RollbackPlan,
  withdrawn: ReadonlySet<string>,
): Forecast {
  const before = pairOf(nodes);
  const received = nodes.received.filter((row) => !withdrawn.has(row.flag));
  const bound = boundAfter(nodes, after, moment, plan);
  return {
    hostnames: nodes.hostnames,
    before,
    after,
    judgement: judgeAfter(after, { ...nodes, bound, received }, moment),
  };
}

/**
 * Which switches are set on the host after? Going back with the config takes the host's switches to what the target binds;
 * one that a flag service sets (`service:…`) is on another clock and stays. Without the config all stay.
 */
function boundAfter(nodes: NodeClass, after: Pair, moment: Moment, plan: RollbackPlan): readonly BoundFlag[] {
  const changes = after.binary_sha256 !== nodes.binary || after.config_sha256 !== nodes.config;
  if (!plan.scope.includes('config') || !changes || plan.mechanism === 'copy_from_node') return nodes.bound;
  const stays = nodes.bound.filter((row) => row.source.startsWith('service:'));
  const set = hostBindings(moment.registry.tableOf(moment.reference)).map((binding): BoundFlag => ({
    flag: binding.flag,
    meaning: binding.meaning,
    source: binding.source,
  }));
  return [...stays, ...set];
}

function silentForecast(hostnames: readonly string[], after: Pair, moment: Moment): Forecast {
  // Nobody knows whether a silent server takes traffic; the worse is assumed, so that silence never makes a plan look better.
  return {
    hostnames,
    before: null,
    after,
    judgement: judgeAfter(after, { live: true, bound: [], received: [], holds: [] }, moment),
  };
}

function judgeAfter(
  after: Pair,
  nodes: Pick<NodeClass, 'live' | 'bound' | 'received' | 'holds'>,
  moment: Moment,
): ClassJudgement {
  if (after.binary_sha256 === null) return { ...UNKNOWABLE, seeds: [unknowableSeed()] };
  return judgeClass(
    { ...nodes, binary: after.binary_sha256, onDisk: null, config: after.config_sha256, configOnDisk: null },
    moment,
  );
}

const UNKNOWABLE: ClassJudgement = {
  seeds: [],
  isHaunted: true,
  isOnManifestBinary: false,
  flags: [],
  flagType: null,
};

function unknowableSeed(): Seed {
  return seedOf('rollback_target_unknown', {
    phase: 'after_rollback',
    expected: 'a binary known by its digest',
    actual: null,
    sentence: (host) => `Nobody can say what ${host} would run after this rollback.`,
  });
}

const INCOHERENT = new Set(['flag_reused', 'orphan_flag', 'dormant_flag_bound', 'undeclared_flag_bound']);

/** Which senders of the manifest being left would talk to servers that no longer understand them? */
function emittingSenders(forecasts: readonly Forecast[], left: Manifest, asked: ReadonlySet<string>): Seed[] {
  const rows = new Map(left.flag_ownership_table.map((row) => [row.flag, row]));
  const bound = new Set(left.bound_flags);
  const countOf = serverCounter(forecasts);
  const wrong = new Map<string, Forecast[]>();
  for (const forecast of forecasts) {
    const flags = new Set(
      forecast.judgement.seeds.flatMap((seed) =>
        seed.flag !== null && INCOHERENT.has(seed.code) && seed.effect !== 'none' ? seed.flag : [],
      ),
    );
    for (const flag of flags) {
      const known = wrong.get(flag);
      if (known === undefined) wrong.set(flag, [forecast]);
      else known.push(forecast);
    }
  }
  return [...wrong]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([flag, where]) => {
      const count = countOf(where);
      const row = rows.get(flag);
      if (row === undefined || !bound.has(flag) || !isSentInMessages(row)) return [];
      const senders = row.senders ?? [];
      return [
        seedOf('sender_still_emits', {
          phase: 'after_rollback',
          flag,
          expected: 'withdrawn at its sender first',
          actual: senders.join(', ') || 'an unnamed sender',
          where: senders.map((sender) => `sender:${sender}`),
          sentence: `${goesOn(row, senders, asked.has(flag))}, and ${count} server${count === 1 ? '' : 's'} would take it for something else.`,
        }),
      ];
    });
}

/** What arrives after the button: from a sender that was not stopped, or from whoever still holds what a stopped one sent. */
function goesOn(row: FlagOwnership, senders: readonly string[], isStopped: boolean): string {
  const what = `flag '${row.flag}' (${spokenMeaning(row.meaning, row)})`;
  const who = senders.join(', ') || 'Some sender';
  if (!isStopped) return `${who} would go on sending ${what}`;
  return `What ${who} sent of ${what} goes on being used for up to ${spanOf((row.outlives_s ?? 0) * 1000)} after it stops`;
}

/** The cluster as it would be once a manifest is deployed: every server on its pair, live, with its host switches set. */
export function supposedClasses(
  manifest: Manifest,
  registry: Registry,
  received: NodeClass['received'],
): NodeClass[] {
  const bound = hostBindings(registry.tableOf(manifest)).map((binding): BoundFlag => ({
    flag: binding.flag,
    meaning: binding.meaning,
    source: binding.source,
  }));
  return [
    {
      binary: manifest.binary_sha256,
      onDisk: null,
      config: manifest.config_sha256 ?? null,
      configOnDisk: null,
      holds: [],
      live: true,
      bound,
      received,
      hostnames: [...new Set(manifest.cluster_inventory)],
      reports: [],
    },
  ];
}
