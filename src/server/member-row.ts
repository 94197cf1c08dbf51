import type { MemberRow } from '../model/operator-wire.ts';
import type { Member } from './ports.ts';

/** A member as operators are shown it. */
export function memberRow(
  { cluster, hostname, keyid, joined_at, last_attempt_at, last_success_at, last_problem }: Member,
  { connected, lease_until }: Pick<MemberRow, 'connected' | 'lease_until'>,
): MemberRow {
  return {
    cluster,
    hostname,
    keyid,
    joined_at: new Date(joined_at).toISOString(),
    connected,
    last_attempt_at: instantOrNull(last_attempt_at),
    last_success_at: instantOrNull(last_success_at),
    last_problem,
    lease_until,
  };
}

function instantOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
