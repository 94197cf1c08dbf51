import { describe, expect, it } from 'vitest';
import type { FlagOwnership } from '../model/flag.ts';
import { birthMeaning, continuityOf, lastSaid, reopenedMeaning } from './continuity.ts';

// Any injective digest will do here: 64 hex characters that differ when the values do.
const seen = new Map<string, string>();
function digest(value: unknown): string {
  const text = JSON.stringify(value);
  const known = seen.get(text) ?? (seen.size + 1).toString(16).padStart(8, '0').repeat(8);
  seen.set(text, known);
  return known;
}

const RLP = {
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

describe('a meaning for a name that is taken again', () => {
  it('is the one given at birth, unless the name had that before', () => {
    const born = birthMeaning(RLP, digest);
    expect(reopenedMeaning(RLP, new Set(['m:rlp-2012']), digest)).toBe(born);
    const again = reopenedMeaning(RLP, new Set(['m:rlp-2012', born]), digest);
    expect(again).toMatch(/^m:[0-9a-f]{32}$/);
    expect(again).not.toBe(born);
    expect(reopenedMeaning(RLP, new Set([born, 'm:rlp-2012']), digest)).toBe(again);
    expect(reopenedMeaning(RLP, new Set([born, 'm:rlp-2012', again]), digest)).not.toBe(again);
  });
});

describe('what was last said of a flag', () => {
  const silent = { ...RLP, type: undefined, purpose: null, target: undefined, where: [] };

  it('fills in what a row leaves out from older rows of the same meaning', () => {
    const { type, purpose, target, where } = RLP;
    expect(lastSaid(silent, [silent, RLP])).toMatchObject({ type, purpose, target, where });
    expect(lastSaid(RLP, [{ ...RLP, purpose: 'older' }])).toEqual(RLP);
    expect(lastSaid({ ...silent, where: undefined }, [])).toMatchObject({
      purpose: null,
      target: null,
      where: [],
    });
  });

  it('passes over older rows of another meaning', () => {
    expect(lastSaid(silent, [{ ...RLP, meaning: 'm:other' }])).toMatchObject({ purpose: null, where: [] });
  });

  it('keeps a function that took over during a silence from inheriting', () => {
    const now = { ...RLP, purpose: null, where: [{ file: 'peg.c', symbol: 'power_peg' }] };
    expect(continuityOf(silent, now).holds).toBe(true);
    expect(continuityOf(lastSaid(silent, [RLP]), now).holds).toBe(false);
  });
});
