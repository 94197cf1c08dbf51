import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeSite, FlagOwnership } from '../model/flag.ts';
import { alikeFunctions } from './alike-functions.ts';
import { continuityOf } from './continuity.ts';

function site(file: string, symbol: string | null, line: number | null = null): CodeSite {
  return { file, line, symbol };
}

function alike(before: readonly [string, string], now: readonly [string, string], isAwake: boolean): boolean {
  return alikeFunctions([site(...before)], [site(...now)], isAwake).length > 0;
}

describe('functions that are alike', () => {
  it.each<[string, readonly [string, string], readonly [string, string]]>([
    ['spelled in the manner of another language', ['a.py', 'User.flood_home'], ['b.js', 'floodHome']],
    ['spelled in the same type', ['a.cs', 'Cart.emptyCart'], ['b.cs', 'Cart.EmptyCart']],
    ['the next version of one', ['a.tsx', 'StrategyForm'], ['b.tsx', 'NewStrategyForm']],
    ['an old version that stays behind', ['a.ts', 'order_router'], ['b.ts', 'legacyOrderRouter']],
    ['made to wait', ['a.cs', 'Plans.ListPlans'], ['b.cs', 'Plans.ListPlansAsync']],
    ['numbered', ['a.go', 'put_order'], ['b.go', 'put_order_v2']],
    ['numbered in capitals', ['a.cs', 'Policies.PutPolicy'], ['b.cs', 'Policies.PutPolicyVNext']],
    ['written with another sign for its type', ['a.cpp', 'Cart::empty_cart'], ['b.cs', 'Cart.EmptyCart']],
  ])('holds a name for the same one %s, asleep or awake', (_, before, now) => {
    expect(alike(before, now, false)).toBe(true);
    expect(alike(now, before, false)).toBe(true);
    expect(alike(before, now, true)).toBe(true);
  });

  it.each<[string, readonly [string, string], readonly [string, string]]>([
    ['another method of its type in its file', ['a.cs', 'Sends.Access'], ['a.cs', 'Sends.AccessUsingAuth']],
    ['another function of its file', ['a.ts', 'createServices'], ['a.ts', 'scheduleServices']],
    ['a function of its file that had a type', ['a.ts', 'Monitor.startMetrics'], ['a.ts', 'registerMetrics']],
    [
      'a method of the same long name in another type',
      ['a.cs', 'Base.VerifyTwoFactor'],
      ['b.cs', 'Two.VerifyTwoFactor'],
    ],
  ])('holds %s for the same while the flag is awake, and only then', (_, before, now) => {
    expect(alike(before, now, true)).toBe(true);
    expect(alike(now, before, true)).toBe(true);
    expect(alike(before, now, false)).toBe(false);
  });

  it.each<[string, readonly [string, string], readonly [string, string]]>([
    ['another function in another file', ['router/peg.c', 'power_peg'], ['router/rlp.c', 'route_rlp']],
    [
      'another function of the same file',
      ['shop.py', 'show_checkout'],
      ['shop.py', 'charge_customers_twice'],
    ],
    ['one that shares only a plain word', ['shop.py', 'show_checkout'], ['shop.py', 'show_refund']],
    ['the top of the file and a function in it', ['a.ts', '<module>'], ['a.ts', 'start']],
    ['another type of the same file', ['router.cs', 'PowerPeg.Route'], ['router.cs', 'Rlp.Route']],
    ['two types of one interface', ['peg.cs', 'PowerPeg.RouteOrder'], ['rlp.cs', 'Rlp.RouteOrder']],
    [
      'two types of one interface that waits',
      ['peg.cs', 'PowerPeg.RouteOrderAsync'],
      ['rlp.cs', 'Rlp.RouteOrderAsync'],
    ],
    ['one word in another spelling', ['a.py', 'Peg.validate'], ['b.js', 'Validate']],
    ['a name with a number', ['a.cs', 'Plans.useMilestone2'], ['b.cs', 'Plans.useMilestone3']],
    ['two names without a letter', ['a.ts', '$'], ['b.ts', '_']],
  ])('never holds %s for the same', (_, before, now) => {
    expect(alike(before, now, true)).toBe(false);
    expect(alike(now, before, true)).toBe(false);
  });

  it('gives the names as they are now, each once, sorted, and passes over places without one', () => {
    const before = [site('a.ts', 'firstOrder'), site('b.ts', null), site('c.ts', 'goOnFor')];
    const now = [
      site('a.ts', 'secondOrder', 1),
      site('a.ts', 'secondOrder', 9),
      site('b.ts', null),
      site('d.ts', 'go_on_for'),
    ];
    expect(alikeFunctions(before, now, true)).toEqual(['go_on_for', 'secondOrder']);
    expect(alikeFunctions(undefined, now, true)).toEqual([]);
    expect(alikeFunctions(before, undefined, true)).toEqual([]);
  });

  it('sees likeness the same way in both directions', () => {
    const name = fc.stringMatching(/^([A-C]{1}[a-b]{1,2}\.)?[a-c]{1,2}([A-B][a-b]){0,3}$/);
    const where = fc.array(fc.record({ file: fc.constantFrom('a.c', 'b.c', 'c.c'), symbol: name }), {
      maxLength: 3,
    });
    fc.assert(
      fc.property(where, where, fc.boolean(), (one, other, isAwake) => {
        const there = alikeFunctions(one, other, isAwake).length > 0;
        expect(alikeFunctions(other, one, isAwake).length > 0).toBe(there);
      }),
    );
  });
});

