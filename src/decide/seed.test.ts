import { describe, expect, it } from 'vitest';
import { FINDING_CODES, FINDINGS, Finding } from '../model/finding.ts';
import { LIMITS } from '../model/limits.ts';
import { findingOf, seedOf, shortDigest } from './seed.ts';

describe('a seed', () => {
  it.each(FINDING_CODES)('%s has the effect and the remedy of its row', (code) => {
    expect(findingOf(seedOf(code, { sentence: 'It is so.' }), null)).toEqual({
      code,
      effect: FINDINGS[code].effect,
      phase: 'now',
      hostname: null,
      flag: null,
      expected: null,
      actual: null,
      where: [],
      sentence: 'It is so.',
      remedy: FINDINGS[code].remedy,
    });
  });

  it('keeps what was said, and names the server in its sentence', () => {
    const seed = seedOf('orphan_flag', {
      effect: 'none',
      phase: 'after_rollback',
      flag: 'x',
      expected: 1,
      actual: false,
      where: ['a.c:1'],
      sentence: (host) => `${host}!`,
    });
    expect(findingOf(seed, 'n1')).toMatchObject({
      effect: 'none',
      phase: 'after_rollback',
      hostname: 'n1',
      flag: 'x',
      expected: 1,
      actual: false,
      where: ['a.c:1'],
      sentence: 'n1!',
    });
    expect(findingOf(seed, null)).toMatchObject({ hostname: null, sentence: '!' });
  });
});

function placeOf(place: string): string | undefined {
  return findingOf(seedOf('proof_invalid', { where: [place], sentence: 'x' }), null).where[0];
}

describe('a place in a finding', () => {
  it.each<[string, string, string]>([
    ['is kept as it is', 'proofs/a b.json:3', 'proofs/a b.json:3'],
    ['is one line', 'a\nb\u0000\u007f.json', 'a b  .json'],
    ['may hold a tab', 'a\tb', 'a\tb'],
    ['is kept when it is just short enough', 'x'.repeat(LIMITS.text), 'x'.repeat(LIMITS.text)],
    ['is cut when it is longer', 'x'.repeat(LIMITS.text + 1), 'x'.repeat(LIMITS.text)],
    [
      'is not cut through a character',
      `${'x'.repeat(LIMITS.text - 1)}😀`,
      `${'x'.repeat(LIMITS.text - 1)}\ufffd`,
    ],
  ])('%s', (_, place, expected) => {
    expect(placeOf(place)).toBe(expected);
    expect(Finding.shape.where.safeParse([placeOf(place)]).success).toBe(true);
  });
});

describe('a digest in a sentence', () => {
  it.each([
    ['abcdef0123456789', 'abcdef012345'],
    [null, 'nothing known'],
    [undefined, 'nothing known'],
  ])('%s reads %s', (digest, expected) => {
    expect(shortDigest(digest)).toBe(expected);
  });
});
