import { describe, expect, it } from 'vitest';
import {
  ANSWER,
  at,
  evidence,
  flag,
  manifest,
  messageFlag,
  NOW,
  opened,
  plan,
  POLICY,
  proof,
  report,
  sha,
} from '../../test/world/documents.ts';
import type { Intent } from '../model/intent.ts';
import type { Manifest } from '../model/manifest.ts';
import type { NodeReport } from '../model/node-report.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { decide } from './decide.ts';

const [A, B] = [sha('a'), sha('b')];
const NODES = ['n1', 'n2', 'n3'];
const old = manifest({ generation: 1, binary_sha256: A });
const next = manifest({ generation: 2, binary_sha256: B });

const body = (name: string, more: Partial<NodeReport> = {}) =>
  report(name, B, { challenge: ANSWER, ...more });
const bodies = NODES.map((name) => body(name));

const ask = (given: Evidence, intent: Intent): Verdict => decide(given, intent, POLICY, NOW);

function said(verdict: Verdict): string[] {
  return verdict.findings.map(({ code, hostname }) => `${code} ${hostname}`);
}

describe('the proof gate', () => {
  it('is satisfied when every server has shown its body', () => {
    expect(ask(evidence(bodies), proof(next))).toMatchObject({
      verdict: 'PROVEN',
      event_id: 'e1',
      manifest_sha256: next.manifest_sha256,
      cluster: 'smars',
      block_reason: null,
      findings: [],
    });
  });

  it.each<[string, NodeReport[], string[], string]>([
    ['one is silent', bodies.slice(1), ['not_proven null', 'node_silent n1'], '2 of 3'],
    [
      'one answers another event',
      [body('n1', { challenge: { event_id: 'e0', nonce: 'nonce-1' } }), ...bodies.slice(1)],
      ['not_proven null', 'proof_replayed n1'],
      '2 of 3',
    ],
    [
      'one contradicts itself',
      [...bodies, body('n1', { binary_sha256: A, binary_on_disk_sha256: A })],
      ['split_vector null', 'binary_mismatch n1', 'unknown_binary n1', 'equivocation n1', 'not_proven null'],
      '2 of 3',
    ],
    [
      'two do not match',
      [body('n1', { config_sha256: A }), body('n2', { config_sha256: A }), body('n3')],
      ['split_vector null', 'config_mismatch n1', 'config_mismatch n2', 'not_proven null'],
      '1 of 3',
    ],
  ])('is not when %s', (_, reports, findings, actual) => {
    const verdict = ask(evidence(reports), proof(next));
    expect(verdict.verdict).toBe('QUARANTINE');
    expect(said(verdict).sort()).toEqual(findings.sort());
    expect(verdict.findings.find((finding) => finding.code === 'not_proven')).toEqual({
      code: 'not_proven',
      effect: 'hold',
      phase: 'now',
      hostname: null,
      flag: null,
      expected: '3 of 3 servers proven',
      actual,
      where: [],
      sentence: `${actual} servers have proven that they match.`,
      remedy: 'Keep the cluster out of live traffic until every server has shown its body.',
    });
  });

  it('counts only servers of the inventory as unproven', () => {
    const verdict = ask(evidence([...bodies, body('n9')]), proof(next));
    expect(verdict.verdict).toBe('QUARANTINE');
    expect(said(verdict)).toEqual(['node_unlisted n9']);
  });

  it('says that all have proven themselves when only the manifest is at fault', () => {
    const verdict = ask(evidence(bodies), proof({ ...next, expires_at: at(0) }));
    expect(verdict.verdict).toBe('QUARANTINE');
    expect(said(verdict)).toEqual(['manifest_expired null']);
  });

  it('does not hold what is only shown against a server', () => {
    const warn = { ...next, flag_ownership_table: [flag('x', { state: 'dormant' as const })] };
    const bound = bodies.map((one) => ({ ...one, bound_flags: [{ flag: 'x', source: 'env:X' }] }));
    const given = evidence([...bound, body('n1', { cluster: 'other' })]);
    const verdict = decide(given, proof(warn), { ...POLICY, on_dormant_bound: 'warn' }, NOW);
    expect(verdict.verdict).toBe('PROVEN');
    expect(said(verdict)).toHaveLength(4);
  });

  it('cannot judge a manifest that was refused', () => {
    const intent: Intent = {
      gate: 'proof',
      manifest: {
        ok: false,
        refused: {
          reason: 'digest_mismatch',
          detail: 'it was changed',
          source: 'm.json',
          claimed_hostname: null,
        },
      },
      current: null,
      plan: null,
      event_id: 'e7',
      nonce: 'n',
    };
    expect(ask(evidence(bodies), intent)).toMatchObject({
      verdict: 'QUARANTINE',
      event_id: 'e7',
      manifest_sha256: null,
      cluster: null,
      findings: [
        {
          code: 'manifest_invalid',
          effect: 'block',
          sentence: 'Manifest m.json was refused: it was changed.',
        },
      ],
    });
  });
});

