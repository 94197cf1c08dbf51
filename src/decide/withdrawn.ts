import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';

type Withdrawal = Pick<RollbackPlan, 'withdraw_flags' | 'withdrawn_since'>;

/**
 * Which flags have really stopped arriving? Those whose senders the plan stops, once nobody can still hold what was sent: resolvers
 * kept a record of Slack’s for a day after it was gone, and the rollback that trusted its withdrawal broke them (slack_dnssec_2021).
 * A plan that does not say since when stops them now. `now` in milliseconds since the epoch.
 */
export function goneFlags(
  { withdraw_flags: flags = [], withdrawn_since: since }: Withdrawal,
  manifests: readonly Manifest[],
  now: number,
): ReadonlySet<string> {
  const stopped = since === null || since === undefined ? now : Date.parse(since);
  const wanted = new Set(flags);
  const outlives = new Map<string, number>();
  for (const row of manifests.flatMap((manifest) => manifest.flag_ownership_table)) {
    if (wanted.has(row.flag))
      outlives.set(row.flag, Math.max(outlives.get(row.flag) ?? 0, row.outlives_s ?? 0));
  }
  return new Set(flags.filter((flag) => stopped + (outlives.get(flag) ?? 0) * 1000 <= now));
}
