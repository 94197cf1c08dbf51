import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANSWER, at, NOW, sha, verified } from '../../test/world/documents.ts';
import { garbage, LISTED, obedient, type World, worlds } from '../../test/world/worlds.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { coverageOf } from './coverage.ts';
import { decide } from './decide.ts';

const RUNS = { numRuns: 600, seed: 20_120_801 };

function ask({ evidence, intent, policy }: World, instead: Evidence = evidence): Verdict {
  return decide(instead, intent, policy, NOW);
}

function isAllowed({ verdict }: Verdict): boolean {
  return verdict === 'ALLOW_DEPLOY' || verdict === 'ALLOW_ROLLBACK' || verdict === 'PROVEN';
}

/** A world, and its evidence in another order. */
const shuffled = worlds().chain((world) =>
  fc.record({
    world: fc.constant(world),
    reports: fc.shuffledSubarray([...world.evidence.reports], { minLength: world.evidence.reports.length }),
    refused: fc.shuffledSubarray([...world.evidence.refused], { minLength: world.evidence.refused.length }),
    unreachable: fc.shuffledSubarray([...world.evidence.unreachable], {
      minLength: world.evidence.unreachable.length,
    }),
    history: fc.shuffledSubarray([...world.evidence.history], { minLength: world.evidence.history.length }),
  }),
);

describe('evidence', () => {
  it('is judged the same in any order, at equal instants too', () => {
    fc.assert(
      fc.property(shuffled, ({ world, ...other }) => {
        expect(ask(world, other)).toEqual(ask(world));
      }),
      RUNS,
    );
  });

  it('is judged the same when all or some of it comes twice', () => {
    const doubled = worlds().chain((world) =>
      fc.record({
        world: fc.constant(world),
        reports: fc.subarray([...world.evidence.reports]),
        refused: fc.subarray([...world.evidence.refused]),
        unreachable: fc.subarray([...world.evidence.unreachable]),
        history: fc.subarray([...world.evidence.history]),
      }),
    );
    fc.assert(
      fc.property(doubled, ({ world, ...again }) => {
        const { evidence } = world;
        const twice: Evidence = {
          // A copy, because one report read from two files is two objects.
          reports: [
            ...evidence.reports,
            ...again.reports.map(({ value }) => verified(structuredClone(value))),
          ],
          refused: [...again.refused, ...evidence.refused],
          unreachable: [...evidence.unreachable, ...again.unreachable],
          history: [...again.history, ...evidence.history],
        };
        expect(ask(world, twice)).toEqual(ask(world));
      }),
      RUNS,
    );
  });

  it('is judged the same every time, and nothing of it is changed by judging', () => {
    fc.assert(
      fc.property(worlds(), (world) => {
        const before = structuredClone(world);
        const verdict = ask(world);
        expect(ask(world)).toEqual(verdict);
        expect(world).toEqual(before);
      }),
      RUNS,
    );
  });
});