const SENDS = {
  flag: 'sends',
  owner: null,
  last_modified: null,
  state: 'live',
  verification: 'not_verified',
  meaning: 'm:sends',
  type: 'boolean',
  purpose: null,
  where: [{ file: 'sends.cs', symbol: 'Sends.Access' }],
} as const satisfies FlagOwnership;

function continuityAfter(before: Partial<FlagOwnership>, now: Partial<FlagOwnership>): unknown {
  return continuityOf(
    { ...SENDS, where: [...SENDS.where], ...before },
    { ...SENDS, where: [...SENDS.where], ...now },
  );
}

describe('continuity by likeness', () => {
  const reworked = { where: [site('sends.cs', 'Sends.AccessUsingAuth')] };
  const broken = { holds: false, broken: 'purpose_and_functions' };

  it('holds when an awake flag is read by a reworked function of the same place', () => {
    const functions = ['Sends.AccessUsingAuth'];
    expect(continuityAfter({}, reworked)).toEqual({ holds: true, by: 'alike', functions });
    expect(continuityAfter({ purpose: 'send' }, reworked)).toMatchObject({ holds: true, by: 'alike' });
  });

  it.each<[FlagOwnership['state'], FlagOwnership['state']]>([
    ['dormant', 'live'],
    ['dormant_but_bound', 'live'],
    ['retired', 'live'],
    ['shackled', 'live'],
    ['live', 'dormant'],
    ['dormant', 'dormant'],
  ])('breaks at another function of the place when the flag was %s and is %s', (before, now) => {
    expect(continuityAfter({ state: before }, { ...reworked, state: now })).toEqual(broken);
  });

  it('breaks when two purposes say that it became something else, however alike the functions are', () => {
    const spelled = { where: [site('sends.py', 'Sends.access_file')], purpose: 'power peg' };
    const before = { where: [site('sends.cs', 'Sends.AccessFile')], purpose: 'send files' };
    expect(continuityAfter(before, spelled)).toEqual(broken);
    expect(continuityAfter(before, { ...spelled, purpose: null })).toMatchObject({ holds: true });
  });

  it('breaks at Knight’s change: a sleeping flag, its old function gone, another one behind its name', () => {
    const peg = { state: 'dormant', where: [site('router.c', 'power_peg')] } as const;
    const rlp = { where: [site('router.c', 'route_rlp')] };
    expect(continuityAfter({ ...peg, where: [...peg.where] }, rlp)).toEqual(broken);
    const elsewhere = { where: [site('rlp.c', 'route_rlp')] };
    expect(continuityAfter({ where: [...peg.where] }, elsewhere)).toEqual(broken);
  });
});
