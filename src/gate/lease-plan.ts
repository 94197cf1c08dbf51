import type { TrafficPolicy } from './ports.ts';

type Asked = {
  /** Servers that showed themselves now. */
  readonly accepted: readonly string[];
  /** Servers that showed something else. */
  readonly wrong: readonly string[];
  /** Servers that were asked and showed nothing. */
  readonly silent: readonly string[];
  /** Servers that hold a lease now. */
  readonly held: readonly string[];
  /** Those of them whose lease rests on the manifest in force: what was proven of another one spares nobody. */
  readonly counting: readonly string[];
  readonly isQuarantined: boolean;
  readonly traffic: TrafficPolicy;
};

export type LeasePlan = {
  readonly give: readonly string[];
  /** Everybody who must take no traffic, with a lease or without: who carries it may have missed an earlier order. */
  readonly out: readonly string[];
  /** Silent servers whose lease is left to run out, because taking it would go below the floor. */
  readonly spared: readonly string[];
};

/**
 * Who may take live traffic after this? Only servers that showed themselves get a lease or a longer one, whatever the policy. Under
 * `all` a quarantine takes the proven ones out too, down to the floor. One that showed something wrong is out, whatever the floor. Below the
 * floor a silent one is not taken out early: its lease rests on an earlier proof and runs out by itself, and a person is paged meanwhile.
 */
export function leasePlan(asked: Asked): LeasePlan {
  const { accepted, wrong, silent, held, counting, isQuarantined, traffic } = asked;
  const holds = new Set(held);
  const isAll = isQuarantined && traffic.takes_out === 'all';
  const sorted = accepted.toSorted();
  const give = isAll ? sorted.filter((host) => holds.has(host)).slice(0, traffic.floor) : sorted;
  const all = new Set([...accepted, ...wrong, ...silent]);
  const others = held.filter((host) => !all.has(host));
  const missing = Math.max(0, traffic.floor - give.length - others.length);
  const spared = silent
    .filter((host) => counting.includes(host))
    .toSorted()
    .slice(0, missing);
  const stay = new Set([...give, ...spared]);
  const out = [...all].filter((host) => !stay.has(host)).sort();
  return { give, out, spared };
}
