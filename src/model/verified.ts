import type { Manifest } from './manifest.ts';
import type { NodeReport } from './node-report.ts';
import type { Standing } from './standing.ts';

declare const brand: unique symbol;

/** Whose word stands behind a document. `operator` is `--accept-unsigned`: somebody took it on their own account. */
export type Voucher =
  | {
      readonly by: 'signature';
      readonly keyid: string;
      readonly role: 'builder' | 'node' | 'gate' | 'operator';
    }
  | { readonly by: 'transport'; readonly transport: 'ssh' }
  | { readonly by: 'operator' };

/**
 * A document that passed the door. Only `seal/open.ts` makes one (the brand cannot be written elsewhere without a cast), and
 * `decide` takes nothing else, so unsigned evidence cannot reach a verdict by mistake and nothing is checked twice.
 */
export type Verified<T> = { readonly value: T; readonly voucher: Voucher; readonly [brand]: true };

/** Why the door refused a document; each is a reason of its own. */
export type RefusalReason =
  | 'unsigned'
  | 'unknown_key'
  | 'wrong_role'
  | 'key_expired'
  | 'key_not_yet_valid'
  /** The key counts, and what it signed counts no more. */
  | 'word_ended'
  | 'bad_signature'
  | 'wrong_predicate'
  | 'wrong_subject'
  | 'wrong_name'
  | 'digest_mismatch'
  | 'inconsistent'
  | 'duplicate_key'
  | 'trailing_bytes'
  | 'malformed';

/** A document that came but was not let in: evidence too, never an exception. */
export type Refused = {
  readonly reason: RefusalReason;
  /** One clause for a person, such as `the signature does not match the payload`. */
  readonly detail: string;
  /** Where it came from: a file, a line, a host. */
  readonly source: string;
  /** The host it claims to speak for, when it can be read; a claim, not a fact. */
  readonly claimed_hostname: string | null;
};

export type OpenedManifest =
  | { readonly ok: true; readonly manifest: Verified<Manifest> }
  | { readonly ok: false; readonly refused: Refused };

/** A node that was asked and did not answer. */
export type Unreachable = { readonly hostname: string; readonly detail: string };

/** All that is known when a gate is asked. Order never matters. */
export type Evidence = {
  readonly reports: readonly Verified<NodeReport>[];
  readonly refused: readonly Refused[];
  readonly unreachable: readonly Unreachable[];
  /** Earlier manifests of the cluster, in any order. Each counts as having been proven here, unless `standing` says which were. */
  readonly history: readonly OpenedManifest[];
  /** What the ledger says of the cluster; absent where there is no ledger. */
  readonly standing?: Standing | null;
};
