import type { KeptToken } from './join-rules.ts';
import { requireOwnKey, requireToken } from './join-rules.ts';
import type { Member, Members } from './ports.ts';

/** Members that last as long as the process, for simulations and tests. */
export function memoryMembers(): Members {
  const tokens = new Map<string, KeptToken>();
  const members = new Map<string, Member>();
  return {
    invite: async (invitation) => void tokens.set(invitation.token_sha256, { ...invitation, used_at: null }),
    join: async (joining, now) => {
      const token = tokens.get(joining.token_sha256);
      requireToken(token, joining, now);
      requireOwnKey(
        [...members.values()].find(({ keyid }) => keyid === joining.keyid),
        joining,
      );
      if (token !== undefined) tokens.set(joining.token_sha256, { ...token, used_at: now });
      const { token_sha256: _, ...rest } = joining;
      const before = members.get(keyOf(joining));
      const member: Member = {
        ...rest,
        joined_at: now,
        last_attempt_at: before?.last_attempt_at ?? null,
        last_success_at: before?.last_success_at ?? null,
        last_problem: null,
      };
      members.set(keyOf(member), member);
      return member;
    },
    all: async () =>
      [...members.values()].toSorted((left, right) =>
        left.cluster === right.cluster
          ? compare(left.hostname, right.hostname)
          : compare(left.cluster, right.cluster),
      ),
    note: async (attendance) => {
      for (const row of attendance) {
        const member = members.get(keyOf(row));
        if (member !== undefined) members.set(keyOf(row), { ...member, ...row });
      }
    },
  };
}

function keyOf({ cluster, hostname }: Pick<Member, 'cluster' | 'hostname'>): string {
  return `${cluster}/${hostname}`;
}

function compare(left: string, right: string): number {
  return left === right ? 0 : left < right ? -1 : 1;
}
