import type { Finding } from '../model/finding.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Policy } from '../model/policy.ts';
import type { Evidence, Refused } from '../model/verified.ts';
import { contradictionsOf, newestReports } from './contradiction.ts';
import { instantReader, spanOf } from './instant.ts';
import { findingOf, type Seed, seedOf } from './seed.ts';
import { strangerFindings } from './stranger.ts';

/** What this gate asks of a report before it counts. */
export type Demand = {
  readonly cluster: string;
  readonly inventory: readonly string[];
  /** Servers that another manifest in question lists: the ones a deploy adds, or a rollback would bring back. */
  readonly alsoListed?: readonly string[];
  readonly policy: Policy;
  readonly now: number;
  /** At the proof gate: which event and nonce a proof must answer. */
  readonly challenge: { readonly event_id: string; readonly nonce: string } | null;
};

export type Coverage = {
  /** Servers in the inventory. */
  readonly size: number;
  /** The reports that count, the newest of each server; several of one server only when it contradicts itself. */
  readonly accepted: readonly NodeReport[];
  /** Servers of the inventory with no report that counts, in the inventory's order. */
  readonly missing: readonly string[];
  readonly findings: readonly Finding[];
};

type Rejection = { readonly report: NodeReport; readonly seed: Seed };

/**
 * Which reports count, and which servers have shown nothing? "Silence is a finding": a server without an accepted report is
 * one, whatever else was sent in its name. A bad report beside a good one is shown but forbids nothing, so that garbage cannot
 * stop a cluster that has proven itself, and taking it away cannot free one that has not.
 */
export function coverageOf(evidence: Evidence, demand: Demand): Coverage {
  const places = new Map<string, number>();
  for (const hostname of demand.inventory) if (!places.has(hostname)) places.set(hostname, places.size);
  const given: (NodeReport | NodeReport[] | undefined)[] = Array.from({ length: places.size });
  const strangers: NodeReport[] = [];
  const findings: Finding[] = [];
  const rejections: Rejection[] = [];
  const read = instantReader();
  const oldest = demand.now - demand.policy.max_proof_age_s * 1000;
  const newest = demand.now + demand.policy.max_clock_skew_s * 1000;

  for (const { value: report } of evidence.reports) {
    const place = places.get(report.hostname);
    if (place === undefined) {
      if (report.cluster === demand.cluster) strangers.push(report);
      continue;
    }
    const rejection = rejectionOf(report, read(report.observed_at), oldest, newest, demand);
    if (rejection !== null) {
      rejections.push({ report, seed: rejection });
      continue;
    }
    const known = given[place];
    if (known === undefined) given[place] = report;
    else if (Array.isArray(known)) known.push(report);
    else given[place] = [known, report];
  }

  const accepted: NodeReport[] = [];
  const missing: string[] = [];
  for (const [hostname, place] of places) {
    const said = given[place];
    if (said === undefined) missing.push(hostname);
    else if (Array.isArray(said)) {
      const newestOfHost = newestReports(said);
      for (const report of newestOfHost) accepted.push(report);
      findings.push(...contradictionsOf(hostname, newestOfHost));
    } else accepted.push(said);
  }
  return {
    size: places.size,
    accepted,
    missing,
    findings: [
      ...findings,
      ...strangerFindings(strangers, { oldest, now: demand.now, alsoListed: demand.alsoListed ?? [] }),
      ...refusals(evidence, rejections, new Set(missing), places, accepted),
    ],
  };
}

