import { describe, expect, it } from 'vitest';
import {
  activate,
  at,
  evidence,
  flag,
  manifest,
  messageFlag,
  NOW,
  opened,
  POLICY,
  report,
  sha,
} from '../../test/world/documents.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence, OpenedManifest } from '../model/verified.ts';
import { decide } from './decide.ts';

const [A, B] = [sha('a'), sha('b')];
const NODES = ['n1', 'n2', 'n3'];
const old = manifest({
  generation: 1,
  binary_sha256: A,
  flag_ownership_table: [flag('peg', { meaning: 'm:peg' })],
});
const next = manifest({
  generation: 2,
  binary_sha256: B,
  rollback_target_manifest_sha256: old.manifest_sha256,
  bound_flags: ['rlp'],
  flag_ownership_table: [flag('peg', { meaning: 'm:peg' }), messageFlag('rlp', { unaware: 'ignore' })],
});
const all = NODES.map((name) => report(name, B));
const oneLeft = [report('n1', A), ...all.slice(1)];

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

type World = {
  readonly next?: Partial<Manifest>;
  readonly current?: Manifest | null;
  readonly reports?: NodeReport[];
  readonly history?: Manifest[];
};

function judge({ next: more = {}, current = null, reports = all, history = [old] }: World): Verdict {
  return ask(evidence(reports, history), activate({ ...next, ...more }, current));
}

function lines(verdict: Verdict): string[] {
  return verdict.findings.map(({ code, effect, hostname }) => `${code} ${effect} ${hostname}`);
}

describe('the activate gate', () => {
  it('is satisfied when every server proves the new manifest', () => {
    expect(judge({})).toMatchObject({
      gate: 'activate',
      verdict: 'ALLOW_DEPLOY',
      invariant: 'all_servers_in_cluster_run_binary_from_current_deployment_manifest',
      cluster: 'smars',
      manifest_sha256: next.manifest_sha256,
      event_id: null,
      findings: [],
      rollback: null,
      should_page_sre: false,
    });
  });

  it.each<[string, World, string[]]>([
    ['a manifest that has expired', { next: { expires_at: at(0) } }, ['manifest_expired block null']],
    [
      'a manifest of an older generation',
      { history: [old, { ...old, generation: 3, manifest_sha256: sha('3') }] },
      ['manifest_superseded block null'],
    ],
    [
      'a current manifest of another cluster',
      { current: { ...old, cluster: 'other' } },
      ['manifest_invalid block null'],
    ],
    ['a switch bound and not owned', { next: { bound_flags: ['x'] } }, ['orphan_flag block null']],
    [
      'a server left behind, and with it a flag that the new manifest drops',
      { reports: oneLeft, next: { flag_ownership_table: [messageFlag('rlp', { unaware: 'ignore' })] } },
      ['binary_mismatch block n1', 'flag_removed_too_early block null', 'split_vector block null'],
    ],
    [
      'a server left behind without traffic',
      { reports: [report('n1', A, { taking_live_traffic: false }), ...all.slice(1)] },
      ['binary_mismatch block n1'],
    ],
    ['a silent server', { reports: all.slice(1) }, ['node_silent hold n1']],
  ])('is not satisfied with %s', (_, world, expected) => {
    expect(lines(judge(world)).toSorted()).toEqual(expected.toSorted());
  });

  const orphans = NODES.map((name) => `orphan_flag block ${name}`);
  const sends = { ...old, bound_flags: ['old'], flag_ownership_table: [messageFlag('old')] };
  const oldest = { ...sends, generation: 1, manifest_sha256: sha('9') };

  it.each<[string, World, string[]]>([
    ['when it is named', { current: sends, history: [] }, orphans],
    ['when the history tells of it', { history: [sends] }, orphans],
    ['when the history tells of others beside it', { history: [old, oldest] }, []],
    ['named, whatever the history tells', { current: old, history: [old, { ...oldest, generation: 2 }] }, []],
    ['named as the one to be activated, which is none', { current: next, history: [sends] }, []],
  ])('hears the senders of the manifest in force before, %s', (_, world, expected) => {
    expect(lines(judge(world)).filter((line) => line.startsWith('orphan'))).toEqual(expected);
  });

  it('takes the word of the manifest in force before for switches on the hosts', () => {
    const bound = all.map((one) => ({ ...one, bound_flags: [{ flag: 'y', source: 'env:Y' }] }));
    const speaks = { ...old, flag_ownership_table: [flag('y', { unaware: 'ignore' as const })] };
    expect(lines(judge({ reports: bound, current: speaks, history: [] }))).toEqual([]);
    expect(lines(judge({ reports: bound, history: [speaks] }))).toEqual([]);
    expect(lines(judge({ reports: bound, current: old, history: [] }))).toEqual(orphans);
  });

  it('cannot judge a manifest that was refused', () => {
    const verdict = ask(evidence(all), { gate: 'activate', manifest: forged, current: opened(old) });
    expect(verdict).toMatchObject({
      gate: 'activate',
      verdict: 'BLOCK_DEPLOY',
      cluster: null,
      event_id: null,
    });
    expect(lines(verdict)).toEqual(['manifest_untrusted block null']);
  });

  it('blocks when the manifest in force was refused, and judges the rest', () => {
    const verdict = ask(evidence(all.slice(1)), {
      gate: 'activate',
      manifest: opened(next),
      current: forged,
    });
    expect(lines(verdict)).toEqual(['manifest_untrusted block null', 'node_silent hold n1']);
  });
});

describe('the button that somebody reaches for when an activation fails', () => {
  const wreck = (world: World) =>
    judge(world).findings.filter(({ code }) => code === 'rollback_would_corrupt_cluster');
  const reusing: World['next'] = {
    bound_flags: ['peg'],
    flag_ownership_table: [messageFlag('peg', { meaning: 'm:rlp' })],
  };

  it('is warned of when it would leave servers wrong', () => {
    expect(wreck({ reports: oneLeft, next: reusing })).toMatchObject([
      {
        effect: 'none',
        phase: 'after_rollback',
        flag: 'peg',
        expected: 0,
        actual: 3,
        where: ['host:n1', 'host:n2', 'host:n3'],
        sentence: "A rollback from here would leave 3 of 3 servers wrong by 'peg' (1 now): n1, n2, n3.",
      },
    ]);
    expect(judge({ reports: oneLeft, next: reusing }).block_reason).toContain(
      'A rollback from here would leave 3 of 3',
    );
  });

  it('counts silent servers among the wrong', () => {
    expect(wreck({ reports: oneLeft.slice(0, 2), next: reusing })).toMatchObject([{ actual: 3 }]);
  });

  it.each<[string, World]>([
    ['when it would leave none wrong', { reports: oneLeft }],
    ['when nothing is wrong now', { next: reusing }],
    [
      'when no way back is named',
      { reports: oneLeft, next: { ...reusing, rollback_target_manifest_sha256: null } },
    ],
    [
      'when nothing is said of a way back',
      { reports: oneLeft, next: { ...reusing, rollback_target_manifest_sha256: undefined } },
    ],
    ['when nobody has the way back', { reports: oneLeft, next: reusing, history: [] }],
  ])('is not warned of %s', (_, world) => {
    expect(wreck(world)).toEqual([]);
  });
});
