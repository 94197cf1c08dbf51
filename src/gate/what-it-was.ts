import { classifyRollback } from '../decide/classify-rollback.ts';
import type { Fact } from '../model/entry.ts';
import type { RollbackType } from '../model/incident-terms.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Candidate } from './candidate.ts';
import { reportOf } from './evidence-of.ts';
import { manifestIn, recall } from './documents.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import type { Answer } from './ports.ts';

type Seen = {
  readonly snapshot: Snapshot;
  readonly state: ClusterState;
  readonly event: { readonly event_id: string };
  readonly best: Candidate;
  readonly answers: readonly Answer[];
};

/** What a rollback turned out to be, when this is the proof that was asked for after one; else null. */
export function whatItWas(
  parts: Parts,
  { snapshot, state, event, best, answers }: Seen,
): { readonly rollback_type: RollbackType; readonly fact: Fact } | null {
  const change = state.last_change;
  if (change === null || change.change !== event.event_id || change.action !== 'rollback') return null;
  const target = manifestIn(recall(snapshot, change.manifest_sha256, parts.door()));
  const reports = answers.map(reportOf).filter((report) => report !== null);
  const isProven = best.verdict.verdict === 'PROVEN';
  const isTarget = best.ground.manifest.manifest_sha256 === change.manifest_sha256;
  const inventory = new Set(best.ground.manifest.cluster_inventory);
  const wrong = best.unproven.filter((host) => (best.shown.get(host)?.length ?? 0) > 0);
  const onTarget = reports.filter(
    ({ value }) =>
      value.binary_sha256 === target?.binary_sha256 &&
      (target.config_sha256 === null || value.config_sha256 === target.config_sha256),
  );
  const { rollback_type, facts } = classifyRollback({
    servers: inventory.size,
    wrong_before: snapshot.wrongBefore.get(change.change) ?? null,
    wrong_after: wrong.length,
    silent_after: best.unproven.filter((host) => !best.shown.has(host)).length,
    on_target: onTarget.length,
    proven: isProven ? (isTarget ? 'target' : 'former') : 'neither',
  });
  const body = { cluster: state.cluster, change: change.change, rollback_type, facts: [...facts] };
  return {
    rollback_type,
    fact: { kind: 'incident_classified', body: { ...body, corrects: null, keyid: null, document: null } },
  };
}
