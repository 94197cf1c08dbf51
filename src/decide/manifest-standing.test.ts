import { describe, expect, it } from 'vitest';
import { at, flag, manifest, NOW, opened, POLICY, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import type { OpenedManifest, RefusalReason } from '../model/verified.ts';
import {
  judgeBoundFlags,
  judgeCluster,
  judgeGeneration,
  judgeInForce,
  openedManifests,
  refusedManifestSeed,
} from './manifest-standing.ts';
import { registryOf } from './registry.ts';
import { findingOf, type Seed } from './seed.ts';

const one = manifest({ generation: 5, binary_sha256: sha('a') });

function written(seeds: readonly Seed[]) {
  return seeds.map((seed) => findingOf(seed, null));
}

describe('a manifest that the door refused', () => {
  it.each<[RefusalReason, string]>([
    ['digest_mismatch', 'manifest_invalid'],
    ['inconsistent', 'manifest_invalid'],
    ['duplicate_key', 'manifest_invalid'],
    ['trailing_bytes', 'manifest_invalid'],
    ['malformed', 'manifest_invalid'],
    ['wrong_subject', 'manifest_invalid'],
    ['unsigned', 'manifest_untrusted'],
    ['unknown_key', 'manifest_untrusted'],
    ['wrong_role', 'manifest_untrusted'],
    ['key_expired', 'manifest_untrusted'],
    ['key_not_yet_valid', 'manifest_untrusted'],
    ['bad_signature', 'manifest_untrusted'],
    ['wrong_predicate', 'manifest_untrusted'],
    ['wrong_name', 'manifest_untrusted'],
  ])('for %s is %s', (reason, code) => {
    const refused = { reason, detail: 'so it is', source: 'm.json', claimed_hostname: null };
    expect(findingOf(refusedManifestSeed(refused, 'hold'), null)).toMatchObject({
      code,
      effect: 'hold',
      expected: 'a manifest that its builder signed',
      actual: reason,
      where: ['m.json'],
      sentence: 'Manifest m.json was refused: so it is.',
    });
  });

  it('is not among the ones let in', () => {
    const refused: OpenedManifest = {
      ok: false,
      refused: { reason: 'unsigned', detail: '', source: '', claimed_hostname: null },
    };
    expect(openedManifests([refused, opened(one), null])).toEqual([one]);
  });
});

describe('in force', () => {
  it.each<[string, Partial<Manifest>, string[]]>([
    ['without an end', {}, []],
    ['that says nothing of an end', { expires_at: undefined }, []],
    ['before its end', { expires_at: at(0.001) }, []],
    ['at its end', { expires_at: at(0) }, ['manifest_expired block']],
    ['made just now', { created_at: at(0) }, []],
    ['made as far ahead as the policy allows', { created_at: at(30) }, []],
    ['made a little further ahead', { created_at: '2012-08-01T10:00:30.001Z' }, ['clock_skew hold']],
    [
      'ended before it began',
      { created_at: at(60), expires_at: at(-60) },
      ['manifest_expired block', 'clock_skew hold'],
    ],
  ])('%s', (_, more, expected) => {
    const said = judgeInForce({ ...one, ...more }, POLICY, NOW).map(
      ({ code, effect }) => `${code} ${effect}`,
    );
    expect(said).toEqual(expected);
  });

  it('is told with how long it is over, or how far ahead', () => {
    expect(
      written(judgeInForce({ ...one, created_at: at(90), expires_at: at(-3600) }, POLICY, NOW)),
    ).toMatchObject([
      {
        expected: 'in force',
        actual: '2012-08-01T09:00:00.000Z',
        where: ['manifest:deployment-5'],
        sentence: 'Manifest deployment-5 expired 1 h 0 min ago (2012-08-01T09:00:00.000Z).',
      },
      {
        expected: 'made in the past',
        actual: '2012-08-01T10:01:30.000Z',
        where: ['manifest:deployment-5'],
        sentence: 'Manifest deployment-5 is dated 1 min 30 s in the future (2012-08-01T10:01:30.000Z).',
      },
    ]);
  });
});

function of(generation: number, digest: string): Manifest {
  return manifest({
    generation,
    binary_sha256: sha('a'),
    manifest_sha256: sha(digest),
    deployment_id: `d-${digest}`,
  });
}

describe('the newest plan', () => {
  it.each<[string, Manifest[], Manifest | null, string[]]>([
    ['is this one', [of(4, '4')], null, []],
    ['is another', [of(6, '6')], null, ['manifest:d-6']],
    ['is another of the same generation', [of(5, '9')], null, ['manifest:d-9']],
    ['is the newest of several', [of(6, '6'), of(7, '7')], null, ['manifest:d-7']],
    ['is this one, which is to run', [], one, ['manifest:deployment-5']],
    ['is the one in force', [], of(6, '6'), ['manifest:d-6']],
    ['is this one over the one in force', [], of(4, '4'), []],
  ])('%s', (_, known, inForce, expected) => {
    const registry = registryOf('smars', [one, ...known, ...(inForce === null ? [] : [inForce])]);
    expect(judgeGeneration(one, registry, inForce).flatMap((seed) => seed.where)).toEqual(expected);
  });

  it('is told with both generations', () => {
    expect(written(judgeGeneration(one, registryOf('smars', [one, of(6, '6')]), null))).toMatchObject([
      {
        code: 'manifest_superseded',
        effect: 'block',
        expected: 'a generation above 6',
        actual: 5,
        sentence:
          'Manifest deployment-5 is generation 5, but generation 6 (d-6, 666666666666) is already known.',
      },
    ]);
  });
});

describe('two documents', () => {
  it('are about one cluster', () => {
    expect(judgeCluster(one, one)).toEqual([]);
  });

  it('are about two', () => {
    expect(written(judgeCluster(one, { ...one, cluster: 'other' }))).toMatchObject([
      {
        code: 'manifest_invalid',
        effect: 'block',
        expected: 'other',
        actual: 'smars',
        where: ['manifest:deployment-5'],
        sentence: 'Manifest deployment-5 is for cluster smars, not other.',
      },
    ]);
  });
});

function bound(row: FlagOwnership | null, flags = ['x']) {
  const given = { ...one, bound_flags: flags, flag_ownership_table: row === null ? [] : [row] };
  return written(judgeBoundFlags(registryOf('smars', [given]).tableOf(given), POLICY));
}

describe('a switch that a manifest binds', () => {
  const site = { file: 'x.c', line: 1 };

  it('is sound', () => {
    expect(bound(flag('x'))).toEqual([]);
  });

  it('is told once however often it is bound', () => {
    expect(bound(null, ['x', 'x'])).toHaveLength(1);
  });

  it.each<[string, FlagOwnership | null, object]>([
    [
      'is not in its own table',
      null,
      {
        code: 'orphan_flag',
        expected: 'owned by the manifest’s binary',
        actual: 'not in its flag ownership table',
        where: ['manifest:deployment-5'],
        sentence: "Flag 'x' is bound by manifest deployment-5, and its own table does not hold it.",
      },
    ],
    [
      'is retired in its own table',
      flag('x', { state: 'retired' }),
      {
        code: 'orphan_flag',
        actual: 'retired',
        sentence: "Flag 'x' is bound by manifest deployment-5, and its own table has retired it.",
      },
    ],
    [
      'sleeps',
      flag('x', { state: 'dormant', where: [site] }),
      {
        code: 'dormant_flag_bound',
        where: ['x.c:1', 'manifest:deployment-5'],
        sentence: "Flag 'x' is bound by manifest deployment-5 and is bound to dormant code there.",
      },
    ],
    ['has no owner', flag('x', { owner: null }), { code: 'flag_owner_unknown', phase: 'now' }],
    ['was not verified', flag('x', { verification: 'not_verified' }), { code: 'flag_unverified' }],
  ])('%s', (_, row, expected) => {
    expect(bound(row)).toMatchObject([{ flag: 'x', effect: 'block', ...expected }]);
  });
});
