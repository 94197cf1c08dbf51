import type { IncidentCheck } from '../model/incident-terms.ts';

/** What each check asks; docs/incidents.md holds the same sentences, and a test compares them. */
export const CHECK_QUESTIONS: Readonly<Record<IncidentCheck, string>> = {
  rollback_simulation_of_post_state:
    'what would every node be after the button, with what it holds, what others hold and what still comes in?',
  canary_with_verified_outcome:
    'did the first node come out as intended, and did anybody look before the second?',
  stale_plan_monotonic_generation_check: 'is what is about to be written newer than what is there?',
  per_node_post_rollback_proof: 'has every node shown that it is what it was to become?',
  flag_config_ownership_bound_to_binary_version:
    'does the binary that reads a setting own it, with this meaning?',
  running_binary_uniformity: 'does every node run the same, in memory as on disk?',
  quarantine_of_traffic: 'is a node that has not proven itself kept from traffic and from elections?',
  aggregate_kill_switch: 'is there a limit on the whole that needs no theory of the fault?',
  per_tenant_kill_switch: 'can the one customer, or the one flag, be turned off?',
};
