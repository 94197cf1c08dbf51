import type { RollbackType } from '../model/incident-terms.ts';
import type { Verdict } from '../model/verdict.ts';
import type { ClusterState } from '../ledger/state.ts';
import type { Answer, Received } from './ports.ts';

/** What somebody wants to do to a cluster. Documents are bytes as received: the door of the gate opens them. */
export type Wish = {
  readonly action: 'deploy' | 'activate' | 'rollback';
  /** The manifest the cluster shall run afterwards; for a rollback null when only the plan names it. */
  readonly manifest: Received | null;
  /** The cluster, when no document names it, or to be sure. */
  readonly cluster: string | null;
  readonly plan: Received | null;
  readonly bypass: Received | null;
  /** Manifests that the ledger does not know yet, such as the one in force when haunted is new here. */
  readonly history: readonly Received[];
  readonly actor: string;
  readonly reason: string | null;
  /** Judge and say so, and write nothing. */
  readonly dry_run: boolean;
};

/** Tells whoever waits how far it is. */
export type Watch = {
  readonly asking?: (hostnames: readonly string[]) => void;
  readonly answered?: (answer: Pick<Answer, 'hostname'>) => void;
  /** The state moved while it was judged: it is judged again. */
  readonly moved?: (sentence: string) => void;
  /** Asked before a change is begun: throws when it is not wanted any more. */
  readonly stillWanted?: () => void;
};

/** What the gate answered. `change` is there when it let somebody through, and the ledger has it. */
export type Begun = {
  readonly verdict: Verdict;
  readonly change: {
    readonly change: string;
    readonly cluster: string;
    readonly nonce: string;
    readonly manifest_sha256: string;
    readonly from_manifest_sha256: string | null;
  } | null;
};

/** How the command ended. */
export type Outcome = {
  readonly outcome: 'done' | 'failed' | 'interrupted' | 'abandoned';
  readonly exit_status: number | null;
  readonly signal: string | null;
  readonly reason: string | null;
};

/** What the cluster showed afterwards, and what was done about it. */
export type Settled = {
  readonly cluster: string;
  readonly event_id: string;
  readonly verdict: Verdict;
  /** The manifest that is in force now. */
  readonly in_force: string | null;
  /** The quarantine that is open now; null for none. */
  readonly quarantine: string | null;
  /** Quarantines that ended by this proof. */
  readonly released: readonly string[];
  /** Servers that hold a lease now. */
  readonly leased: readonly string[];
  readonly rollback_type: RollbackType | null;
  /** The rollback from here, judged at once, so that the button is ready; null when there is no target. */
  readonly way_back: Verdict | null;
  /** What could not be done about it, one sentence each. */
  readonly troubles: readonly string[];
};

/**
 * The one place with an order of events: check, write down, let act, ask every server, write down. In this process, or behind
 * HTTP. Faults: those of the ledger, BAD_INPUT for documents that can't be read, NOT_FOUND for a cluster or change nobody knows.
 */
export type Gate = {
  readonly begin: (wish: Wish, watch?: Watch) => Promise<Begun>;
  /** The command of a change is over: write it down, ask every server, and prove or quarantine. */
  readonly end: (cluster: string, change: string, outcome: Outcome, watch?: Watch) => Promise<Settled>;
  /** Ask every server again, outside of a change: ends a quarantine by proof, or opens one. */
  readonly prove: (cluster: string, watch?: Watch) => Promise<Settled>;
  /** The first manifest of a cluster, or one that is in force already: written down, proven by asking. */
  readonly adopt: (manifest: Received, actor: string, watch?: Watch) => Promise<Settled>;
  /** An operator's signed word: a release, a bypass or a correction. Answers with what it did, in one sentence. */
  readonly hear: (word: Received) => Promise<string>;
  readonly look: (cluster: string | null) => Promise<readonly ClusterState[]>;
};
