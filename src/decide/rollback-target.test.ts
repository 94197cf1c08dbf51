import { describe, expect, it } from 'vitest';
import { at, manifest, NOW, plan, POLICY, sha } from '../../test/world/documents.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Policy } from '../model/policy.ts';
import { judgeTarget } from './rollback-target.ts';
import { findingOf } from './seed.ts';

const DAY = 86_400;
const target = manifest({ generation: 1, binary_sha256: sha('a') });

type Asked = {
  readonly way?: Partial<RollbackPlan>;
  readonly target?: Manifest | null;
  readonly proven?: string[];
  readonly runsNow?: string | null;
  readonly policy?: Partial<Policy>;
};

function judge({
  way = {},
  target: given = target,
  proven = [sha('1')],
  runsNow = null,
  policy = {},
}: Asked = {}) {
  const question = {
    plan: plan(way),
    target: given,
    proven: new Set(proven),
    runsNow,
    policy: { ...POLICY, ...policy },
    now: NOW,
  };
  return judgeTarget(question).map((seed) => findingOf(seed, null));
}

const aged = (days: number, seconds = 0) => ({ ...target, created_at: at(-days * DAY - seconds) });

describe('the age of a rollback target', () => {
  it.each<[Asked, string, string, string]>([
    [{ target: aged(91) }, 'at most 90 days', '91 days', '91 days old; the policy allows 90 days.'],
    [
      { target: aged(0, 7 * 3600), policy: { max_target_age_hours: 6 } },
      'at most 6 hours',
      '7 hours',
      '7 h 0 min old; the policy allows 6 hours.',
    ],
  ])('is told in the unit of the rule', (asked, expected, actual, ending) => {
    const [finding] = judge(asked);
    expect(finding).toMatchObject({ expected, actual });
    expect(finding?.sentence).toContain(ending);
  });
});