/** Why this report does not count; null when it does. A time in the future always holds: its clock cannot be trusted either way. */
function rejectionOf(
  report: NodeReport,
  at: number,
  oldest: number,
  newest: number,
  demand: Demand,
): Seed | null {
  if (report.cluster !== demand.cluster) {
    return seedOf('proof_invalid', {
      expected: demand.cluster,
      actual: report.cluster,
      sentence: (host) => `The report of ${host} is about cluster ${report.cluster}, not ${demand.cluster}.`,
    });
  }
  if (!demand.policy.accept_methods.includes(report.method)) {
    return seedOf('proof_invalid', {
      expected: demand.policy.accept_methods.join(' or '),
      actual: report.method,
      sentence: (host) =>
        `The report of ${host} rests on ${report.method}, which the policy does not accept as proof.`,
    });
  }
  if (at > newest) {
    return seedOf('clock_skew', {
      expected: 'a time not in the future',
      actual: report.observed_at,
      sentence: (host) =>
        `The report of ${host} is dated ${spanOf(at - demand.now)} in the future (${report.observed_at}).`,
    });
  }
  if (demand.challenge !== null) {
    const said = report.challenge ?? null;
    if (said === null) {
      return seedOf('proof_invalid', {
        expected: `an answer to event ${demand.challenge.event_id}`,
        actual: 'no challenge',
        sentence: (host) =>
          `The report of ${host} answers no challenge, so it proves nothing about this event.`,
      });
    }
    if (said.nonce !== demand.challenge.nonce || said.event_id !== demand.challenge.event_id) {
      return seedOf('proof_replayed', {
        expected: `event ${demand.challenge.event_id} with its nonce`,
        actual: `event ${said.event_id}`,
        sentence: (host) =>
          `The proof of ${host} answers another challenge (event ${said.event_id}): it was made for something else.`,
      });
    }
  }
  if (at < oldest) {
    return seedOf('proof_stale', {
      expected: `at most ${spanOf(demand.policy.max_proof_age_s * 1000)} old`,
      actual: report.observed_at,
      sentence: (host) =>
        `The report of ${host} is ${spanOf(demand.now - at)} old; the policy allows ${spanOf(demand.policy.max_proof_age_s * 1000)}.`,
    });
  }
  return null;
}

function refusals(
  evidence: Evidence,
  rejections: readonly Rejection[],
  missing: ReadonlySet<string>,
  inventory: ReadonlyMap<string, number>,
  accepted: readonly NodeReport[],
): Finding[] {
  const findings: Finding[] = [];
  const heard = new Set<string>();
  const contradicted = contradictingReports(rejections, accepted);
  for (const { report, seed } of rejections) {
    const { hostname } = report;
    heard.add(hostname);
    const counts = missing.has(hostname) || seed.code === 'clock_skew' || contradicted.has(report);
    findings.push(findingOf(counts ? seed : { ...seed, effect: 'none' }, hostname));
  }
  for (const refused of evidence.refused) {
    const hostname = refused.claimed_hostname;
    const isListed = hostname !== null && inventory.has(hostname);
    if (isListed) heard.add(hostname);
    const counts = isListed && missing.has(hostname);
    const seed = refusedSeed(refused);
    findings.push(findingOf(counts ? seed : { ...seed, effect: 'none' }, isListed ? hostname : null));
  }
  const detailByHost = new Map<string, string>();
  for (const { hostname, detail } of evidence.unreachable) {
    const known = detailByHost.get(hostname);
    // A host may have been asked twice; which answer is told must not depend on which came first.
    if (known === undefined || detail < known) detailByHost.set(hostname, detail);
  }
  for (const hostname of missing)
    if (!heard.has(hostname)) findings.push(findingOf(silentSeed(detailByHost.get(hostname)), hostname));
  return findings;
}

/**
 * Reports that do not count but speak of another binary *later* than the one that does: a server that proved itself and then says it
 * runs something else has not shown what it runs now. A report about another cluster may be about another service.
 */
function contradictingReports(
  rejections: readonly Rejection[],
  accepted: readonly NodeReport[],
): Set<NodeReport> {
  const contradicting = new Set<NodeReport>();
  if (rejections.length === 0) return contradicting;
  const byHost = Map.groupBy(accepted, (report) => report.hostname);
  for (const { report } of rejections) {
    const isContradiction = (byHost.get(report.hostname) ?? []).some(
      (other) =>
        other.cluster === report.cluster &&
        other.binary_sha256 !== report.binary_sha256 &&
        Date.parse(other.observed_at) < Date.parse(report.observed_at),
    );
    if (isContradiction) contradicting.add(report);
  }
  return contradicting;
}

function refusedSeed(refused: Refused): Seed {
  const who = refused.claimed_hostname === null ? '' : ` that claims to be from ${refused.claimed_hostname}`;
  return seedOf(refused.reason === 'unsigned' ? 'proof_unsigned' : 'proof_invalid', {
    expected: 'an acceptable proof',
    actual: refused.reason,
    where: [refused.source],
    sentence: `A report${who} (${refused.source}) was refused: ${refused.detail}.`,
  });
}

function silentSeed(detail: string | undefined): Seed {
  return seedOf('node_silent', {
    expected: 'a report',
    actual: detail ?? 'silence',
    sentence: (host) =>
      `${host} is in the inventory and gave no report${detail === undefined ? '' : `: ${detail}`}.`,
  });
}
