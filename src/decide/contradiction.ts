import type { Finding } from '../model/finding.ts';
import type { NodeReport } from '../model/node-report.ts';
import { findingOf, seedOf, shortDigest } from './seed.ts';

type Timed = { readonly report: NodeReport; readonly at: number };

/**
 * Which of one server's reports count: the newest. Reports of the newest instant all count, whatever their sequence ("one node,
 * one instant"); an earlier one of the same boot counts too when its sequence is higher, because then the clock was set back and
 * nobody can say which came last. A report sent twice is one report.
 */
export function newestReports(given: readonly NodeReport[]): NodeReport[] {
  const timed = distinct(given).map((report): Timed => ({ report, at: Date.parse(report.observed_at) }));
  const newest = timed.reduce((highest, { at }) => Math.max(highest, at), Number.NEGATIVE_INFINITY);
  const last = timed.filter(({ at }) => at === newest).map(({ report }) => report);
  const boot = last[0]?.boot_id ?? null;
  if (boot === null || last.some((report) => report.boot_id !== boot)) return last;
  const highest = last.reduce((most, { sequence }) => Math.max(most, sequence), 0);
  const setBack = timed.filter(
    ({ report, at }) => at < newest && report.boot_id === boot && report.sequence > highest,
  );
  return [...last, ...setBack.map(({ report }) => report)];
}

function distinct(given: readonly NodeReport[]): readonly NodeReport[] {
  // Whole reports are compared only where two could be one: for most servers that was the dearest step of the judgement.
  const marks = new Set(given.map(({ sequence, observed_at }) => `${sequence} ${observed_at}`));
  if (marks.size === given.length) return given;
  return [...new Map(given.map((report) => [JSON.stringify(report), report])).values()];
}

/** Do the reports of one server that count contradict each other: two times for one order of events, or two binaries? */
export function contradictionsOf(hostname: string, newest: readonly NodeReport[]): Finding[] {
  const findings: Finding[] = [];
  const instants = newest.map((report) => Date.parse(report.observed_at));
  // The newest instant comes first; what was said before the clock was set back was not said at that instant.
  const atOnce = newest.filter((_, index) => instants[index] === instants[0]);
  const binaries = [...new Set(atOnce.map((report) => report.binary_sha256))].sort();
  if (atOnce.length < newest.length) {
    const times = [...new Set(newest.map((report) => report.observed_at))].sort().join(', ');
    findings.push(
      findingOf(
        seedOf('clock_skew', {
          expected: 'later reports carry later times',
          actual: times,
          sentence: (host) => `The clock of ${host} ran backwards between its reports (${times}).`,
        }),
        hostname,
      ),
    );
  }
  if (binaries.length > 1) {
    findings.push(
      findingOf(
        seedOf('equivocation', {
          expected: 'one binary',
          actual: binaries.join(', '),
          where: binaries.map((binary) => `binary:${binary}`),
          sentence: (host) =>
            `${host} says at one instant that it runs ${binaries.map(shortDigest).join(' and ')}.`,
        }),
        hostname,
      ),
    );
  }
  return findings;
}
