import type { Standing } from '../model/standing.ts';
import type { ClusterState } from '../ledger/state.ts';
import { activeBypasses } from '../ledger/state.ts';
import { unaskedChange } from './unasked.ts';

type Bypass = Standing['bypasses'][number];

/** What the ledger says of a cluster, in the words the judge takes. `more` are bypasses that are about to be written down. */
export function standingOf(state: ClusterState, more: readonly Bypass[], now: number): Standing {
  const manifests = [...state.manifests.values()];
  const unasked = unaskedChange(state);
  return {
    in_force: state.in_force,
    proven: manifests.filter(({ proven }) => proven !== null).map((each) => each.manifest_sha256),
    refused: manifests.flatMap(({ manifest_sha256, refused }) =>
      refused === null ? [] : [{ manifest_sha256, reason: refused.reason, since: refused.time }],
    ),
    change:
      state.change === null
        ? null
        : {
            change: state.change.change,
            action: state.change.action,
            actor: state.change.actor,
            since: state.change.time,
          },
    unasked:
      unasked === null
        ? null
        : { change: unasked.change, outcome: unasked.ended.outcome, since: unasked.ended.time },
    quarantines: [...state.quarantines.values()].map(({ quarantine, reason, time, unproven }) => ({
      quarantine,
      reason,
      since: time,
      unproven,
    })),
    bypasses: [...activeBypasses(state, now), ...more].map(({ bypass, reason, until, findings }) => ({
      bypass,
      reason,
      until,
      findings,
    })),
  };
}
