import type { IncidentCheck } from '../src/model/incident-terms.ts';

type Reasons = Readonly<Partial<Record<IncidentCheck, string>>>;

/**
 * Why a replay shows something else than the record judges, by incident and check. A test holds that each difference has a reason here,
 * and that there is no reason without a difference.
 */
export const DIFFERENCES: Readonly<Record<string, Reasons>> = {
  'aws-dynamodb-2025': {
    rollback_simulation_of_post_state:
      'The late write is asked for as a deployment, and its way back is sound. That it is late is said by its generation.',
  },
  'azure-aks-2019': {
    rollback_simulation_of_post_state:
      'The run of the automation is a deployment, and what it finds wrong is in rows that no server reports.',
    stale_plan_monotonic_generation_check:
      'The plan was new. What was old were the rows it was made from, and they carry no generation here.',
  },
  'azure-devops-2019': {
    rollback_simulation_of_post_state:
      'The state before is sound by its own manifest; what is wrong with the route is not in any document.',
    per_node_post_rollback_proof:
      'Every server proves the configuration that was restored, which is the bad one.',
  },
  'azure-leapday-2012': {
    rollback_simulation_of_post_state:
      'The parts that do not fit are a fact of the package and are found before any server is looked at; the simulation has nothing to add.',
  },
  'bigquery-18036-2018': {
    rollback_simulation_of_post_state: 'It shows what servers would be, and not what a queue would do next.',
    stale_plan_monotonic_generation_check:
      'The change in the queue was the newest one. It was bad, and not late.',
  },
  'circleci-2021': {
    per_node_post_rollback_proof:
      'A proof of ours also asks which rows reach the server, and not only whether it runs the target.',
  },
  'cloudflare-2022': {
    per_node_post_rollback_proof:
      'The second revert is held before it does anything, and the replay ends before anybody is asked afterwards.',
  },
  'facebook-2010': {
    flag_config_ownership_bound_to_binary_version:
      'The record thinks of clients that say which values they can read. Nothing on record says that anybody had written that down; with it the repair is blocked (a variation).',
  },
  'gce-16007-2016': {
    rollback_simulation_of_post_state:
      'The simulation is of what the fail-safe says it does. What it does differs from that, by a bug.',
    stale_plan_monotonic_generation_check: 'What it says it pushes is what is in force, and so not old.',
  },
  'github-mysql-2012': {
    stale_plan_monotonic_generation_check:
      'What is stale is data on a node, which the replay tells as a state the node holds; the plan to elect it was new.',
    flag_config_ownership_bound_to_binary_version:
      'What a version can live with is counted here as ownership: the stale data is not what the manifest reads.',
  },
  'google-17007-2017': {
    rollback_simulation_of_post_state:
      'The old settings are sound by their own manifest. Which balancers are missing from them is in no document of the replay.',
    per_node_post_rollback_proof: 'Every frontend proves the old settings, as ordered.',
  },
  'google-18016-2018': {
    flag_config_ownership_bound_to_binary_version:
      'That this config does not belong to older routers is said by the signed split, as `binary_mismatch` in the simulated state.',
  },
  'knight-2012': {
    per_node_post_rollback_proof:
      'The record means a proof of the binary alone. Ours also asks which switches reach the server, and all eight fail.',
  },
  'mailgun-2017': {
    rollback_simulation_of_post_state:
      'The new pull requests are sound by themselves. What stops them is that they were never proven here.',
    per_node_post_rollback_proof: 'Every server proves what the pull requests say.',
  },
  'reddit-2016': {
    rollback_simulation_of_post_state:
      'By the manifest the autoscaler has to be on; the simulated state is the one in force.',
    stale_plan_monotonic_generation_check:
      'The switch was thrown past the gate, so no generation tells that the desired state is behind. Thrown through the gate it does (a variation).',
    flag_config_ownership_bound_to_binary_version:
      'The switch is one of the autoscaler’s own, and means the same before and after.',
  },
  'slack-dnssec-2021': {
    per_node_post_rollback_proof:
      'A proof of ours also asks what others still hold, where a row says that it outlives its sender.',
  },
  'stripe-2019': {
    stale_plan_monotonic_generation_check:
      'The age of the target is counted here with the stale plans: it was more than 90 days old.',
  },
  'twilio-2013': {
    flag_config_ownership_bound_to_binary_version:
      'A config on disk that is not the one the version runs with is counted here as a pair that nobody put together.',
    running_binary_uniformity:
      'That memory and disk differ is seen before, at a moment that had to be filled in and does not count. At the button the simulation says it.',
  },
  'wikimedia-cookie-2015': {
    per_node_post_rollback_proof:
      'A proof of ours also asks which cache the server holds, where servers report it.',
  },
  'wikimedia-hhvm-2015': {
    rollback_simulation_of_post_state:
      'The simulation is of what the command was to do. What it did is a bug of the command.',
  },
  'wikimedia-phab-2016': {
    flag_config_ownership_bound_to_binary_version:
      'No flag and no config is in the replay; the tag is the binary.',
    running_binary_uniformity:
      'It speaks when the disk is wrong already. Before that, automation is told that its tag is older than what is in force.',
  },
  'wikimedia-toolforge-2019': {
    stale_plan_monotonic_generation_check:
      'The repair was made past the gate, so no generation tells of it. The quarantine that it caused holds the automation.',
    flag_config_ownership_bound_to_binary_version:
      'The wrong authority is the config in force, and belongs to its binary.',
  },
};
