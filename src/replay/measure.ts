import type { Finding, FindingCode } from '../model/finding.ts';
import { FINDINGS } from '../model/finding.ts';
import type { IncidentCheck } from '../model/incident-terms.ts';
import { counted, type Stop } from './outcome.ts';

/** The checks of the registry that this program has, and one that the registry has no word for. */
export type MeasuredCheck =
  | Exclude<
      IncidentCheck,
      'canary_with_verified_outcome' | 'aggregate_kill_switch' | 'per_tenant_kill_switch'
    >
  | 'target_known_and_proven';

export const MEASURED_CHECKS: readonly MeasuredCheck[] = [
  'rollback_simulation_of_post_state',
  'stale_plan_monotonic_generation_check',
  'per_node_post_rollback_proof',
  'flag_config_ownership_bound_to_binary_version',
  'running_binary_uniformity',
  'quarantine_of_traffic',
  'target_known_and_proven',
];

const STALE: readonly FindingCode[] = ['manifest_superseded', 'rollback_target_too_old'];
const TARGET: readonly FindingCode[] = [
  'rollback_target_unknown',
  'rollback_target_unproven',
  'rollback_target_missing',
  'rollback_target_refused',
  'rollback_from_node',
  'mutable_reference',
];
const FIT: readonly FindingCode[] = ['state_unreadable', 'parts_do_not_fit'];

/**
 * Which checks spoke at this stop? A finding belongs to the check whose question it answers; what is found in the simulated state
 * after a rollback belongs to the simulation as well, because nothing else looks there.
 */
export function checksAt({ verdict, kind }: Stop): readonly MeasuredCheck[] {
  const spoke = new Set<MeasuredCheck>();
  for (const finding of counted(verdict.findings))
    for (const check of checksOf(finding, verdict.gate === 'proof')) spoke.add(check);
  if (verdict.gate === 'proof')
    spoke.add(kind === 'caught_after' ? 'per_node_post_rollback_proof' : 'quarantine_of_traffic');
  return MEASURED_CHECKS.filter((check) => spoke.has(check));
}

function checksOf(finding: Finding, isProof: boolean): readonly MeasuredCheck[] {
  const { code, phase } = finding;
  const simulated: MeasuredCheck[] = phase === 'after_rollback' ? ['rollback_simulation_of_post_state'] : [];
  const own = ownCheckOf(code, isProof);
  // Two configs on one binary is a pair that nobody put together; after a rollback it is a question of ownership.
  const pair: MeasuredCheck[] =
    code === 'config_mismatch' && phase === 'after_rollback'
      ? ['flag_config_ownership_bound_to_binary_version']
      : [];
  return [
    ...simulated,
    ...pair,
    ...(own === null || (pair.length > 0 && own === 'running_binary_uniformity') ? [] : [own]),
  ];
}

function ownCheckOf(code: FindingCode, isProof: boolean): MeasuredCheck | null {
  const { group } = FINDINGS[code];
  if (STALE.includes(code)) return 'stale_plan_monotonic_generation_check';
  if (TARGET.includes(code)) return 'target_known_and_proven';
  if (FIT.includes(code) || group === 'flags') return 'flag_config_ownership_bound_to_binary_version';
  if (code === 'quarantined') return 'quarantine_of_traffic';
  // Outside of a proof it says that a change is under way: two plans at once.
  if (code === 'not_proven') return isProof ? null : 'stale_plan_monotonic_generation_check';
  return group === 'binary' ? 'running_binary_uniformity' : null;
}

/** What one check did over a whole replay: spoke in time, spoke only afterwards, or never spoke. */
export type Measured = 'in_time' | 'afterwards' | 'silent';

export function measured(stops: readonly Stop[], check: MeasuredCheck): Measured {
  const spoke = stops.filter((stop) => checksAt(stop).includes(check));
  if (spoke.some(({ kind }) => kind !== 'caught_after')) return 'in_time';
  return spoke.length > 0 ? 'afterwards' : 'silent';
}