describe('taking proofs away', () => {
  it('never allows anything: without every proof of a listed server nothing is allowed', () => {
    fc.assert(
      fc.property(worlds(), fc.constantFrom(...LISTED), (world, name) => {
        const reports = world.evidence.reports.filter(({ value }) => value.hostname !== name);
        expect(isAllowed(ask(world, { ...world.evidence, reports }))).toBe(false);
      }),
      RUNS,
    );
  });

  it('never turns a block or a hold into an allow where each listed server gave one proof', () => {
    fc.assert(
      fc.property(worlds(), fc.nat(), (world, pick) => {
        const names = world.evidence.reports.map(({ value }) => value.hostname);
        fc.pre(new Set(names).size === names.length);
        const listed = names.filter((name) => LISTED.includes(name));
        fc.pre(listed.length > 0);
        const gone = listed[pick % listed.length];
        const reports = world.evidence.reports.filter(({ value }) => value.hostname !== gone);
        const fewer = ask(world, { ...world.evidence, reports });
        expect(isAllowed(ask(world)) || !isAllowed(fewer)).toBe(true);
      }),
      RUNS,
    );
  });

  // With several proofs of one server this is all that can be true: docs/decisions/0008-taking-a-proof-away.md
  it('that do not count, because the server gave a newer one, decides nothing unless one is from the future', () => {
    fc.assert(
      fc.property(worlds(), fc.nat(), (world, pick) => {
        const { evidence, reference, policy, intent } = world;
        const challenge = intent.gate === 'proof' ? ANSWER : null;
        const { cluster, cluster_inventory: inventory } = reference;
        const counting = coverageOf(evidence, { cluster, inventory, policy, now: NOW, challenge }).accepted;
        const idle = evidence.reports.filter(
          ({ value }) =>
            LISTED.includes(value.hostname) &&
            !counting.some((one) => JSON.stringify(one) === JSON.stringify(value)) &&
            Date.parse(value.observed_at) <= NOW + policy.max_clock_skew_s * 1000,
        );
        fc.pre(idle.length > 0);
        const gone = idle[pick % idle.length];
        const reports = evidence.reports.filter((report) => report !== gone);
        expect(isAllowed(ask(world, { ...evidence, reports }))).toBe(isAllowed(ask(world)));
      }),
      RUNS,
    );
  });

  it('can bring an older one back, and only a nonce forbids that', () => {
    const [world] = fc
      .sample(worlds('proof'), { numRuns: 400, seed: 7 })
      .filter((each) => isAllowed(ask(each)) && each.evidence.reports.length === LISTED.length);
    if (world === undefined) throw new Error('no world is in order');
    const { evidence, reference } = world;
    const newer = verified({ ...obedient('n1', reference), observed_at: at(-1), binary_sha256: sha('f') });
    const stale = evidence.reports.map(({ value }) =>
      verified({ ...value, challenge: { ...ANSWER, nonce: 'before' } }),
    );
    expect(ask(world, { ...evidence, reports: [...evidence.reports, newer] }).verdict).toBe('QUARANTINE');
    expect(ask(world, { ...evidence, reports: [...stale, newer] }).verdict).toBe('QUARANTINE');
    expect(ask(world, { ...evidence, reports: stale }).verdict).toBe('QUARANTINE');
  });
});

describe('strangers and garbage', () => {
  it('never turn a block or a hold into an allow', () => {
    const reports = fc.array(
      fc.record({
        hostname: fc.constantFrom('n9', 'n8', 'n1'),
        cluster: fc.constantFrom('smars', 'other'),
        isLive: fc.boolean(),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(worlds(), reports, garbage, (world, strange, refused) => {
        const more = strange
          .filter(({ hostname, cluster }) => hostname !== 'n1' || cluster === 'other')
          .map(({ hostname, cluster, isLive }) =>
            verified({ ...obedient(hostname, world.reference), cluster, taking_live_traffic: isLive }),
          );
        const { evidence } = world;
        const crowded = {
          ...evidence,
          reports: [...evidence.reports, ...more],
          refused: [...evidence.refused, ...refused],
        };
        const verdict = ask(world, crowded);
        expect(isAllowed(ask(world)) || !isAllowed(verdict)).toBe(true);
      }),
      RUNS,
    );
  });

  it('that are refused never forbid what the servers have proven', () => {
    fc.assert(
      fc.property(worlds(), garbage, (world, refused) => {
        const verdict = ask(world, { ...world.evidence, refused: [...world.evidence.refused, ...refused] });
        expect(isAllowed(verdict)).toBe(isAllowed(ask(world)));
      }),
      RUNS,
    );
  });
});

describe('the worlds of these properties', () => {
  it.each(['deploy', 'activate', 'rollback', 'proof'] as const)(
    'are good and bad ones alike at %s',
    (gate) => {
      const allowed = fc
        .sample(worlds(gate), { numRuns: 400, seed: 7 })
        .filter((world) => isAllowed(ask(world)));
      expect(allowed.length).toBeGreaterThan(40);
      expect(allowed.length).toBeLessThan(280);
    },
  );
});
