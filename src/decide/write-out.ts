import type { Finding } from '../model/finding.ts';
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

/**
 * Writes the seeds of classes of equal servers out as findings, server by server, without ever making more than a verdict may
 * hold: a thousand servers with fifty orphans each are fifty thousand facts, and a verdict must still fit in memory.
 */
export function writeOut(groups: readonly Group[]): { findings: Finding[]; omitted: Map<string, number> } {
  const room = new Map<string, number>();
  const omitted = new Map<string, number>();
  const findings: Finding[] = [];
  const rows = groups.flatMap(({ hostnames, seeds }) => {
    const sorted = hostnames.length > 1 ? [...hostnames].sort() : hostnames;
    return seeds.map((seed) => ({ seed, hostnames: sorted }));
  });
  rows.sort(
    (a, b) =>
      EFFECT_RANK[a.seed.effect] - EFFECT_RANK[b.seed.effect] ||
      compareText(a.hostnames[0] ?? '', b.hostnames[0] ?? '') ||
      compareText(a.seed.flag ?? '', b.seed.flag ?? ''),
  );
  for (const { seed, hostnames } of rows) {
    const left = room.get(seed.code) ?? LIMITS.findings_per_code;
    const shown = hostnames.slice(0, left);
    for (const hostname of shown) findings.push(findingOf(seed, hostname));
    room.set(seed.code, left - shown.length);
    if (shown.length < hostnames.length) {
      omitted.set(seed.code, (omitted.get(seed.code) ?? 0) + hostnames.length - shown.length);
    }
  }
  return { findings, omitted };
}

/** Puts findings worst first, drops repeats, and keeps of each code no more than a verdict may hold; the rest are counted. */
export function arrange(
  given: readonly Finding[],
  alreadyOmitted: ReadonlyMap<string, number>,
): { findings: Finding[]; findings_omitted: Record<string, number> } {
  const omitted = new Map(alreadyOmitted);
  const count = new Map<string, number>();
  const findings: Finding[] = [];
  let last = '';
  for (const finding of given.length > 1 ? [...given].sort(compareFindings) : given) {
    const text = JSON.stringify(finding);
    if (text === last) continue;
    last = text;
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
