/** Lets one server join, once. Only the sha256 of the token is ever kept. Times in milliseconds since the epoch. */
export type Invitation = {
  readonly token_sha256: string;
  readonly cluster: string;
  readonly hostname: string;
  readonly expires_at: number;
};

/** A server that shows a token, and the key and session it made for itself. */
export type Joining = {
  readonly token_sha256: string;
  readonly cluster: string;
  readonly hostname: string;
  readonly keyid: string;
  /** PEM (SPKI). */
  readonly public_key: string;
  readonly session_sha256: string;
};

/** When a server last tried to prove itself, and when it last did. */
export type Attendance = {
  readonly cluster: string;
  readonly hostname: string;
  readonly last_attempt_at: number | null;
  readonly last_success_at: number | null;
  readonly last_problem: string | null;
};

/** A server that has joined. */
export type Member = Attendance & Omit<Joining, 'token_sha256'> & { readonly joined_at: number };

/**
 * Who belongs to which cluster (port): tokens, keys, sessions, and when each was last heard of. Every implementation passes
 * test/contracts/members.ts.
 */
export type Members = {
  readonly invite: (invitation: Invitation, now: number) => Promise<void>;
  /**
   * Uses up the token and pins key and session, all or nothing; a key that was pinned before for this server counts no longer, and is kept
   * for the history. Faults: NO_PERMISSION for a token that does not count, AMBIGUOUS for a key that another server has, and what writing throws.
   */
  readonly join: (joining: Joining, now: number) => Promise<Member>;
  /** In the order of cluster and host name. */
  readonly all: () => Promise<readonly Member[]>;
  /** Keeps attendance; that of a server that is no member is passed over. */
  readonly note: (attendance: readonly Attendance[]) => Promise<void>;
};
