import { describe, expect, it } from 'vitest';
import {
  at,
  evidence,
  flag,
  manifest,
  messageFlag,
  NOW,
  opened,
  plan,
  POLICY,
  report,
  rollback,
  sha,
} from '../../test/world/documents.ts';
import { judge, next, NODES, old, onNext } from '../../test/world/way-home.ts';
import type { Intent } from '../model/intent.ts';
import type { Evidence, OpenedManifest } from '../model/verified.ts';
import { decide } from './decide.ts';

const [A, C] = [sha('a'), sha('c')];

const ask = (given: Evidence, intent: Intent) => decide(given, intent, POLICY, NOW);

const forged: OpenedManifest = {
  ok: false,
  refused: {
    reason: 'bad_signature',
    detail: 'the signature is wrong',
    source: 'm.json',
    claimed_hostname: null,
  },
};

describe('the rollback gate', () => {
  it('lets a whole cluster go back to a manifest that was proven here', () => {
    expect(judge()).toMatchObject({
      verdict: 'ALLOW_ROLLBACK',
      manifest_sha256: old.manifest_sha256,
      findings: [],
    });
  });

  it('shows what is wrong now, and it does not forbid the cure', () => {
    const sick = [report('n1', C, { binary_on_disk_sha256: A }), ...onNext.slice(1)];
    const verdict = judge({ reports: sick });
    expect(verdict.verdict).toBe('ALLOW_ROLLBACK');
    expect(verdict.block_reason).toBeNull();
    expect(verdict.findings.map(({ code, effect }) => `${code} ${effect}`)).toEqual([
      'binary_mismatch none',
      'split_vector none',
      'stale_process none',
      'unknown_binary none',
    ]);
  });

  it.each([
    ['a switch that its own table does not hold', [], 'orphan_flag'],
    ['a switch that its own table has retired', [flag('x', { state: 'retired' })], 'orphan_flag'],
    [
      'a switch nobody verified',
      [flag('x', { verification: 'not_verified', travels_in: ['message'] })],
      'flag_unverified',
    ],
    ['a switch nobody owns', [flag('x', { owner: null, travels_in: ['message'] })], 'flag_owner_unknown'],
    [
      'a switch that sleeps',
      [flag('x', { state: 'dormant', travels_in: ['message'] })],
      'dormant_flag_bound',
    ],
  ])('holds the target to its own switches as an activation would: %s', (_, table, code) => {
    const target = { ...old, bound_flags: ['x'], flag_ownership_table: table };
    const idle = onNext.map((one) => ({ ...one, taking_live_traffic: false }));
    const verdict = judge({ target, reports: idle });
    expect(verdict.verdict).toBe('BLOCK_ROLLBACK');
    expect(verdict.findings.map((finding) => finding.code)).toContain(code);
  });

  it('holds on a silent server whatever the plan', () => {
    expect(judge({ reports: onNext.slice(1) }).verdict).toBe('HOLD');
  });
});

describe('what is gone back from', () => {
  const history = [old, next, manifest({ generation: 1, binary_sha256: C, manifest_sha256: sha('e') })];

  it('is the newest manifest known when none is named', () => {
    const named = ask(evidence(onNext, history), rollback(old, next));
    expect(ask(evidence(onNext, history), rollback(old, null))).toEqual(named);
    expect(named.pre_deploy_check.manifest_binary_sha256).toBe(next.binary_sha256);
  });

  it('is what the plan names when no target is given', () => {
    const way = plan({ target_manifest_sha256: old.manifest_sha256 });
    const verdict = ask(evidence(onNext, history), rollback(null, next, way));
    expect(verdict).toMatchObject({ verdict: 'ALLOW_ROLLBACK', manifest_sha256: old.manifest_sha256 });
    expect(ask(evidence(onNext, history), rollback(null, null, way))).toEqual(verdict);
  });

  it('cannot be judged when nobody says what it is', () => {
    const verdict = ask(evidence(onNext), rollback(null, null));
    expect(verdict).toMatchObject({
      verdict: 'BLOCK_ROLLBACK',
      cluster: null,
      manifest_sha256: null,
      rollback: null,
    });
    expect(verdict.findings.map((finding) => finding.sentence)).toEqual([
      'There is no way back: no rollback target is named.',
    ]);
    expect(verdict.block_reason).toBe(
      'There is no way back: no rollback target is named. Rollback blocked: do not press it.',
    );
  });

  it('tells of the plan too when no manifest can be read', () => {
    const way = plan({ mechanism: 'copy_from_node', source_node: 'n1', target_manifest_sha256: sha('9') });
    const intent: Intent = { gate: 'rollback', target: forged, current: null, plan: way };
    expect(ask(evidence(onNext), intent).findings.map((finding) => finding.code)).toEqual([
      'manifest_untrusted',
      'rollback_from_node',
      'rollback_target_unknown',
    ]);
  });
});

