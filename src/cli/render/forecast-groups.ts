import type { Pair, Verdict } from '../../model/verdict.ts';
import { listNames } from './name-list.ts';

type Forecast = NonNullable<Verdict['rollback']>;
type NodeForecast = Forecast['nodes'][number];

/** Servers for which the simulated rollback comes out alike. */
export type ForecastGroup = { readonly first: NodeForecast; readonly hosts: readonly string[] };

/** Up to this many servers have a line each; more are grouped. */
const LINE_EACH = 20;

const FLAGS_SHOWN = 5;

/** The simulated rollback in lines: a server each in a small cluster, one line for all that come out alike in a large one. */
export function groupForecast(forecast: Forecast): ForecastGroup[] {
  if (forecast.nodes.length <= LINE_EACH)
    return forecast.nodes.map((node) => ({ first: node, hosts: [node.hostname] }));
  const groups = Map.groupBy(forecast.nodes, (node) =>
    JSON.stringify([
      node.before,
      node.after,
      node.wrong_now,
      node.wrong_after,
      node.findings_before,
      node.findings_after,
    ]),
  );
  return [...groups.values()]
    .flatMap((nodes) => {
      const [first] = nodes;
      return first === undefined ? [] : [{ first, hosts: nodes.map((node) => node.hostname) }];
    })
    .sort(
      (a, b) =>
        Number(b.first.wrong_after) - Number(a.first.wrong_after) ||
        Number(b.first.wrong_now) - Number(a.first.wrong_now),
    );
}

/** A (binary, config) pair for a table, each digest by its first characters. */
export function describePair(pair: Pair | null, shorten: (digest: string | null) => string): string {
  if (pair === null) return 'no report';
  const binary = shorten(pair.binary_sha256);
  return pair.config_sha256 === null ? binary : `${binary} + ${shorten(pair.config_sha256)}`;
}

/** The forecast in one sentence, with the two figures that decide. */
export function forecastSentence(forecast: Forecast, shorten: (digest: string | null) => string): string {
  const target =
    forecast.target_manifest_sha256 === null
      ? 'to an unknown target'
      : `to manifest ${shorten(forecast.target_manifest_sha256)}`;
  const withdrawn =
    forecast.withdraw_flags.length === 0
      ? 'withdrawing nothing'
      : `withdrawing ${listNames(forecast.withdraw_flags, FLAGS_SHOWN)}`;
  const answer = forecast.rollback_would_corrupt_cluster
    ? 'It would corrupt the cluster.'
    : 'It would not corrupt the cluster.';
  return `Rollback by ${forecast.mechanism} ${target}, ${withdrawn}: servers_wrong_now ${forecast.servers_wrong_now}, servers_wrong_after ${forecast.servers_wrong_after}. ${answer}`;
}
