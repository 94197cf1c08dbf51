import { describe, expect, it } from 'vitest';
import { digest, RLP } from '../../test/world/born-flag.ts';
import { birthMeaning, continuityOf, lastSaid, reopenedMeaning } from './continuity.ts';

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
