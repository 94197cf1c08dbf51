import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest, RLP } from '../../test/world/born-flag.ts';
import type { CodeSite, FlagOwnership } from '../model/flag.ts';
import {
  birthMeaning,
  birthSites,
  continuityOf,
  type FlagIdentity,
  settleMeaning,
  typesAgree,
} from './continuity.ts';

function identity(change: Partial<FlagOwnership>): FlagIdentity {
  return { ...RLP, where: [...RLP.where], ...change };
}

function site(file: string, symbol: string | null, line: number | null = null): CodeSite {
  return { file, line, symbol };
}

describe('continuity', () => {
  it.each<[string, Partial<FlagOwnership>]>([
    ['nothing changed', {}],
    ['a line moved', { where: [site('router/rlp.c', 'route_rlp', 1200)] }],
    ['the file was renamed', { where: [site('src/liquidity.c', 'route_rlp')] }],
    ['a new owner took it', { owner: 'team-liquidity' }],
    ['it went to sleep', { state: 'dormant' }],
    ['the code moved to another function, and the purpose stayed', { where: [site('a.c', 'other')] }],
    ['all code sites are gone, and the purpose stayed', { where: [] }],
    [
      'only spaces of the purpose changed',
      { purpose: ' route orders to the   retail liquidity program ', where: [] },
    ],
    ['the purpose was written anew, and a function stayed', { purpose: 'retail liquidity' }],
    ['the purpose is not said, and a function stayed', { purpose: null }],
    ['the type is no longer said', { type: undefined }],
    ['what it is bound to is no longer said', { target: null }],
    ['neither purpose nor code is said', { purpose: null, where: undefined }],
    ['the purpose is empty', { purpose: ' ', where: [] }],
    [
      'one function of two stayed',
      { purpose: 'anew', where: [site('b.c', 'more'), site('c.c', 'route_rlp')] },
    ],
  ])('holds when %s', (_, change) => {
    expect(continuityOf(RLP, identity(change)).holds).toBe(true);
  });

  it.each<[string, Partial<FlagOwnership>, string]>([
    ['the type changed', { type: 'integer' }, 'type'],
    ['it is bound to something else', { target: 'orders.rlp.mode' }, 'target'],
    [
      'another function stands behind the name',
      { purpose: 'power peg', where: [site('router/peg.c', 'power_peg')] },
      'purpose_and_functions',
    ],
    [
      'only the file is the same',
      { purpose: 'power peg', where: [site('router/rlp.c', null)] },
      'purpose_and_functions',
    ],
    [
      'another function stands behind a name whose purpose is not said',
      { purpose: null, where: [site('router/peg.c', 'power_peg')] },
      'purpose_and_functions',
    ],
    [
      'the purpose is written anew, and no function is named',
      { purpose: 'power peg', where: [] },
      'purpose_and_functions',
    ],
  ])('breaks when %s', (_, change, broken) => {
    expect(continuityOf(RLP, identity(change))).toEqual({ holds: false, broken });
  });

  it('holds by silence only where nothing that is said differs', () => {
    const before = identity({ type: undefined, purpose: undefined, target: null, where: undefined });
    expect(continuityOf(before, RLP)).toEqual({ holds: true, by: 'no_contradiction' });
    expect(continuityOf(before, before)).toEqual({ holds: true, by: 'no_contradiction' });
    expect(continuityOf({ ...before, target: 'other' }, RLP)).toEqual({ holds: false, broken: 'target' });
  });

  it.each<[FlagOwnership['type'], FlagOwnership['type'], boolean]>([
    ['number', 'integer', true],
    ['float', 'number', true],
    ['number', 'number', true],
    [undefined, 'string', true],
    ['string', undefined, true],
    ['integer', 'float', false],
    ['number', 'boolean', false],
    ['boolean', 'number', false],
    ['string', 'object', false],
  ])('takes the types %s and %s for agreeing: %s', (one, other, agree) => {
    expect(typesAgree(one, other)).toBe(agree);
  });

  it('names the functions in common, sorted and once each', () => {
    const before = identity({ purpose: 'a', where: [site('x.c', 'two'), site('x.c', 'one')] });
    const now = identity({
      purpose: 'b',
      where: [site('y.c', 'two'), site('z.c', 'two'), site('y.c', 'one')],
    });
    expect(continuityOf(before, now)).toEqual({ holds: true, by: 'function', functions: ['one', 'two'] });
  });

  it.each(['main', 'Handle', '<anonymous>'])(
    'takes the name %s, which many functions share, only together with its file',
    (symbol) => {
      const before = identity({ purpose: 'a', where: [site('x.c', symbol)] });
      expect(continuityOf(before, identity({ purpose: 'b', where: [site('y.c', symbol)] })).holds).toBe(
        false,
      );
      expect(continuityOf(before, identity({ purpose: 'b', where: [site('x.c', symbol)] })).holds).toBe(true);
    },
  );
});

