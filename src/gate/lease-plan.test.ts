import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leasePlan } from './lease-plan.ts';

const traffic = { lease_s: 30, takes_out: 'unproven', floor: 0 } as const;
const all = { ...traffic, takes_out: 'all' } as const;
const asked = {
  accepted: ['a', 'b', 'c'],
  wrong: ['d'],
  silent: [],
  held: ['a', 'b', 'c', 'd'],
  isQuarantined: true,
  traffic,
};
const plan = (given: Omit<Parameters<typeof leasePlan>[0], 'counting'>) =>
  leasePlan({ ...given, counting: given.held });
const nobody = { accepted: [], wrong: [], silent: [] };

describe('leases', () => {
  it.each([
    ['go to the proven, and from the wrong', asked, { give: ['a', 'b', 'c'], out: ['d'], spared: [] }],
    [
      'are taken from nobody who holds none, and traffic is told all the same',
      { ...asked, held: ['a'] },
      { give: ['a', 'b', 'c'], out: ['d'], spared: [] },
    ],
    [
      'are all taken where the policy says all',
      { ...asked, traffic: all },
      { give: [], out: ['a', 'b', 'c', 'd'], spared: [] },
    ],
    [
      'are taken down to the floor',
      { ...asked, traffic: { ...all, floor: 2 } },
      { give: ['a', 'b'], out: ['c', 'd'], spared: [] },
    ],
    [
      'are not given to fill the floor',
      { ...asked, held: ['d'], traffic: { ...all, floor: 2 } },
      { give: [], out: ['a', 'b', 'c', 'd'], spared: [] },
    ],
    [
      'are given to all when the quarantine ends',
      { ...asked, isQuarantined: false, wrong: [], traffic: all },
      { give: ['a', 'b', 'c'], out: [], spared: [] },
    ],
    [
      'are taken from the silent',
      { ...asked, ...nobody, silent: ['d', 'c'], held: ['c', 'd'] },
      { give: [], out: ['c', 'd'], spared: [] },
    ],
    [
      'of the silent are left to run out below the floor',
      { ...asked, ...nobody, silent: ['d', 'c'], held: ['c', 'd'], traffic: { ...traffic, floor: 1 } },
      { give: [], out: ['d'], spared: ['c'] },
    ],
    [
      'of the wrong are taken, whatever the floor',
      { ...asked, ...nobody, wrong: ['c', 'd'], held: ['c', 'd'], traffic: { ...traffic, floor: 2 } },
      { give: [], out: ['c', 'd'], spared: [] },
    ],
    [
      'of servers nobody asked count for the floor',
      { ...asked, ...nobody, silent: ['d'], held: ['a', 'd'], traffic: { ...traffic, floor: 1 } },
      { give: [], out: ['d'], spared: [] },
    ],
  ])('%s', (_, given, expected) => {
    expect(plan(given)).toEqual(expected);
  });

  it('of silent servers that rest on what is not in force any more are spared by no floor', () => {
    const given = { ...asked, ...nobody, silent: ['c', 'd'], held: ['c', 'd'] };
    const floor = { ...traffic, floor: 2 };
    expect(leasePlan({ ...given, traffic: floor, counting: ['d'] })).toEqual({
      give: [],
      out: ['c'],
      spared: ['d'],
    });
  });

  it('are never given without a proof, and never both given and taken', () => {
    const said = fc.constantFrom(
      'accepted' as const,
      'wrong' as const,
      'silent' as const,
      'unasked' as const,
    );
    const policy = fc.record({
      lease_s: fc.constant(30),
      takes_out: fc.constantFrom('all' as const, 'unproven' as const),
      floor: fc.nat(6),
    });
    const hosts = fc.array(fc.record({ said, holds: fc.boolean() }), { maxLength: 6 });
    fc.assert(
      fc.property(hosts, fc.boolean(), policy, (rows, isQuarantined, some) => {
        const of = (word: string): string[] =>
          rows.flatMap((row, at) => (row.said === word ? [`n${at}`] : []));
        const held = rows.flatMap((row, at) => (row.holds ? [`n${at}`] : []));
        const [accepted, wrong, silent] = [of('accepted'), of('wrong'), of('silent')];
        const { give, out, spared } = plan({ accepted, wrong, silent, held, isQuarantined, traffic: some });
        expect(give.filter((host) => !accepted.includes(host))).toEqual([]);
        expect(spared.filter((host) => !silent.includes(host) || !held.includes(host))).toEqual([]);
        expect([...give, ...out, ...spared].sort()).toEqual([...accepted, ...wrong, ...silent].sort());
        const left = new Set([...give, ...held.filter((host) => !out.includes(host))]);
        const could = held.filter((host) => !wrong.includes(host)).length;
        expect(left.size).toBeGreaterThanOrEqual(Math.min(some.floor, could));
      }),
    );
  });
});
