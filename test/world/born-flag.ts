import type { FlagOwnership } from '../../src/model/flag.ts';

const seen = new Map<string, string>();

/** Any injective digest will do for tests: 64 hex characters that differ when the values do. */
export function digest(value: unknown): string {
  const text = JSON.stringify(value);
  const known = seen.get(text) ?? (seen.size + 1).toString(16).padStart(8, '0').repeat(8);
  seen.set(text, known);
  return known;
}

/** The flag of Knight’s new code, as its table has it. */
export const RLP = {
  flag: 'rlp',
  owner: 'team-rlp',
  last_modified: '2012-07-20T00:00:00Z',
  state: 'live',
  verification: 'verified',
  meaning: 'm:rlp-2012',
  type: 'boolean',
  purpose: 'route orders to the retail liquidity program',
  target: 'orders.rlp',
  where: [{ file: 'router/rlp.c', line: 88, symbol: 'route_rlp' }],
} as const satisfies FlagOwnership;
