import type { Finding, FindingCode } from '../../model/finding.ts';
import { FINDINGS } from '../../model/finding.ts';
import type { Verdict } from '../../model/verdict.ts';

/** What any document with findings can show. */
export type Found = Pick<Verdict, 'findings' | 'findings_omitted'>;

/** The same fact on one server or on many, about one flag or many. */
export type Fact = {
  readonly first: Finding;
  /** The servers it was found on, without repeats; empty when it is about the whole cluster. */
  readonly hosts: readonly string[];
  /** The flags it is about, without repeats; empty when it is about none. */
  readonly flags: readonly string[];
  /** Where the bad things live, without repeats. */
  readonly where: readonly string[];
};

/** All findings of one code with one effect, at one moment. */
export type FindingGroup = {
  readonly code: FindingCode;
  readonly effect: Finding['effect'];
  readonly phase: Finding['phase'];
  readonly sentence: string;
  /** The remedy they share; null when they do not, and then each fact says its own. */
  readonly remedy: string | null;
  readonly count: number;
  readonly facts: readonly Fact[];
};

const RANK: Record<Finding['effect'], number> = { block: 0, hold: 1, none: 2 };

/** The findings, worst first: what blocks, what holds, what is only shown. The judge's order is kept inside. */
export function groupFindings(found: Pick<Found, 'findings'>): FindingGroup[] {
  const groups = Map.groupBy(
    found.findings,
    (finding) => `${RANK[finding.effect]} ${finding.phase} ${finding.code}`,
  );
  return [...groups.values()]
    .flatMap((findings) => {
      const [first] = findings;
      return first === undefined ? [] : [makeGroup(first, findings)];
    })
    .sort((a, b) => RANK[a.effect] - RANK[b.effect]);
}

function makeGroup(first: Finding, findings: readonly Finding[]): FindingGroup {
  const remedies = new Set(findings.map((finding) => finding.remedy));
  return {
    code: first.code,
    effect: first.effect,
    phase: first.phase,
    sentence: FINDINGS[first.code].sentence,
    remedy: remedies.size === 1 ? first.remedy : null,
    count: findings.length,
    facts: foldFacts(findings),
  };
}

/** Findings that differ only in their server are one fact; so are those facts about the same servers that differ only in their flag. */
function foldFacts(findings: readonly Finding[]): Fact[] {
  const byFlag = Map.groupBy(findings, (finding) =>
    JSON.stringify([finding.flag, finding.expected, finding.actual, finding.where, finding.remedy]),
  );
  const found = [...byFlag.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [{ first, hosts: unique(same.map((finding) => finding.hostname)) }];
  });
  const byHosts = Map.groupBy(found, ({ first, hosts }) =>
    JSON.stringify([hosts, first.expected, first.actual, first.remedy, first.flag === null]),
  );
  return [...byHosts.values()].flatMap((same) => {
    const [one] = same;
    if (one === undefined) return [];
    const flags = unique(same.map(({ first }) => first.flag));
    return [{ ...one, flags, where: unique(same.flatMap(({ first }) => first.where)) }];
  });
}

function unique(names: readonly (string | null)[]): string[] {
  return [...new Set(names)].filter((name) => name !== null);
}

/** One line for each code of which the judge counted more than it wrote out. */
export function describeOmitted(found: Found): string[] {
  return Object.entries(found.findings_omitted).map(
    ([code, count]) => `${count} more ${code} findings were counted and not written out.`,
  );
}
