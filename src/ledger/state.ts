import type { EntryKind, LedgerEntry } from '../model/entry.ts';
import type { RollbackType } from '../model/incident-terms.ts';

type Of<K extends EntryKind> = Extract<LedgerEntry, { kind: K }>['body'];

/** Where in the ledger something stands. */
export type At = { readonly seq: number; readonly time: string };

/** What became of one manifest in one cluster. */
export type ManifestState = {
  readonly manifest_sha256: string;
  readonly accepted: (At & Pick<Of<'manifest_accepted'>, 'deployment_id' | 'generation'>) | null;
  /** The last time that every server proved it; null for never. */
  readonly proven: At | null;
  /** The mark that keeps it from being deployed; null when there is none, or no longer. */
  readonly refused: (At & { readonly reason: string }) | null;
};

/** A change with how it ended; `ended` is null while it is under way, or when nobody knows. */
type ChangeState = At &
  Of<'change_begun'> & {
    readonly ended: (At & Pick<Of<'change_ended'>, 'outcome' | 'exit_status' | 'signal'>) | null;
    /** The first verdict of the proof gate after it ended; null while nobody has asked the servers. */
    readonly asked: At | null;
  };

/** What one server showed last, and when it last showed what counts. */
type NodeState = {
  readonly hostname: string;
  readonly last: At &
    Pick<Of<'proof'>, 'accepted' | 'event_id' | 'manifest_sha256' | 'binary_sha256' | 'observed_at'> & {
      readonly sequence: number | null;
      readonly boot_id: string | null;
    };
  readonly accepted: (At & Pick<Of<'proof'>, 'event_id' | 'manifest_sha256'>) | null;
};

type QuarantineState = At &
  Pick<Of<'quarantine_opened'>, 'quarantine' | 'event_id' | 'manifest_sha256' | 'takes_out' | 'reason'> & {
    /** The servers that have not proven it yet: each one’s last proof decides. */
    readonly unproven: readonly string[];
  };

/** The right of one server to take live traffic; it counts until `until`, and not at all when `state` is ended. */
export type LeaseState = At & {
  readonly hostname: string;
  readonly state: 'held' | 'ended';
  readonly until: string;
  readonly proof_seq: number | null;
};

/** All that a ledger says of one cluster. Bypasses and leases carry their end: ask activeBypasses and heldLeases for a moment. */
export type ClusterState = {
  readonly cluster: string;
  /** The manifest the cluster has to run; null when none was ever put in force. */
  readonly in_force: string | null;
  readonly manifests: ReadonlyMap<string, ManifestState>;
  /** The change that has begun and not ended; null when nothing is under way. */
  readonly change: ChangeState | null;
  /** The change that ended last. */
  readonly last_change: ChangeState | null;
  readonly nodes: ReadonlyMap<string, NodeState>;
  readonly last_verdict:
    | (At & Pick<Of<'verdict'>, 'gate' | 'verdict' | 'event_id' | 'manifest_sha256'>)
    | null;
  /** The last time that all servers were asked and did not prove it; a later verdict on something else does not hide it. */
  readonly last_no: (At & Pick<Of<'verdict'>, 'event_id'>) | null;
  /** Those that are open, by name. */
  readonly quarantines: ReadonlyMap<string, QuarantineState>;
  readonly leases: ReadonlyMap<string, LeaseState>;
  readonly bypasses: readonly (At & Of<'bypass'>)[];
  /** Kill switches that are tripped, by name. */
  readonly kills: ReadonlyMap<string, At & Of<'kill'>>;
  /** What each rollback turned out to be, by the change; the last word counts. */
  readonly incidents: ReadonlyMap<string, At & { readonly rollback_type: RollbackType }>;
  /** Entries that fit nothing before them, such as the end of a change that never began. */
  readonly oddities: readonly { readonly seq: number; readonly detail: string }[];
};

/** The live state: every cluster that the ledger speaks of, by name. */
export type LedgerState = ReadonlyMap<string, ClusterState>;

/** The bypasses that count at a moment, in milliseconds since the epoch. */
export function activeBypasses({ bypasses }: ClusterState, now: number): ClusterState['bypasses'] {
  return bypasses.filter(({ until }) => Date.parse(until) > now);
}

/** The leases that nobody took away and that have not run out: what traffic may still be told of, whoever has proven what since. */
export function unexpiredLeases({ leases }: ClusterState, now: number): readonly LeaseState[] {
  return [...leases.values()].filter((lease) => isRunning(lease, now));
}

/**
 * The leases that count at a moment, in milliseconds since the epoch. A lease rests on the last proof of its server: one that was
 * refused after it voids it, whichever of lease and refusal was written first, and so does another manifest that comes into force.
 */
export function heldLeases(cluster: ClusterState, now: number): readonly LeaseState[] {
  return [...cluster.leases.values()].filter((lease) => isHeld(lease, cluster, now));
}

/** The lease of one server that counts at a moment; null for none. */
export function heldLease(cluster: ClusterState, hostname: string, now: number): LeaseState | null {
  const lease = cluster.leases.get(hostname);
  return lease !== undefined && isHeld(lease, cluster, now) ? lease : null;
}

function isHeld(
  lease: LeaseState,
  { nodes, in_force }: Pick<ClusterState, 'nodes' | 'in_force'>,
  now: number,
): boolean {
  const last = nodes.get(lease.hostname)?.last;
  if (!isRunning(lease, now) || last === undefined) return false;
  return last.accepted && last.manifest_sha256 === in_force;
}

function isRunning({ state, until }: LeaseState, now: number): boolean {
  return state === 'held' && Date.parse(until) > now;
}

/** Where a report stands in the order of its server: the sequence grows within a boot. */
export type Place = {
  readonly sequence?: number | null | undefined;
  readonly boot_id?: string | null | undefined;
};

/** Did the server make this report before that one? Known only within one boot; false when nobody can say. */
export function isMadeBefore(one: Place, other: Place): boolean {
  const { sequence, boot_id } = one;
  if ((boot_id ?? null) === null || boot_id !== other.boot_id) return false;
  return typeof sequence === 'number' && typeof other.sequence === 'number' && sequence < other.sequence;
}