describe('the manifest in force before the event', () => {
  const emitting = (more: Partial<Manifest> = {}): Manifest => ({
    ...old,
    bound_flags: ['x'],
    flag_ownership_table: [messageFlag('x', { meaning: 'm:before' })],
    ...more,
  });
  const orphans = NODES.map((name) => `orphan_flag ${name}`);

  it.each<[string, Evidence, Intent, string[]]>([
    ['still emits when it is named', evidence(bodies), proof(next, emitting()), orphans],
    ['still emits when the history tells of it', evidence(bodies, [emitting()]), proof(next), orphans],
    [
      'is the newest of the history',
      evidence(bodies, [{ ...old, generation: 3, manifest_sha256: sha('7') }, emitting()]),
      proof(next),
      [],
    ],
    [
      'still emits to servers that were drained: they are let in once they have proven themselves',
      evidence(bodies.map((one) => ({ ...one, taking_live_traffic: false }))),
      proof(next, emitting()),
      orphans,
    ],
    ['is not the one that is proven', evidence(bodies, [next, emitting()]), proof(next), orphans],
    [
      'is nothing when the one that is proven is named',
      evidence(bodies, [emitting()]),
      proof(next, next),
      [],
    ],
    [
      'does not emit what the plan withdrew',
      evidence(bodies),
      proof(next, emitting(), plan({ withdraw_flags: ['x'] })),
      [],
    ],
    [
      'emits what the plan did not withdraw',
      evidence(bodies),
      proof(next, emitting(), plan({ withdraw_flags: ['y'] })),
      orphans,
    ],
    [
      'emits under a plan that speaks of no flags',
      evidence(bodies),
      proof(next, emitting(), plan({ withdraw_flags: undefined })),
      orphans,
    ],
  ])('%s', (_, given, intent, expected) => {
    const verdict = ask(given, intent);
    expect(said(verdict).filter((line) => !line.startsWith('not_proven'))).toEqual(expected);
  });

  it('must be about the same cluster', () => {
    const verdict = ask(evidence(bodies), proof(next, { ...old, cluster: 'other' }));
    expect(verdict.verdict).toBe('QUARANTINE');
    expect(verdict.findings.map((finding) => finding.sentence)).toEqual([
      'Manifest deployment-1 is for cluster other, not smars.',
    ]);
  });

  it('gives names on the hosts their meaning where the proven manifest gives none', () => {
    const before = { ...old, flag_ownership_table: [flag('x', { meaning: 'm:before' })] };
    const bound = bodies.map((one) => ({ ...one, bound_flags: [{ flag: 'x', source: 'env:X' }] }));
    const after = { ...next, flag_ownership_table: [flag('y')] };
    expect(said(ask(evidence(bound), proof(after, before)))).toContain('orphan_flag n1');
    expect(opened(before).ok).toBe(true);
  });

  it('gives no meaning to a switch by its own messages', () => {
    const own = { ...next, bound_flags: ['x'], flag_ownership_table: [messageFlag('x', { owner: null })] };
    expect(ask(evidence(bodies), proof(own)).verdict).toBe('PROVEN');
  });
});
