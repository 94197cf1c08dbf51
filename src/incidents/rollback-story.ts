import type { IncidentActor, RollbackType } from '../model/incident-terms.ts';
import type { Verdict } from '../model/verdict.ts';

/** What a gate said, and when. `servers` is null when the ledger did not keep the whole answer. */
type Said = {
  readonly time: string;
  readonly verdict: Verdict['verdict'];
  readonly codes: readonly string[];
  readonly servers: readonly StoryServer[] | null;
};

/** One server, and what speaks against it; nothing for one that is well. */
export type StoryServer = {
  readonly hostname: string;
  readonly wrong: boolean;
  readonly codes: readonly string[];
};

type StoryManifest = { readonly deployment_id: string; readonly generation: number };

/** All that a ledger knows of one rollback. Times are RFC 3339, as the ledger has them. */
export type RollbackStory = {
  readonly ledger: string;
  /** The numbers of its first and last entry. */
  readonly entries: { readonly first: number; readonly last: number };
  readonly cluster: string;
  readonly change: string;
  readonly pressed_by: string;
  readonly actor: IncidentActor;
  /** Why, in the words of whoever pressed; null when nothing was said. */
  readonly reason: string | null;
  readonly begun: string;
  readonly ended: {
    readonly time: string;
    readonly outcome: 'done' | 'failed' | 'interrupted' | 'abandoned';
    readonly exit_status: number | null;
    readonly signal: string | null;
    readonly reason: string | null;
  };
  /** What it left, and where it led; null when the ledger has no such manifest. */
  readonly from: StoryManifest | null;
  readonly to: StoryManifest | null;
  /** What the gate said before the button, with the servers as they were; and what the simulation expected. */
  readonly before: (Said & { readonly wrong_now: number | null; readonly wrong_after: number | null }) | null;
  /** What the proofs came to; null while nobody has asked the servers. */
  readonly after: Said | null;
  /** Servers that showed nothing after it, as far as they are known. */
  readonly silent: readonly string[];
  readonly quarantine: {
    readonly opened: string;
    readonly released: { readonly time: string; readonly by: 'proof' | 'operator' } | null;
  } | null;
  readonly rollback_type: RollbackType;
  /** What the type was read from, one line each. */
  readonly facts: readonly string[];
  /** Whether a person corrected the type by signature. */
  readonly is_corrected: boolean;
};
