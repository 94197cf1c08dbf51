import { describe, expect, it } from 'vitest';
import {
  at,
  deploy,
  evidence,
  flag,
  manifest,
  messageFlag,
  NOW,
  opened,
  plan,
  POLICY,
  report,
  sha,
} from '../../test/world/documents.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence, OpenedManifest } from '../model/verified.ts';
import { decide } from './decide.ts';

const [A, B] = [sha('a'), sha('b')];
const NODES = ['n1', 'n2', 'n3'];
const current = manifest({ generation: 1, binary_sha256: A, flag_ownership_table: [flag('x')] });
const next = manifest({
  generation: 2,
  binary_sha256: B,
  flag_ownership_table: [flag('x')],
  rollback_target_manifest_sha256: current.manifest_sha256,
});
const ground = NODES.map((name) => report(name, A));

const forged: OpenedManifest = {
  ok: false,
  refused: {
    reason: 'bad_signature',
    detail: 'the signature is wrong',
    source: 'm.json',
    claimed_hostname: null,
  },
};

const ask = (given: Evidence, intent: Intent): Verdict => decide(given, intent, POLICY, NOW);

function lines(verdict: Verdict): string[] {
  return verdict.findings
    .filter((finding) => finding.effect !== 'none')
    .map(({ code, phase, hostname }) => `${code} ${phase} ${hostname}`);
}

type World = {
  readonly next?: Partial<Manifest>;
  readonly current?: Partial<Manifest>;
  readonly history?: Manifest[];
  readonly way?: RollbackPlan;
};

function judge({ next: one = {}, current: two = {}, history = [], way }: World): Verdict {
  return ask(evidence(ground, history), deploy({ ...next, ...one }, { ...current, ...two }, way ?? null));
}

const NO_WAY_BACK = [
  ...NODES.map((name) => `rollback_target_unknown after_rollback ${name}`),
  'rollback_would_corrupt_cluster after_rollback null',
  'rollback_target_unknown now null',
];

