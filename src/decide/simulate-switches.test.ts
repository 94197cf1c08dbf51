import { describe, expect, it } from 'vitest';
import {
  activate,
  at,
  evidence,
  flag,
  messageFlag,
  NOW,
  POLICY,
  report,
  sha,
} from '../../test/world/documents.ts';
import { codesAfter, judge, next, old, onNext, type World } from '../../test/world/way-home.ts';
import type { RollbackPlan } from '../model/plan.ts';
import { decide } from './decide.ts';

const [A, B, C, D] = [sha('a'), sha('b'), sha('c'), sha('d')];

describe('the switches on a host after', () => {
  const onHost = flag('tuning', { meaning: 'm:old', travels_in: ['config'] });
  const target = { ...old, bound_flags: ['tuning'], flag_ownership_table: [onHost, flag('svc')] };
  const left = { ...next, flag_ownership_table: [flag('extra'), flag('svc')] };
  const bound = [
    { flag: 'extra', source: 'file:/etc/smars/flags.json' },
    { flag: 'svc', source: 'service:flagd' },
  ];
  const reports = onNext.map((one) => ({ ...one, bound_flags: bound }));

  it('are those the target sets when the config goes back', () => {
    const verdict = judge({ reports, target, left });
    expect(codesAfter(verdict)).toEqual([]);
    expect(verdict.verdict).toBe('ALLOW_ROLLBACK');
  });

  it('stay when the config does not go back', () => {
    const verdict = judge({
      reports,
      target: { ...target, config_sha256: D },
      left,
      way: { scope: ['binary'] },
    });
    expect(codesAfter(verdict)).toEqual(['orphan_flag']);
  });

  it('stay when a flag service sets them', () => {
    const verdict = judge({ reports, target: { ...target, flag_ownership_table: [onHost] }, left });
    expect(verdict.findings.filter((finding) => finding.code === 'orphan_flag')[0]?.flag).toBe('svc');
  });

  it('are judged by what the target says of them', () => {
    const asleep = {
      ...target,
      flag_ownership_table: [{ ...onHost, state: 'dormant' as const }, flag('svc')],
    };
    expect(codesAfter(judge({ reports, target: asleep, left }))).toEqual(['dormant_flag_bound']);
  });

  it('stay on a server that does not change', () => {
    const still = reports.map((one) => ({ ...one, binary_sha256: A, config_sha256: C }));
    expect(codesAfter(judge({ reports: still, target, left }))).toEqual(['orphan_flag']);
  });

  it('change with the config alone, and with the binary alone', () => {
    const config = reports.map((one) => ({ ...one, binary_sha256: A }));
    expect(codesAfter(judge({ reports: config, target, left }))).toEqual([]);
    const binary = reports.map((one) => ({ ...one, config_sha256: C }));
    expect(codesAfter(judge({ reports: binary, target, left }))).toEqual([]);
  });

  it('stay when one server is copied to the others', () => {
    const source = report('n1', A, { bound_flags: bound });
    const verdict = judge({
      reports: [source, ...reports.slice(1)],
      target,
      left,
      way: { mechanism: 'copy_from_node', source_node: 'n1' },
    });
    expect(codesAfter(verdict)).toEqual(['orphan_flag']);
  });
});

