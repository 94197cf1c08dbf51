import type { Finding, FindingCode } from '../model/finding.ts';
import { LIMITS } from '../model/limits.ts';
import { findingOf, type Seed } from './seed.ts';

const EFFECT_RANK: Record<Finding['effect'], number> = { block: 0, hold: 1, none: 2 };

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compareFindings(a: Finding, b: Finding): number {
  return (
    EFFECT_RANK[a.effect] - EFFECT_RANK[b.effect] ||
    compareText(a.phase, b.phase) * -1 ||
    compareText(a.code, b.code) ||
    compareText(a.hostname ?? '', b.hostname ?? '') ||
    compareText(a.flag ?? '', b.flag ?? '') ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

export type Group = { readonly hostnames: readonly string[]; readonly seeds: readonly Seed[] };

/** A finding that is not written out yet. */
type Draft = { readonly seed: Seed; readonly hostname: string };

/** Worst first, then by server. How servers were sorted into classes must not decide which of them are shown. */
function compareDrafts(a: Draft, b: Draft): number {
  return (
    EFFECT_RANK[a.seed.effect] - EFFECT_RANK[b.seed.effect] ||
    compareText(a.hostname, b.hostname) ||
    compareFindings(findingOf(a.seed, a.hostname), findingOf(b.seed, b.hostname))
  );
}

/**
 * Writes the seeds of classes of equal servers out as findings, server by server, without ever making more than a verdict may
 * hold: a thousand servers with fifty orphans each are fifty thousand facts, and a verdict must still fit in memory.
 */
export function writeOut(groups: readonly Group[]): { findings: Finding[]; omitted: Map<string, number> } {
  const draftsByCode = new Map<FindingCode, { drafts: Draft[]; total: number }>();
  for (const { hostnames, seeds } of groups) {
    if (seeds.length === 0) continue;
    const sorted = [...hostnames].sort();
    for (const [code, alike] of Map.groupBy(seeds, (seed) => seed.code)) {
      const known = draftsByCode.get(code) ?? { drafts: [], total: 0 };
      for (const draft of foremost(sorted, alike)) known.drafts.push(draft);
      draftsByCode.set(code, { drafts: known.drafts, total: known.total + sorted.length * alike.length });
    }
  }
  const findings: Finding[] = [];
  const omitted = new Map<string, number>();
  for (const [code, { drafts, total }] of draftsByCode) {
    const left = total - LIMITS.findings_per_code;
    const shown = left > 0 ? drafts.sort(compareDrafts).slice(0, LIMITS.findings_per_code) : drafts;
    for (const { seed, hostname } of shown) findings.push(findingOf(seed, hostname));
    if (left > 0) omitted.set(code, left);
  }
  return { findings, omitted };
}

/** The first drafts of one class and one code, as many as a verdict may hold. */
function foremost(hostnames: readonly string[], seeds: readonly Seed[]): Draft[] {
  const [first = ''] = hostnames;
  const inOrder = seeds
    .map((seed) => ({ seed, hostname: first }))
    .sort(compareDrafts)
    .map(({ seed }) => seed);
  const drafts: Draft[] = [];
  for (const alike of Map.groupBy(inOrder, (seed) => seed.effect).values()) {
    for (const hostname of hostnames) {
      if (drafts.length >= LIMITS.findings_per_code) return drafts;
      for (const seed of alike) drafts.push({ seed, hostname });
    }
  }
  return drafts;
}

/** Puts findings worst first, drops repeats, and keeps of each code no more than a verdict may hold; the rest are counted. */
export function arrange(
  given: readonly Finding[],
  alreadyOmitted: ReadonlyMap<string, number>,
): { findings: Finding[]; findings_omitted: Record<string, number> } {
  const omitted = new Map(alreadyOmitted);
  const count = new Map<string, number>();
  const findings: Finding[] = [];
  let last: Finding | null = null;
  for (const finding of given.length > 1 ? [...given].sort(compareFindings) : given) {
    if (last !== null && compareFindings(last, finding) === 0) continue;
    last = finding;
    const seen = count.get(finding.code) ?? 0;
    count.set(finding.code, seen + 1);
    if (seen < LIMITS.findings_per_code) findings.push(finding);
    else omitted.set(finding.code, (omitted.get(finding.code) ?? 0) + 1);
  }
  return {
    findings,
    findings_omitted: Object.fromEntries([...omitted].sort(([a], [b]) => compareText(a, b))),
  };
}