describe('manifests of a rollback that do not fit', () => {
  it.each<[string, Intent, string[]]>([
    [
      'a target that nobody signed',
      { gate: 'rollback', target: forged, current: opened(next), plan: null },
      ['manifest_untrusted', 'rollback_target_unknown', 'rollback_would_corrupt_cluster'],
    ],
    [
      'a manifest being left that nobody signed',
      { gate: 'rollback', target: opened(old), current: forged, plan: null },
      ['manifest_untrusted'],
    ],
    [
      'a target of another cluster',
      rollback({ ...old, cluster: 'other' }, next),
      ['manifest_invalid', 'rollback_target_unknown'],
    ],
    [
      'a plan for another cluster',
      rollback(old, next, plan({ cluster: 'other', target_manifest_sha256: old.manifest_sha256 })),
      ['rollback_target_unknown'],
    ],
    [
      'a plan that names another target',
      rollback(old, next, plan({ target_manifest_sha256: sha('9') })),
      ['rollback_target_unknown'],
    ],
  ])('%s', (_, intent, codes) => {
    const verdict = ask(evidence(onNext, [old, next]), intent);
    expect(verdict.verdict).toBe('BLOCK_ROLLBACK');
    const whole = verdict.findings.filter(
      (finding) => finding.effect === 'block' && finding.hostname === null,
    );
    expect(whole.map((finding) => finding.code)).toEqual(expect.arrayContaining(codes));
  });

  it('a hole in the history holds', () => {
    const given = evidence(onNext, [old, next]);
    const verdict = ask({ ...given, history: [...given.history, forged] }, rollback(old, next));
    expect(verdict.verdict).toBe('HOLD');
    expect(verdict.block_reason).toBe(
      'Manifest m.json was refused: the signature is wrong. Hold: do nothing yet, and do not roll back; the evidence is not enough to judge.',
    );
  });
});

describe('the senders of what is being left', () => {
  it('are heard now as well as after', () => {
    const left = { ...next, bound_flags: ['x'], flag_ownership_table: [messageFlag('x', { owner: null })] };
    const verdict = judge({ left, way: { withdraw_flags: ['x'] } });
    expect(verdict.rollback).toMatchObject({ servers_wrong_now: 3, servers_wrong_after: 0 });
    expect(verdict.verdict).toBe('ALLOW_ROLLBACK');
    expect(verdict.findings.map(({ code, effect, hostname }) => `${code} ${effect} ${hostname}`)).toEqual(
      NODES.map((name) => `flag_owner_unknown none ${name}`),
    );
  });

  it('are the ones whose received switches count', () => {
    const received = [{ flag: 'x', sender: 'order-gateway', last_seen_at: at(-1) }];
    const left = { ...next, bound_flags: ['x'], flag_ownership_table: [messageFlag('x')] };
    const reports = onNext.map((one) => ({ ...one, received_flags: received }));
    expect(judge({ left, reports, way: { withdraw_flags: ['x'] } }).findings).toEqual([]);
  });
});
