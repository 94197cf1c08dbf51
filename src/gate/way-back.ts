import { decide } from '../decide/decide.ts';
import type { Verdict } from '../model/verdict.ts';
import type { OpenedManifest } from '../model/verified.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Candidate } from './candidate.ts';
import { recall } from './documents.ts';
import { evidenceOf } from './evidence-of.ts';
import type { Snapshot } from './live.ts';
import type { Parts } from './parts.ts';
import type { Answer } from './ports.ts';
import { standingOf } from './standing-of.ts';

type Seen = {
  readonly snapshot: Snapshot;
  readonly state: ClusterState;
  readonly best: Candidate;
  readonly answers: readonly Answer[];
};

/**
 * If somebody has to press rollback from here, what would it do? Judged as soon as a manifest is proven, so that the answer is known
 * before the hand is at the button. Null when the manifest names no target that the ledger holds.
 */
export function judgeWayBack(parts: Parts, { snapshot, state, best, answers }: Seen): Verdict | null {
  const { manifest, opened, history } = best.ground;
  const target: OpenedManifest | null = recall(
    snapshot,
    manifest.rollback_target_manifest_sha256 ?? null,
    parts.door(),
  );
  if (target === null) return null;
  const now = parts.chance.now();
  const { policy } = parts.rules(state.cluster);
  // As the cluster stands once this is written down: the quarantines have ended, and no change is under way.
  const standing = { ...standingOf(state, [], now), change: null, quarantines: [] };
  const evidence = { ...evidenceOf(answers), history, standing };
  return decide(evidence, { gate: 'rollback', target, current: opened, plan: null }, policy, now);
}