describe('the meaning given at birth', () => {
  it('is m: and 32 characters of the digest', () => {
    expect(birthMeaning(RLP, () => 'ab'.repeat(32))).toBe(`m:${'ab'.repeat(16)}`);
  });

  it('digests name, type, purpose, target and the first code sites, and nothing else', () => {
    const digested: unknown[] = [];
    birthMeaning(RLP, (value) => {
      digested.push(value);
      return 'ab'.repeat(32);
    });
    expect(digested).toEqual([
      {
        flag: 'rlp',
        type: 'boolean',
        purpose: 'route orders to the retail liquidity program',
        target: 'orders.rlp',
        first_code_sites: [{ file: 'router/rlp.c', symbol: 'route_rlp' }],
      },
    ]);
  });

  it('writes null for what is not said', () => {
    expect(birthMeaning({ flag: 'f' }, JSON.stringify)).toBe(
      `m:${'{"flag":"f","type":null,"purpose":null,"target":null,"first_code_sites":[]}'.slice(0, 32)}`,
    );
  });

  it('does not depend on lines, order or repeats of code sites', () => {
    const once = birthSites([site('a.c', 'f', 1), site('b.c', null)]);
    expect(birthSites([site('b.c', null, 7), site('a.c', 'f', 2), site('a.c', 'f', 3)])).toEqual(once);
    expect(once).toEqual([
      { file: 'a.c', symbol: 'f' },
      { file: 'b.c', symbol: null },
    ]);
  });
});

describe('settling a meaning', () => {
  it('gives a new name its birth meaning', () => {
    expect(settleMeaning(RLP, null, null, digest)).toEqual({
      meaning: birthMeaning(RLP, digest),
      origin: { kind: 'born' },
    });
  });

  it('inherits while continuity holds, and says by what', () => {
    expect(settleMeaning(RLP, RLP, null, digest)).toEqual({
      meaning: 'm:rlp-2012',
      origin: { kind: 'inherited', by: 'purpose', functions: [] },
    });
    expect(settleMeaning(identity({ purpose: 'anew' }), RLP, null, digest)).toEqual({
      meaning: 'm:rlp-2012',
      origin: { kind: 'inherited', by: 'function', functions: ['route_rlp'] },
    });
  });

  it('gives a reused name another meaning, and says what broke', () => {
    const other = identity({ type: 'integer' });
    expect(settleMeaning(other, RLP, null, digest)).toEqual({
      meaning: birthMeaning(other, digest),
      origin: { kind: 'reborn', before: 'm:rlp-2012', broken: 'type' },
    });
  });

  it('inherits where nothing that is said differs', () => {
    const settled = settleMeaning(identity({ purpose: null, where: [] }), RLP, null, digest);
    expect(settled).toEqual({
      meaning: 'm:rlp-2012',
      origin: { kind: 'inherited', by: 'no_contradiction', functions: [] },
    });
  });

  it('gives another meaning too when the flag would be born under the id it must not have', () => {
    const bare = { flag: 'f', purpose: 'one' };
    const taken = birthMeaning(bare, digest);
    const before = { ...RLP, flag: 'f', type: undefined, purpose: 'two', target: null, meaning: taken };
    const settled = settleMeaning(bare, before, null, digest);
    expect(settled.origin.kind).toBe('reborn');
    expect(settled.meaning).toBe(`m:${digest({ reborn_after: taken, birth: taken }).slice(0, 32)}`);
    expect(settled.meaning).not.toBe(taken);
  });

  it.each([
    ['knew the name', RLP, 'm:rlp-2012'],
    ['did not know the name', null, null],
  ])('takes a stated meaning as it is when the manifest before %s', (_, before, saidBefore) => {
    expect(settleMeaning(identity({ type: 'string' }), before, 'm:mine', digest)).toEqual({
      meaning: 'm:mine',
      origin: { kind: 'stated', before: saidBefore },
    });
  });
});

const word = fc.stringMatching(/^[a-z]{4,9}$/);
const anyFlag = fc.record({
  flag: fc.constant('f'),
  type: fc.constantFrom<('boolean' | 'string' | 'integer')[]>('boolean', 'string', 'integer'),
  purpose: word,
  target: fc.option(word),
  where: fc.array(fc.record({ file: word, symbol: word.map((name) => `fn_${name}`) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

function row(flag: FlagIdentity, meaning: string): FlagOwnership {
  return { ...RLP, ...flag, meaning };
}

describe('properties of meaning', () => {
  it('survives any chain of refactorings that keeps one function at each step', () => {
    const step = fc.record({ purpose: word, file: word, line: fc.nat(), symbol: word, owner: word });
    fc.assert(
      fc.property(anyFlag, fc.array(step, { maxLength: 12 }), (born, steps) => {
        let current = row(born, settleMeaning(born, null, null, digest).meaning);
        const first = current.meaning;
        for (const change of steps) {
          const kept = (current.where ?? [])[0]?.symbol ?? '';
          const next = {
            ...current,
            owner: change.owner,
            purpose: change.purpose,
            where: [
              site(change.file, `fn_${change.symbol}`, change.line),
              site(`${change.file}2`, kept, change.line),
            ],
          };
          current = row(next, settleMeaning(next, current, null, digest).meaning);
        }
        expect(current.meaning).toBe(first);
      }),
    );
  });

  it('never gives two functions without anything in common one meaning', () => {
    fc.assert(
      fc.property(anyFlag, anyFlag, (one, other) => {
        const before = row(one, settleMeaning(one, null, null, digest).meaning);
        const settled = settleMeaning(other, before, null, digest);
        const isSame = settled.meaning === before.meaning;
        expect(isSame).toBe(continuityOf(one, other).holds);
      }),
    );
  });

  it('sees continuity the same way in both directions', () => {
    fc.assert(
      fc.property(anyFlag, anyFlag, (one, other) => {
        expect(continuityOf(one, other).holds).toBe(continuityOf(other, one).holds);
      }),
    );
  });
});