describe('the deploy gate', () => {
  it('lets a sound manifest onto uniform ground', () => {
    const verdict = judge({});
    expect(verdict).toMatchObject({
      gate: 'deploy',
      verdict: 'ALLOW_DEPLOY',
      invariant: 'all_servers_in_cluster_run_binary_from_current_deployment_manifest_and_the_way_back_exists',
      cluster: 'smars',
      manifest_sha256: next.manifest_sha256,
      event_id: null,
      findings: [],
      findings_omitted: {},
      block_reason: null,
      should_also_revoke_deployer_creds: false,
      should_page_sre: false,
      judged_at: '2012-08-01T10:00:00.000Z',
    });
    expect(verdict.pre_deploy_check).toEqual({
      cluster_size: 3,
      manifest_binary_sha256: A,
      servers_on_manifest_binary: 3,
      servers_on_other_binary: [],
      servers_without_evidence: [],
    });
    const [row] = verdict.rollback?.nodes ?? [];
    expect(row).toEqual({
      hostname: 'n1',
      before: { binary_sha256: B, config_sha256: sha('c') },
      after: { binary_sha256: A, config_sha256: sha('c') },
      wrong_now: false,
      wrong_after: false,
      findings_before: [],
      findings_after: [],
    });
  });

  it.each<[string, World, string[]]>([
    ['a manifest for another cluster', { next: { cluster: 'other' } }, ['manifest_invalid now null']],
    ['a manifest that has expired', { next: { expires_at: at(0) } }, ['manifest_expired now null']],
    ['a manifest from the future', { next: { created_at: at(31) } }, ['clock_skew now null']],
    ['a manifest of the generation in force', { next: { generation: 1 } }, ['manifest_superseded now null']],
    [
      'a manifest of an older generation than another one known',
      { history: [{ ...next, generation: 3, manifest_sha256: sha('7') }] },
      ['manifest_superseded now null'],
    ],
    ['a switch bound and not owned', { next: { bound_flags: ['y'] } }, ['orphan_flag now null']],
    [
      'a flag reused',
      { next: { flag_ownership_table: [flag('x', { meaning: 'm:2' })] } },
      ['flag_reused now null'],
    ],
    ['a flag removed', { next: { flag_ownership_table: [] } }, ['flag_removed_too_early now null']],
    [
      'a flag removed that only a declared canary reads',
      {
        current: {
          declared_split: { pairs: [{ binary_sha256: sha('d'), config_sha256: null }], reason: 'canary' },
        },
        history: [
          manifest({
            generation: 1,
            binary_sha256: sha('d'),
            manifest_sha256: sha('8'),
            flag_ownership_table: [flag('x'), flag('y')],
          }),
        ],
      },
      ['flag_removed_too_early now null'],
    ],
    ['no way back', { next: { rollback_target_manifest_sha256: null } }, NO_WAY_BACK],
    ['a way back that says nothing', { next: { rollback_target_manifest_sha256: undefined } }, NO_WAY_BACK],
    [
      'a way back that was never proven',
      {
        next: { rollback_target_manifest_sha256: next.manifest_sha256 },
        way: plan({ target_manifest_sha256: next.manifest_sha256 }),
      },
      ['rollback_target_unproven now null'],
    ],
    [
      'a way back to a manifest whose own switches are unsound',
      { current: { bound_flags: ['y'] } },
      ['orphan_flag now null'],
    ],
    [
      'a way back that is too old',
      {
        history: [
          manifest({
            generation: 1,
            binary_sha256: A,
            manifest_sha256: sha('6'),
            created_at: at(-91 * 86_400),
            flag_ownership_table: [flag('x')],
          }),
        ],
        next: { rollback_target_manifest_sha256: sha('6') },
      },
      ['rollback_target_too_old now null'],
    ],
  ])('does not let in %s', (_, world, expected) => {
    expect(lines(judge(world)).toSorted()).toEqual(expected.toSorted());
  });

  it('does not ask the age of the manifest that runs right now', () => {
    const verdict = judge({ current: { created_at: at(-100 * 86_400) } });
    expect(verdict.verdict).toBe('ALLOW_DEPLOY');
  });

  it('hears the new senders already', () => {
    const sends = { bound_flags: ['m'], flag_ownership_table: [flag('x'), messageFlag('m')] };
    const verdict = judge({ next: sends });
    expect(lines(verdict).filter((line) => line.includes('now'))).toEqual(
      NODES.map((name) => `orphan_flag now ${name}`),
    );
    expect(verdict.rollback).toMatchObject({ servers_wrong_now: 0, servers_wrong_after: 3 });
    expect(verdict.findings.find(({ code }) => code === 'rollback_would_corrupt_cluster')).toMatchObject({
      effect: 'block',
      actual: 3,
      flag: 'm',
      sentence: "Rolling back from it later would leave 3 of 3 servers wrong by 'm' (0 now): n1, n2, n3.",
    });
  });

  it('takes back what was received with the plan’s words about withdrawing', () => {
    const received = [{ flag: 'm', sender: 'gateway', last_seen_at: at(-1) }];
    const sends = {
      bound_flags: ['m'],
      flag_ownership_table: [flag('x'), messageFlag('m', { unaware: 'ignore' })],
    };
    const heard = NODES.map((name) => report(name, A, { received_flags: received }));
    const way = plan({ target_manifest_sha256: current.manifest_sha256, withdraw_flags: ['m'] });
    expect(ask(evidence(heard), deploy({ ...next, ...sends }, current, way)).verdict).toBe('ALLOW_DEPLOY');
    const other = [{ flag: 'q', sender: 'gateway', last_seen_at: at(-1) }];
    const strange = NODES.map((name) => report(name, A, { received_flags: other }));
    const verdict = ask(evidence(strange), deploy(next, current, null));
    expect(verdict.rollback?.nodes.map((row) => row.findings_after)).toEqual(
      NODES.map(() => ['orphan_flag']),
    );
  });

  it('supposes the new inventory on the new pair', () => {
    const verdict = judge({
      next: { cluster_inventory: ['n1', 'n2', 'n3', 'n4', 'n4'], config_sha256: undefined },
    });
    expect(verdict.rollback?.nodes.map((row) => `${row.hostname} ${row.before?.config_sha256}`)).toEqual(
      ['n1', 'n2', 'n3', 'n4'].map((name) => `${name} null`),
    );
    const [wreck] = judge({
      next: { cluster_inventory: ['n1', 'n2', 'n3', 'n4', 'n4'], rollback_target_manifest_sha256: null },
    }).findings.filter(({ code }) => code === 'rollback_would_corrupt_cluster');
    expect(wreck?.sentence).toBe(
      'Rolling back from it later would leave 4 of 4 servers wrong (0 now): n1, n2, n3, n4.',
    );
  });

  it('simulates the team’s own way back', () => {
    const way = plan({
      mechanism: 'mutable_reference',
      target_ref: 'latest',
      target_manifest_sha256: current.manifest_sha256,
    });
    const verdict = judge({ way });
    expect(verdict.rollback).toMatchObject({ mechanism: 'mutable_reference', servers_wrong_after: 3 });
    expect(lines(verdict)).toContain('mutable_reference now null');
  });

  it('finds its target in the history', () => {
    const older = manifest({
      generation: 1,
      binary_sha256: sha('d'),
      manifest_sha256: sha('6'),
      flag_ownership_table: [flag('x')],
    });
    const verdict = judge({ history: [older], next: { rollback_target_manifest_sha256: sha('6') } });
    expect(verdict.verdict).toBe('ALLOW_DEPLOY');
    expect(verdict.rollback?.target_manifest_sha256).toBe(sha('6'));
    const unnamed = judge({ history: [older], way: plan({ target_manifest_sha256: undefined }) });
    expect(unnamed.rollback?.target_manifest_sha256).toBe(current.manifest_sha256);
  });
});

describe('manifests of a deployment that were refused', () => {
  it.each<[string, OpenedManifest, OpenedManifest, number]>([
    ['the new one', forged, opened(current), 1],
    ['the one in force', opened(next), forged, 1],
    ['both', forged, { ...forged, refused: { ...forged.refused, source: 'n.json' } }, 2],
  ])('%s: nothing else can be judged', (_, one, two, count) => {
    const verdict = ask(evidence(ground), { gate: 'deploy', manifest: one, current: two, plan: null });
    expect(verdict).toMatchObject({
      verdict: 'BLOCK_DEPLOY',
      cluster: null,
      manifest_sha256: null,
      event_id: null,
      rollback: null,
      should_page_sre: true,
      pre_deploy_check: {
        cluster_size: 0,
        manifest_binary_sha256: null,
        servers_on_manifest_binary: 0,
        servers_on_other_binary: [],
        servers_without_evidence: [],
      },
    });
    expect(lines(verdict)).toEqual(Array.from({ length: count }, () => 'manifest_untrusted now null'));
  });

  it('one of the history holds', () => {
    const given = { ...evidence(ground), history: [forged] };
    expect(ask(given, deploy(next, current)).verdict).toBe('HOLD');
  });
});