describe('the senders after', () => {
  const peg = flag('peg', { meaning: 'm:peg', state: 'dormant' });
  const rlp = messageFlag('peg', { meaning: 'm:rlp' });
  const target = { ...old, flag_ownership_table: [peg] };
  const left = { ...next, bound_flags: ['peg'], flag_ownership_table: [rlp] };
  const received = [{ flag: 'peg', sender: 'order-gateway', last_seen_at: at(-5) }];
  const busy = onNext.map((one) => ({ ...one, received_flags: received }));
  const away: Partial<RollbackPlan> = { withdraw_flags: ['peg'] };

  it.each<[string, World, string[]]>([
    ['go on when nobody withdraws the flag', {}, ['dormant_flag_bound', 'flag_reused']],
    ['fall silent when the plan withdraws it', { way: away }, []],
    ['fall silent on what was received before', { reports: busy, way: away }, []],
    [
      'go on to servers without traffic that received it',
      { reports: busy.map((one) => ({ ...one, taking_live_traffic: false })) },
      ['dormant_flag_bound', 'flag_reused'],
    ],
    [
      'do not reach servers without traffic',
      { reports: onNext.map((one) => ({ ...one, taking_live_traffic: false })) },
      [],
    ],
    [
      'are supposed to reach a silent server',
      { reports: onNext.slice(1).map((one) => ({ ...one, taking_live_traffic: false })) },
      ['dormant_flag_bound', 'flag_reused'],
    ],
  ])('%s', (_, world, expected) => {
    expect(codesAfter(judge({ target, left, ...world }))).toEqual(expected);
  });

  it('are named, flag by flag in order, with the servers that would misunderstand them', () => {
    const verdict = judge({
      target,
      left: {
        ...left,
        bound_flags: ['zeta', 'peg', 'alpha'],
        flag_ownership_table: [
          messageFlag('zeta', { senders: ['b', 'a'] }),
          rlp,
          messageFlag('alpha', { senders: [] }),
        ],
      },
      reports: [
        onNext[0] ?? report('n1', B),
        ...onNext.slice(1).map((one) => ({ ...one, taking_live_traffic: false })),
      ],
    });
    expect(verdict.findings.filter((finding) => finding.code === 'sender_still_emits')).toEqual(
      [
        {
          flag: 'alpha',
          actual: 'an unnamed sender',
          where: [],
          sentence:
            "Some sender would go on sending flag 'alpha' (m:alpha), and 1 server would take it for something else.",
        },
        {
          flag: 'peg',
          actual: 'order-gateway',
          where: ['sender:order-gateway'],
          sentence:
            "order-gateway would go on sending flag 'peg' (m:rlp), and 1 server would take it for something else.",
        },
        {
          flag: 'zeta',
          actual: 'b, a',
          where: ['sender:b', 'sender:a'],
          sentence:
            "b, a would go on sending flag 'zeta' (m:zeta), and 1 server would take it for something else.",
        },
      ].map((said) => ({
        code: 'sender_still_emits',
        effect: 'block',
        phase: 'after_rollback',
        hostname: null,
        expected: 'withdrawn at its sender first',
        remedy: 'Stop the sender first and list the flag in withdraw_flags.',
        ...said,
      })),
    );
  });

  it('are not blamed for what is set on the hosts alone', () => {
    const onHosts = { ...left, flag_ownership_table: [{ ...rlp, travels_in: ['config' as const] }] };
    const notBound = { ...left, bound_flags: [] };
    const nowhere = { ...left, flag_ownership_table: [flag('peg', { meaning: 'm:rlp' })] };
    for (const one of [onHosts, notBound, nowhere]) {
      const reports = busy.map((each) => ({ ...each, bound_flags: [{ flag: 'peg', source: 'service:x' }] }));
      const verdict = judge({ target, left: one, reports });
      expect(codesAfter(verdict)).toContain('flag_reused');
      expect(verdict.findings.map((finding) => finding.code)).not.toContain('sender_still_emits');
    }
  });
});

describe('the warning beside a failed activation', () => {
  it('says what the button would do, and forbids nothing by itself', () => {
    const target = { ...old, flag_ownership_table: [flag('peg', { meaning: 'm:peg' })] };
    const left = {
      ...next,
      bound_flags: ['peg'],
      flag_ownership_table: [messageFlag('peg', { meaning: 'm:rlp' })],
      rollback_target_manifest_sha256: target.manifest_sha256,
    };
    const verdict = decide(
      evidence([report('n1', A), ...onNext.slice(1)], [target]),
      activate(left),
      POLICY,
      NOW,
    );
    expect(
      verdict.findings.find((finding) => finding.code === 'rollback_would_corrupt_cluster'),
    ).toMatchObject({
      effect: 'none',
      phase: 'after_rollback',
      flag: 'peg',
      expected: 0,
      actual: 3,
    });
  });
});
