import type { Finding } from '../model/finding.ts';
import type { NodeReport } from '../model/node-report.ts';
import { spanOf } from './instant.ts';
import { findingOf, seedOf, shortDigest } from './seed.ts';

type Door = {
  /** Reports older than this, in milliseconds since the epoch, say nothing about today. */
  readonly oldest: number;
  readonly now: number;
  /** Servers that another manifest in question lists: the ones a deploy adds, or a rollback would bring back. */
  readonly alsoListed: readonly string[];
};

/**
 * Servers outside the inventory. One that speaks now blocks: a ninth server. An old report, or an idle server that another
 * manifest in question lists, is only shown: the one says nothing about today, the other is about to join.
 */
export function strangerFindings(strangers: readonly NodeReport[], door: Door): Finding[] {
  const { oldest, now } = door;
  const alsoListed = new Set(strangers.length === 0 ? [] : door.alsoListed);
  return strangers.map((report) => {
    const at = Date.parse(report.observed_at);
    const isJoining = alsoListed.has(report.hostname) && !report.taking_live_traffic;
    const live = report.taking_live_traffic ? ' under live traffic' : '';
    const age = at < oldest ? `; that report is ${spanOf(now - at)} old` : '';
    const seed = seedOf('node_unlisted', {
      expected: 'listed in the inventory',
      actual: report.binary_sha256,
      where: [`host:${report.hostname}`],
      sentence: (host) =>
        `${host} says it belongs to ${report.cluster} but is not in its inventory; it runs ${shortDigest(report.binary_sha256)}${live}${age}.`,
    });
    return findingOf(isJoining || at < oldest ? { ...seed, effect: 'none' } : seed, report.hostname);
  });
}
