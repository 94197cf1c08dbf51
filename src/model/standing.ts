/**
 * What the ledger says of one cluster, as far as a gate asks: evidence like a report, read from the history and never typed. Times
 * are RFC 3339. Without a ledger there is none, and the manifests of the history count as proven.
 */
export type Standing = {
  /** The manifest the cluster has to run; null when none was ever put in force. */
  readonly in_force: string | null;
  /** Manifests that every server of this cluster has proven, by digest. */
  readonly proven: readonly string[];
  /** Manifests that may not come back until they are released. */
  readonly refused: readonly {
    readonly manifest_sha256: string;
    readonly reason: string;
    readonly since: string;
  }[];
  /** A change that has begun and not ended; null when nothing is under way. */
  readonly change: {
    readonly change: string;
    readonly action: 'deploy' | 'activate' | 'rollback';
    readonly actor: string;
    readonly since: string;
  } | null;
  /** The last change, when it ended and nobody has asked the servers since; null else. */
  readonly unasked: { readonly change: string; readonly outcome: string; readonly since: string } | null;
  /** Quarantines that are open. */
  readonly quarantines: readonly {
    readonly quarantine: string;
    readonly reason: string;
    readonly since: string;
    readonly unproven: readonly string[];
  }[];
  /** Bypasses that count now. `findings` are the codes let pass; empty for all of them. */
  readonly bypasses: readonly {
    readonly bypass: string;
    readonly reason: string;
    readonly until: string;
    readonly findings: readonly string[];
  }[];
};
