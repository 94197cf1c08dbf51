import type { RollbackPlan } from './plan.ts';
import type { OpenedManifest } from './verified.ts';

/** What somebody wants to do, and so what the gate must answer. */
export type Intent =
  | {
      readonly gate: 'deploy';
      /** The manifest to be deployed. */
      readonly manifest: OpenedManifest;
      /** What the cluster should run now. */
      readonly current: OpenedManifest;
      /** The team's own way back; null means to the declared target, binary and config, withdrawing nothing. */
      readonly plan: RollbackPlan | null;
    }
  | { readonly gate: 'activate'; readonly manifest: OpenedManifest; readonly current: OpenedManifest | null }
  | {
      readonly gate: 'rollback';
      /** The manifest to go back to; null when the plan names one nobody has. */
      readonly target: OpenedManifest | null;
      /** The manifest being left; null means the highest generation known. */
      readonly current: OpenedManifest | null;
      /** Null means to_manifest, binary and config, withdrawing nothing. */
      readonly plan: RollbackPlan | null;
    }
  | {
      readonly gate: 'proof';
      readonly manifest: OpenedManifest;
      /** The manifest in force before the event; null means it is inferred from the history. */
      readonly current: OpenedManifest | null;
      /** The plan that was carried out, when the event was a rollback. */
      readonly plan: RollbackPlan | null;
      readonly event_id: string;
      readonly nonce: string;
    };

export type Gate = Intent['gate'];