describe('a rollback target', () => {
  it.each<[string, Asked, string[]]>([
    ['that fits', {}, []],
    ['that the plan names', { way: { target_manifest_sha256: sha('1') } }, []],
    [
      'that the plan does not name',
      { way: { target_manifest_sha256: sha('2') } },
      ['rollback_target_unknown'],
    ],
    ['of another cluster than the plan', { way: { cluster: 'other' } }, ['rollback_target_unknown']],
    ['that was never proven', { proven: [] }, ['rollback_target_unproven']],
    ['exactly as old as the policy allows', { target: aged(90) }, []],
    ['a millisecond older', { target: aged(90, 0.001) }, ['rollback_target_too_old']],
    ['within hours', { target: aged(0, 6 * 3600), policy: { max_target_age_hours: 6 } }, []],
    [
      'a millisecond older than hours allow',
      { target: aged(0, 6 * 3600 + 0.001), policy: { max_target_age_hours: 6 } },
      ['rollback_target_too_old'],
    ],
    [
      'older than days allow, whatever the hours say',
      { target: aged(91), policy: { max_target_age_hours: 24 * 365 } },
      ['rollback_target_too_old'],
    ],
    [
      'younger than days allow, whatever the hours say',
      { target: aged(89), policy: { max_target_age_hours: 24 * 365 } },
      [],
    ],
    ['older, and running right now', { target: aged(91), runsNow: sha('1') }, []],
    ['older, while another runs', { target: aged(91), runsNow: sha('2') }, ['rollback_target_too_old']],
    ['that has expired', { target: { ...target, expires_at: at(0) } }, ['manifest_expired']],
    [
      'that has expired and runs right now',
      { target: { ...target, expires_at: at(0) }, runsNow: sha('1') },
      [],
    ],
    ['from the future', { target: { ...target, created_at: at(31) } }, ['clock_skew']],
    ['that nobody has', { target: null }, ['rollback_target_unknown']],
    ['that is a tag', { way: { mechanism: 'mutable_reference' } }, ['mutable_reference']],
    ['with a tag beside it', { way: { target_ref: 'latest' } }, ['mutable_reference']],
    ['that is a server', { way: { mechanism: 'copy_from_node' } }, ['rollback_from_node']],
    ['with a server beside it', { way: { source_node: 'n1' } }, ['rollback_from_node']],
    ['that is uninstalled to', { way: { mechanism: 'uninstall_latest' } }, []],
    [
      'that is a tag on a server that nobody has',
      { target: null, way: { target_ref: 'latest', source_node: 'n1' } },
      ['mutable_reference', 'rollback_from_node', 'rollback_target_unknown'],
    ],
    [
      'with all that can be wrong',
      {
        target: { ...aged(91), cluster: 'other', expires_at: at(-1) },
        proven: [],
        way: { target_manifest_sha256: sha('2') },
      },
      [
        'rollback_target_unknown',
        'rollback_target_unknown',
        'rollback_target_unproven',
        'manifest_expired',
        'rollback_target_too_old',
      ],
    ],
  ])('%s', (_, asked, expected) => {
    expect(judge(asked).map((finding) => finding.code)).toEqual(expected);
  });

  it.each<[string, Asked, object]>([
    [
      'unnamed',
      { target: null },
      {
        expected: 'a target manifest',
        actual: null,
        sentence: 'There is no way back: no rollback target is named.',
      },
    ],
    [
      'unnamed but for nothing said',
      { target: null, way: { target_manifest_sha256: undefined } },
      { actual: null, sentence: 'There is no way back: no rollback target is named.' },
    ],
    [
      'named and not given',
      { target: null, way: { target_manifest_sha256: sha('2') } },
      { actual: sha('2'), sentence: 'The rollback target 222222222222 is not among the manifests given.' },
    ],
    [
      'another one',
      { way: { target_manifest_sha256: sha('2') } },
      {
        expected: sha('2'),
        actual: sha('1'),
        sentence:
          'The plan names target 222222222222, but the manifest given is 111111111111 (deployment-1).',
      },
    ],
    [
      'of another cluster',
      { way: { cluster: 'other' } },
      { expected: 'smars', actual: 'other', sentence: 'The plan is for cluster other, not smars.' },
    ],
    [
      'unproven',
      { proven: [] },
      {
        expected: 'proven in this cluster before',
        actual: 'never',
        where: ['manifest:deployment-1'],
        sentence: 'Rollback target deployment-1 (111111111111) was never proven in cluster smars.',
      },
    ],
    [
      'too old',
      { target: aged(120, 5000) },
      {
        expected: 'at most 90 days',
        actual: '120 days',
        where: ['manifest:deployment-1'],
        sentence: 'Rollback target deployment-1 is 120 days old; the policy allows 90 days.',
      },
    ],
    [
      'a tag',
      { way: { mechanism: 'mutable_reference', target_ref: 'latest' } },
      {
        expected: 'a digest',
        actual: 'latest',
        where: ['plan:mutable_reference'],
        sentence:
          "The plan goes back to 'latest', which may mean something else tomorrow than it meant yesterday.",
      },
    ],
    [
      'a tag without a name',
      { way: { mechanism: 'mutable_reference' } },
      {
        actual: 'mutable_reference',
        sentence:
          'The plan goes back to a movable reference, which may mean something else tomorrow than it meant yesterday.',
      },
    ],
    [
      'a server',
      { way: { mechanism: 'copy_from_node', source_node: 'n1' } },
      {
        expected: 'a signed manifest as the source',
        actual: 'n1',
        where: ['plan:copy_from_node'],
        sentence:
          'The plan makes the other servers copies of n1: that is how one wrong server becomes all of them.',
      },
    ],
    [
      'some server',
      { way: { mechanism: 'copy_from_node' } },
      {
        actual: null,
        sentence:
          'The plan makes the other servers copies of a server: that is how one wrong server becomes all of them.',
      },
    ],
  ])('says what it is: %s', (_, asked, expected) => {
    expect(judge(asked)).toMatchObject([
      { effect: 'block', phase: 'now', hostname: null, flag: null, ...expected },
    ]);
  });

  it('that is a tag and nothing else is shown by it', () => {
    const [, unknown] = judge({
      target: null,
      way: { mechanism: 'mutable_reference', target_ref: 'latest' },
    });
    expect(unknown?.actual).toBe('latest');
  });
});
