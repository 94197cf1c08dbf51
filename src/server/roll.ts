import { hash, timingSafeEqual } from 'node:crypto';
import { Fault } from '../fault.ts';
import { oneLine } from '../model/one-line.ts';
import type { NodeReport } from '../model/node-report.ts';
import { keyringIndex } from '../seal/keyring.ts';
import type { KeyringIndex } from '../seal/keyring.ts';
import type { Attendance, Member, Members } from './ports.ts';

/** A member as this process knows it: its key alone counts for its proofs. */
export type Enrolled = {
  readonly key: string;
  readonly member: Member;
  readonly keyring: KeyringIndex;
  /** Whether this is its session. */
  readonly isSession: (secret: string) => boolean;
  readonly attendance: { at: number | null; successAt: number | null; problem: string | null };
  /** Whether the last thing this process told it leaves it with a lease. */
  hasLease: boolean;
  /** The newest report it gave to this process. */
  shown: Pick<NodeReport, 'boot_id' | 'sequence'> | null;
};

/** Everybody who has joined, found at once, and when each last tried and last did prove itself. */
export type Roll = {
  readonly find: (cluster: string, hostname: string) => Enrolled | undefined;
  readonly list: () => readonly Enrolled[];
  /** A member that just joined takes the place of the one of its name. */
  readonly enrol: (member: Member) => Enrolled;
  /** An attempt of now (milliseconds since the epoch); a null problem is a success, undefined is not known yet. */
  readonly note: (enrolled: Enrolled, problem: string | null | undefined, now: number) => void;
  /** Writes down what was noted since the last time. */
  readonly save: () => Promise<void>;
};

function memberKey(cluster: string, hostname: string): string {
  // No host name holds a slash, so the last one parts them.
  return `${cluster}/${hostname}`;
}

/** The roll of a store. Faults: those of the port. */
export async function openRoll(members: Members): Promise<Roll> {
  const roll = new Map<string, Enrolled>();
  const changed = new Set<string>();
  const enrol = (member: Member): Enrolled => {
    const enrolled = enrolledOf(member);
    roll.set(enrolled.key, enrolled);
    changed.delete(enrolled.key);
    return enrolled;
  };
  for (const member of await members.all()) enrol(member);
  return {
    find: (cluster, hostname) => roll.get(memberKey(cluster, hostname)),
    list: () => [...roll.values()],
    enrol,
    note: ({ key, attendance }, problem, now) => {
      attendance.at = now;
      if (problem !== undefined) attendance.problem = problem === null ? null : oneLine(problem);
      if (problem === null) attendance.successAt = now;
      changed.add(key);
    },
    save: async () => {
      const keys = [...changed];
      changed.clear();
      const rows = keys.flatMap((key) => {
        const enrolled = roll.get(key);
        return enrolled === undefined ? [] : [attendanceOf(enrolled)];
      });
      try {
        await members.note(rows);
      } catch (error) {
        for (const key of keys) changed.add(key);
        throw error;
      }
    },
  };
}

function enrolledOf(member: Member): Enrolled {
  const { cluster, hostname, keyid, public_key, session_sha256 } = member;
  const wanted = Buffer.from(session_sha256, 'hex');
  const keys = [{ keyid, role: 'node' as const, name: hostname, hostname, public_key }];
  let keyring: KeyringIndex | undefined;
  return {
    key: memberKey(cluster, hostname),
    member,
    get keyring() {
      keyring ??= keyringIndex({ schema: 'haunted.keyring/v1', keys }, `The key of ${hostname}`);
      return keyring;
    },
    isSession: (secret) => timingSafeEqual(hash('sha256', secret, 'buffer'), wanted),
    attendance: {
      at: member.last_attempt_at,
      successAt: member.last_success_at,
      problem: member.last_problem,
    },
    hasLease: false,
    shown: null,
  };
}

export function attendanceOf({ member, attendance }: Enrolled): Attendance {
  const { cluster, hostname } = member;
  return {
    cluster,
    hostname,
    last_attempt_at: attendance.at,
    last_success_at: attendance.successAt,
    last_problem: attendance.problem,
  };
}

/** The member that a request speaks for. Fault NOT_ADMITTED, which does not say whether the name or the secret was wrong. */
export function memberOf(
  roll: Roll,
  headers: { readonly authorization?: string | undefined; readonly 'haunted-member'?: unknown },
): Enrolled {
  const session = /^Bearer +(\S{1,512}) *$/i.exec(headers.authorization ?? '')?.[1];
  const name = headers['haunted-member'];
  const [cluster, hostname] = typeof name === 'string' ? name.split('/').map(decoded) : [];
  return memberUnder(roll, { cluster, hostname, session });
}

/** The member of this name and session. Fault NOT_ADMITTED, as above. */
export function memberUnder(
  roll: Roll,
  { cluster, hostname, session }: Readonly<Record<'cluster' | 'hostname' | 'session', string | undefined>>,
): Enrolled {
  const enrolled = cluster === undefined || hostname === undefined ? undefined : roll.find(cluster, hostname);
  if (enrolled !== undefined && session !== undefined && enrolled.isSession(session)) return enrolled;
  throw new Fault(
    'NOT_ADMITTED',
    'This session does not count: the server has not joined, or has joined again since. Join again with a new token.',
  );
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
