import { MemberList, TokenMade } from '../../model/operator-wire.ts';
import type { TokenWish } from '../../model/operator-wire.ts';
import type { Connection } from './connection.ts';

/** A one-time token for one server, made by a control plane. Faults: those of the connection. */
export async function tokenOver(connection: Connection, wish: Omit<TokenWish, 'schema'>): Promise<TokenMade> {
  const body: TokenWish = { schema: 'haunted.token-wish/v1', ...wish };
  const unsure = 'A token may have been made; it was told to nobody, and ends by itself';
  return await connection.fetch({ method: 'POST', path: '/v1/agents/tokens', body, unsure }, TokenMade);
}

/** Every server that has joined. Faults: those of the connection. */
export async function membersOver(connection: Connection): Promise<MemberList> {
  const unsure = 'Nothing was changed; ask again';
  return await connection.fetch({ method: 'GET', path: '/v1/agents', unsure }, MemberList);
}
