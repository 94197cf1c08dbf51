import { describe, expect, it } from 'vitest';
import { at, flag, manifest, messageFlag, NOW, POLICY, sha } from '../../test/world/documents.ts';
import type { Manifest } from '../model/manifest.ts';
import { ManifestCheck } from '../model/manifest-check.ts';
import { checkManifest } from './manifest-check.ts';

function sound(more: Partial<Manifest> = {}): Manifest {
  return manifest({
    generation: 2,
    binary_sha256: sha('b'),
    previous_manifest_sha256: sha('1'),
    rollback_target_manifest_sha256: sha('1'),
    rollback_would_corrupt_cluster: false,
    bound_flags: ['rlp'],
    flag_ownership_table: [
      messageFlag('rlp'),
      flag('old', { state: 'retired' }),
      flag('peg', { state: 'shackled' }),
    ],
    ...more,
  });
}

function codesOf(subject: Manifest): string[] {
  const answer = ManifestCheck.parse(
    checkManifest({ manifest: subject, refused: null, policy: POLICY, now: NOW }),
  );
  expect(answer.is_clean).toBe(answer.findings.every((finding) => finding.effect === 'none'));
  return answer.findings.map((finding) => `${finding.code} ${finding.flag ?? '-'} ${finding.effect}`);
}

