import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { NodeForecast, RollbackForecast } from '../model/verdict.ts';
import type { ClassJudgement } from './judge-class.ts';
import type { JudgedClass } from './look.ts';
import { type Seed, seedOf } from './seed.ts';
import type { Simulation } from './simulate.ts';

const NAMES = 8;

/** The simulated rollback as the verdict shows it: per server the pair before and after, and what is and would be wrong. */
export function forecastOf(
  simulation: Simulation,
  plan: RollbackPlan,
  target: Manifest | null,
  now: readonly JudgedClass[],
  wrongNow: number,
): RollbackForecast {
  // A class before the button is the same list of servers as its forecast.
  const nowByServers = new Map<readonly string[], ClassJudgement>(
    now.map(({ nodes, judgement }) => [nodes.hostnames, judgement]),
  );
  const codesBySeeds = new Map<readonly Seed[], string[]>();
  const codes = (seeds: readonly Seed[]): string[] => {
    const known = codesBySeeds.get(seeds) ?? [...new Set(seeds.map((seed) => seed.code))].sort();
    codesBySeeds.set(seeds, known);
    return known;
  };
  const nodes = simulation.forecasts.flatMap(({ hostnames, before, after, judgement }) => {
    const current = nowByServers.get(hostnames);
    return hostnames.map((hostname): NodeForecast => ({
      hostname,
      before,
      after,
      wrong_now: current?.isHaunted ?? false,
      wrong_after: judgement.isHaunted,
      findings_before: current === undefined ? [] : codes(current.seeds),
      findings_after: codes(judgement.seeds),
    }));
  });
  return {
    mechanism: plan.mechanism,
    target_manifest_sha256: target?.manifest_sha256 ?? plan.target_manifest_sha256 ?? null,
    withdraw_flags: [...(plan.withdraw_flags ?? [])].sort(),
    rollback_would_corrupt_cluster: wouldCorrupt(simulation),
    servers_wrong_now: wrongNow,
    servers_wrong_after: simulation.serversWrongAfter,
    nodes: inOrder(nodes),
  };
}

/** By name; a server that contradicts itself has a row for each thing it says, in an order that no evidence decides. */
function inOrder(nodes: readonly NodeForecast[]): NodeForecast[] {
  return [...nodes].sort((a, b) => {
    if (a.hostname !== b.hostname) return a.hostname < b.hostname ? -1 : 1;
    return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
  });
}

/**
 * Would servers be haunted after? Uniform is not safe: eight equal servers can all be wrong. A state with no wrong server never
 * has more of them than now, so that much need not be asked.
 */
export function wouldCorrupt(simulation: Simulation): boolean {
  return simulation.serversWrongAfter > 0;
}

const STATE = 'state:';

/** The state on another clock that a seed is about. */
function stateIn({ code, where }: Seed): string[] {
  if (code !== 'state_unreadable') return [];
  return where.filter((place) => place.startsWith(STATE)).map((place) => place.slice(STATE.length));
}

/** The one fact the button must not be pressed over, with the servers it would make wrong. `opening` names the rollback meant. */
export function corruptionSeeds(
  simulation: Simulation,
  size: number,
  wrongNow: number,
  opening: string,
): Seed[] {
  if (!wouldCorrupt(simulation)) return [];
  const haunted = simulation.forecasts.filter((each) => each.judgement.isHaunted);
  const wrong = [...new Set(haunted.flatMap((each) => each.hostnames))].sort();
  const names = `${wrong.slice(0, NAMES).join(', ')}${wrong.length > NAMES ? ` and ${wrong.length - NAMES} more` : ''}`;
  const flags = [
    ...new Set(
      haunted.flatMap((each) =>
        each.judgement.seeds.flatMap((seed) => (seed.effect === 'none' ? [] : (seed.flag ?? []))),
      ),
    ),
  ].sort();
  const [only = null, ...more] = flags;
  const states = haunted.flatMap((each) => each.judgement.seeds.flatMap(stateIn));
  const causes = [...flags, ...new Set(states)].map((name) => `'${name}'`).join(', ');
  const why = causes === '' ? '' : ` by ${causes}`;
  return [
    seedOf('rollback_would_corrupt_cluster', {
      phase: 'after_rollback',
      flag: more.length === 0 ? only : null,
      expected: 0,
      actual: simulation.serversWrongAfter,
      where: wrong.slice(0, NAMES).map((hostname) => `host:${hostname}`),
      sentence: `${opening} would leave ${simulation.serversWrongAfter} of ${size} servers wrong${why} (${wrongNow} now): ${names}.`,
    }),
  ];
}
