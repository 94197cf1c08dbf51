import { Instant } from '../../model/text.ts';
import { childOf, itemsOf, scalarOf, textAt, type MaybeTree } from './tree.ts';

// What teams add to formats that have no field of their own for it.
const OWNER_KEYS = ['owner', 'x-owner', 'owners', 'x-owners', 'team', 'x-team'];
const EXPIRY_KEYS = ['expires', 'x-expires', 'expires_at', 'expiresAt', 'expiration_date', 'expirationDate'];

/** Who owns a flag, by the first of the usual words that is there; of several owners the first, who is the one to ask. */
export function ownerIn(map: MaybeTree): string | null {
  for (const key of OWNER_KEYS) {
    const said = childOf(map, key);
    const first = itemsOf(said)[0] ?? said;
    const owner = scalarOf(first) ?? textAt(first, 'email') ?? textAt(first, 'name');
    if (typeof owner === 'string' && owner !== '') return owner;
  }
  return null;
}

/** Past which time the owner meant the flag to be gone, by the first of the usual words that is there. */
export function expiryIn(map: MaybeTree): string | null {
  return EXPIRY_KEYS.map((key) => instantOf(childOf(map, key))).find((time) => time !== null) ?? null;
}

/** A time as RFC 3339: from such a text, from a date (its first moment in UTC), from milliseconds since 1970; else null. */
export function instantOf(tree: MaybeTree): string | null {
  const value = scalarOf(tree);
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value > 0 && value < 253_402_300_800_000
      ? new Date(value).toISOString()
      : null;
  if (typeof value !== 'string') return null;
  const time = /^\d{4}-\d\d-\d\d$/.test(value) ? `${value}T00:00:00Z` : value;
  return Instant.safeParse(time).success ? time : null;
}
