import { randomBytes } from 'node:crypto';
import type { TokenMade, TokenWish } from '../model/operator-wire.ts';
import { sha256Hex } from '../seal/digest.ts';
import type { Members } from './ports.ts';

/** A new token for one server; the token itself is in the answer and nowhere else. Faults: those of the port. */
export async function makeToken(
  members: Pick<Members, 'invite'>,
  { cluster, hostname, for_s }: Omit<TokenWish, 'schema'>,
  now: number,
): Promise<TokenMade> {
  const token = `hj_${randomBytes(24).toString('base64url')}`;
  const expires_at = now + for_s * 1_000;
  await members.invite({ token_sha256: sha256Hex(token), cluster, hostname, expires_at }, now);
  const until = new Date(expires_at).toISOString();
  return { schema: 'haunted.token-made/v1', cluster, hostname, token, expires_at: until };
}
