import { Fault } from '../fault.ts';
import type { Invitation, Joining, Member } from './ports.ts';

/** A token as it is kept. */
export type KeptToken = Invitation & { readonly used_at: number | null };

/**
 * Throws unless this token lets exactly this server in, now. Nothing is said of whom it was made for: whoever found a token must not learn
 * where it fits. Fault NO_PERMISSION.
 */
export function requireToken(token: KeptToken | undefined, joining: Joining, now: number): void {
  const why = whyNot(token, joining, now);
  if (why === null) return;
  const { cluster, hostname } = joining;
  throw new Fault(
    'NO_PERMISSION',
    `The token does not let ${hostname} join cluster ${cluster}: ${why}. Make a new one with \`haunted agent token\`.`,
    { cluster, hostname },
  );
}

function whyNot(token: KeptToken | undefined, joining: Joining, now: number): string | null {
  if (token === undefined) return 'it is not known here';
  if (token.cluster !== joining.cluster || token.hostname !== joining.hostname)
    return 'it was made for another server';
  if (token.used_at !== null)
    return `it was used at ${new Date(token.used_at).toISOString()}, and works once`;
  if (now >= token.expires_at) return `it ended at ${new Date(token.expires_at).toISOString()}`;
  return null;
}

/** Throws when another server has this key already: then nobody could tell which of them signed. Fault AMBIGUOUS. */
export function requireOwnKey(
  owner: Pick<Member, 'cluster' | 'hostname'> | undefined,
  joining: Joining,
): void {
  if (owner === undefined) return;
  if (owner.cluster === joining.cluster && owner.hostname === joining.hostname) return;
  throw new Fault(
    'AMBIGUOUS',
    `The key ${joining.keyid.slice(0, 12)} is pinned for another server already; each server makes a key of its own.`,
    { keyid: joining.keyid },
  );
}