describe('the check of one manifest', () => {
  it('is clean when nothing is wrong', () => {
    const answer = checkManifest({ manifest: sound(), refused: null, policy: POLICY, now: NOW });
    expect(answer).toEqual({
      schema: 'haunted.manifest-check/v1',
      cluster: 'smars',
      manifest: {
        deployment_id: 'deployment-2',
        generation: 2,
        manifest_sha256: sha('2'),
        binary_sha256: sha('b'),
      },
      checked_at: '2012-08-01T10:00:00.000Z',
      is_clean: true,
      findings: [],
    });
  });

  it.each<[string, Partial<Manifest>, string[]]>([
    ['is expired from the very instant on', { expires_at: at(0) }, ['manifest_expired - block']],
    ['is in force one second before it expires', { expires_at: at(1) }, []],
    ['comes from the future', { created_at: at(31) }, ['clock_skew - hold']],
    ['binds what its table does not hold', { bound_flags: ['rlp', 'x'] }, ['orphan_flag x block']],
    ['binds a tombstone', { bound_flags: ['old'] }, ['orphan_flag old block']],
    ['binds a shackled flag', { bound_flags: ['peg'] }, ['dormant_flag_bound peg block']],
    [
      'binds what nobody owns or verified',
      { flag_ownership_table: [messageFlag('rlp', { owner: null, verification: 'not_verified' })] },
      ['flag_owner_unknown rlp block', 'flag_unverified rlp block'],
    ],
    [
      'knows of a sleeping flag that something sets',
      { bound_flags: [], flag_ownership_table: [flag('peg', { state: 'dormant_but_bound' })] },
      ['dormant_flag_bound peg block'],
    ],
    [
      'says once that it sets a sleeping flag itself',
      { bound_flags: ['peg'], flag_ownership_table: [flag('peg', { state: 'dormant_but_bound' })] },
      ['dormant_flag_bound peg block'],
    ],
    [
      'lists a sender of a tombstone',
      { bound_flags: [], flag_ownership_table: [messageFlag('old', { state: 'retired' })] },
      ['sender_still_emits old block'],
    ],
    [
      'would corrupt on the way back',
      { rollback_would_corrupt_cluster: true },
      ['rollback_would_corrupt_cluster - block'],
    ],
    ['names no target', { rollback_target_manifest_sha256: null }, ['rollback_target_unknown - block']],
    [
      'is the first, and so has no target',
      { rollback_target_manifest_sha256: undefined, previous_manifest_sha256: undefined },
      ['rollback_target_unknown - none'],
    ],
    [
      'was made without simulating',
      { rollback_would_corrupt_cluster: undefined },
      ['rollback_target_unknown - block'],
    ],
    [
      'would corrupt by a plan without a target',
      { rollback_target_manifest_sha256: null, rollback_would_corrupt_cluster: true },
      ['rollback_would_corrupt_cluster - block'],
    ],
  ])('finds that it %s', (_, change, codes) => {
    expect(codesOf(sound(change))).toEqual(codes);
  });

  it.each([
    ['over', at(0), ['split_vector - none']],
    ['still in force', at(1), []],
    ['without end', null, []],
  ])('shows a declared split that is %s', (_, until, codes) => {
    const pairs = [{ binary_sha256: sha('c'), config_sha256: null }];
    expect(codesOf(sound({ declared_split: { pairs, reason: 'canary', until } }))).toEqual(codes);
  });

  it.each(['digest_mismatch', 'inconsistent'] as const)(
    'tells %s as a manifest that is invalid',
    (reason) => {
      const refused = { reason, detail: 'its content is another', source: 'm.json', claimed_hostname: null };
      const answer = checkManifest({ manifest: sound(), refused, policy: POLICY, now: NOW });
      expect(answer).toMatchObject({
        is_clean: false,
        findings: [{ code: 'manifest_invalid', effect: 'block' }],
      });
      expect(answer.findings[0]?.sentence).toContain('its content is another');
    },
  );

  it('tells each finding in full', () => {
    const rows = [
      messageFlag('old', { state: 'retired', senders: ['gw-1', 'gw-2'] }),
      flag('peg', { state: 'dormant_but_bound', where: [{ file: 'peg.c', line: 12, symbol: 'power_peg' }] }),
    ];
    const pairs = [{ binary_sha256: sha('c'), config_sha256: null }];
    const subject = sound({
      bound_flags: [],
      flag_ownership_table: rows,
      declared_split: { pairs, reason: 'canary', until: at(0) },
      rollback_would_corrupt_cluster: true,
    });
    const answer = checkManifest({ manifest: subject, refused: null, policy: POLICY, now: NOW });
    const told = answer.findings.map(({ expected, actual, where, sentence }) => ({
      expected,
      actual,
      where,
      sentence,
    }));
    expect(told).toEqual([
      {
        expected: 'no senders',
        actual: 'gw-1, gw-2',
        where: ['sender:gw-1', 'sender:gw-2', 'manifest:deployment-2'],
        sentence: "Flag 'old' is retired, and the manifest still names who sends it: gw-1, gw-2.",
      },
      {
        expected: 'dormant, with nothing that sets it',
        actual: 'dormant_but_bound',
        where: ['peg.c:12 power_peg', 'manifest:deployment-2'],
        sentence:
          "Flag 'peg' is dormant_but_bound: its code should be asleep, and something outside this manifest sets it.",
      },
      {
        expected: 'a declared split that still holds',
        actual: at(0),
        where: ['manifest:deployment-2'],
        sentence: `The split that this manifest declares ended at ${at(0)}: from then on it is an undeclared one.`,
      },
      {
        expected: false,
        actual: true,
        where: ['manifest:deployment-2'],
        sentence: 'Going back from this manifest would leave servers wrong: its maker simulated it.',
      },
    ]);
  });

  it.each<[Partial<Manifest>, string, string]>([
    [
      { rollback_target_manifest_sha256: null },
      'a rollback target',
      'There is no way back: this manifest names no rollback target.',
    ],
    [
      { rollback_target_manifest_sha256: null, previous_manifest_sha256: null },
      'a rollback target',
      'There is no way back: this is the first manifest, and nothing came before it.',
    ],
    [
      { rollback_would_corrupt_cluster: null },
      'a simulated way back',
      'Nobody simulated the way back to the rollback target when this manifest was made.',
    ],
  ])('says why there is no way back: %o', (change, expected, sentence) => {
    const answer = checkManifest({ manifest: sound(change), refused: null, policy: POLICY, now: NOW });
    expect(answer.findings).toEqual([
      expect.objectContaining({ expected, actual: null, where: ['manifest:deployment-2'], sentence }),
    ]);
  });
});
