import * as z from 'zod';

/** What a rollback turned out to be: the six words of the thread this project began with, and four that the record needs. */
export const RollbackType = z
  .enum([
    'promoted_wrong_state',
    'killed',
    'paused',
    'scoped',
    'buried',
    'unknown',
    'clean',
    'failed_to_apply',
    'persisted_elsewhere',
    'no_safe_target',
  ])
  .meta({
    id: 'RollbackType',
    description: 'What the safety action turned out to be; docs/rollback-types.md defines each.',
  });
export type RollbackType = z.infer<typeof RollbackType>;

/** One sentence for each rollback type; docs/rollback-types.md holds the same sentences, and a test compares them. */
export const ROLLBACK_TYPE_MEANINGS: Readonly<Record<RollbackType, string>> = {
  promoted_wrong_state:
    'The safety action put a wrong, stale or incompatible state onto nodes that were well until then.',
  killed: 'The feature, the traffic or the service was switched off as a whole, and nothing went back.',
  paused: 'A rollout or the traffic was held where it was, and nothing went back.',
  scoped: 'Only the tenant, the flag or the part that caused the trouble was acted on.',
  buried:
    'The rollback was declared or carried out, and the wrong state stayed on some of the nodes it was meant for.',
  unknown: 'There was no rollback, none of the other words fits it, or the sources do not say.',
  clean: 'The rollback put back a state that was good, on every node, and the trouble ended.',
  failed_to_apply: 'The rollback was ordered and could not run, so that nothing changed.',
  persisted_elsewhere:
    'The rollback did what it should on the nodes, and its subject lived on elsewhere: in rows, keys, queues or caches.',
  no_safe_target:
    'There was nothing to go back to: every earlier state was impossible or would have been worse.',
};

export const EvidenceGrade = z.enum(['confirmed', 'partial', 'fog']).meta({
  id: 'EvidenceGrade',
  description:
    'confirmed: a primary source says it and the sentence was read. partial: there is a primary source, and what decides is not in it or was not read. fog: no public primary source was found or read.',
});
export type EvidenceGrade = z.infer<typeof EvidenceGrade>;

export const ReadStatus = z
  .enum([
    'primary_read',
    'primary_mirror_read',
    'primary_verbatim_via_transcriptions',
    'primary_verbatim_quoted',
    'primary_partial',
    'secondary_only',
    'not_read',
    'not_found',
  ])
  .meta({
    id: 'ReadStatus',
    description:
      'How the primary source was read: itself, a stored copy, transcriptions that agree, word for word inside another text, in part, only by what others say of it, not at all, or none was found.',
  });
export type ReadStatus = z.infer<typeof ReadStatus>;

export const IncidentActor = z.enum(['operator', 'automation', 'both']).meta({
  id: 'IncidentActor',
  description: 'Who took the safety action: people, a program on its own, or both.',
});
export type IncidentActor = z.infer<typeof IncidentActor>;

export const WrongKind = z.enum(['wrong_source_of_truth', 'wrong_package', 'wrong_meaning', 'none']).meta({
  id: 'WrongKind',
  description:
    'What was wrong with the state that the action brought: it came from a source that was stale or false; it was put together or carried wrongly; it was right by itself and meant something else where it arrived; none: it brought no wrong state.',
});
export type WrongKind = z.infer<typeof WrongKind>;

export const StateClock = z.enum(['message', 'config', 'cache', 'rows', 'keys', 'snapshot']).meta({
  id: 'StateClock',
  description: 'Where the other half of the state lived, which the action did not take back with it.',
});
export type StateClock = z.infer<typeof StateClock>;

export const IncidentCheck = z
  .enum([
    'rollback_simulation_of_post_state',
    'canary_with_verified_outcome',
    'stale_plan_monotonic_generation_check',
    'per_node_post_rollback_proof',
    'flag_config_ownership_bound_to_binary_version',
    'running_binary_uniformity',
    'quarantine_of_traffic',
    'aggregate_kill_switch',
    'per_tenant_kill_switch',
  ])
  .meta({
    id: 'IncidentCheck',
    description: 'A check that a team could have had; docs/incidents.md says what each asks.',
  });
export type IncidentCheck = z.infer<typeof IncidentCheck>;

export const Match = z
  .enum(['yes', 'in_part', 'no', 'not_stated'])
  .meta({ id: 'Match', description: 'Whether one part of the question fits.' });
export type Match = z.infer<typeof Match>;
