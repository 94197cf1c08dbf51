import type { Evidence, Verified } from '../model/verified.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Answer } from './ports.ts';

type Told = Pick<Evidence, 'reports' | 'refused' | 'unreachable'>;

/** What the servers’ answers are as evidence. What could not be read is refused: it passes neither for silence nor unmentioned. */
export function evidenceOf(answers: readonly Answer[]): Told {
  const told: { [K in keyof Told]: Told[K][number][] } = { reports: [], refused: [], unreachable: [] };
  for (const { hostname, opened } of answers) {
    if (opened.kind === 'report') told.reports.push(opened.report);
    else if (opened.kind === 'refused') told.refused.push(opened.refused);
    else if (opened.kind === 'unreachable') told.unreachable.push(opened.unreachable);
    else
      told.refused.push({
        reason: 'malformed',
        detail: `it ${opened.detail}`,
        source: hostname,
        claimed_hostname: hostname,
      });
  }
  return told;
}

/** The report that a server gave in its own name; null when there is none. */
export function reportOf({ opened, hostname }: Answer): Verified<NodeReport> | null {
  return opened.kind === 'report' && opened.report.value.hostname === hostname ? opened.report : null;
}
