import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import type { NodeReport } from '../model/node-report.ts';
import { decide } from './decide.ts';
import { nodeJudge } from './judge-node.ts';

const [A, B] = [world.sha('a'), world.sha('b')];
const old = world.manifest({
  generation: 1,
  binary_sha256: A,
  bound_flags: ['rlp'],
  flag_ownership_table: [world.messageFlag('rlp')],
});
const next = world.manifest({ generation: 2, binary_sha256: B });
const ground = {
  manifest: next,
  before: null,
  withdrawn: ['rlp'],
  withdrawnSince: null,
  history: [],
  policy: world.POLICY,
};
const judge = nodeJudge(ground);
const shown = (report: NodeReport, more: Partial<Parameters<typeof judge>[0]> = {}) => ({
  report: world.verified(report),
  earlier: null,
  challenge: null,
  ...more,
});
const good = world.report('n1', B, { sequence: 7 });
const answer = { ...good, challenge: world.ANSWER };

describe('one server', () => {
  it.each<[string, Parameters<typeof judge>[0], readonly string[]]>([
    ['runs its manifest', shown(good), []],
    ['runs another binary', shown(world.report('n1', A)), ['binary_mismatch', 'unknown_binary']],
    ['is of no inventory', shown(world.report('n9', B)), ['node_unlisted']],
    ['shows an old look', shown({ ...good, observed_at: world.at(-301) }), ['proof_stale']],
    ['looks into the future', shown({ ...good, observed_at: world.at(31) }), ['clock_skew']],
    ['has another config', shown({ ...good, config_sha256: A }), ['config_mismatch']],
    ['restarts no process', shown({ ...good, binary_on_disk_sha256: A }), ['stale_process']],
    ['answers', shown(answer, { challenge: world.ANSWER }), []],
    ['does not answer', shown(good, { challenge: world.ANSWER }), ['proof_invalid']],
    [
      'answers another event',
      shown(answer, { challenge: { event_id: 'e9', nonce: world.ANSWER.nonce } }),
      ['proof_replayed'],
    ],
    [
      'proves again',
      shown(good, { earlier: world.verified({ ...good, sequence: 6, observed_at: world.at(-20) }) }),
      [],
    ],
    ['shows the same again', shown(good, { earlier: world.verified(good) }), ['proof_replayed']],
    [
      'shows an older one',
      shown({ ...good, sequence: 6 }, { earlier: world.verified(good) }),
      ['proof_replayed'],
    ],
    [
      'was started anew and counts from 1',
      shown(
        { ...good, sequence: 1, boot_id: 'next' },
        { earlier: world.verified({ ...good, observed_at: world.at(-60) }) },
      ),
      [],
    ],
    [
      'names no boot',
      shown(
        { ...good, sequence: 7, boot_id: null },
        { earlier: world.verified({ ...good, boot_id: null, observed_at: world.at(-60) }) },
      ),
      ['proof_replayed'],
    ],
    [
      'set its clock back',
      shown({ ...good, sequence: 8, observed_at: world.at(-100) }, { earlier: world.verified(good) }),
      ['clock_skew'],
    ],
    [
      'is older than what it showed before a new boot',
      shown({ ...good, boot_id: 'next', observed_at: world.at(-100) }, { earlier: world.verified(good) }),
      ['proof_invalid'],
    ],
  ])('%s', (_, given, codes) => {
    expect(judge(given, world.NOW)).toEqual(codes);
  });

  it('hears the senders of the manifest before, unless they stopped', () => {
    const history = [world.opened(old)];
    const hears = { ...ground, history };
    expect(nodeJudge(hears)(shown(good), world.NOW)).toEqual([]);
    const codes = nodeJudge({ ...hears, withdrawn: [] })(shown(good), world.NOW);
    expect(codes.length).toBeGreaterThan(0);
    expect(nodeJudge({ ...ground, before: old, withdrawn: [] })(shown(good), world.NOW)).toEqual(codes);
  });

  it('is judged as the proof gate judges a cluster of one', () => {
    const reports = fc.record({
      binary_sha256: fc.constantFrom(A, B),
      binary_on_disk_sha256: fc.constantFrom(A, B, null),
      config_sha256: fc.constantFrom(world.sha('c'), A, null),
      observed_at: fc.constantFrom(-400, -300, 0, 30, 31).map(world.at),
      method: fc.constantFrom('proc_exe' as const, 'self_report' as const),
      challenge: fc.constantFrom(null, world.ANSWER, { event_id: 'e9', nonce: 'x' }),
    });
    fc.assert(
      fc.property(reports, (more) => {
        const report: NodeReport = { ...good, ...more };
        const alone = { ...next, cluster_inventory: ['n1'] };
        const verdict = decide(world.evidence([report]), world.proof(alone), world.POLICY, world.NOW);
        const isAccepted = judge(shown(report, { challenge: world.ANSWER }), world.NOW).length === 0;
        expect(isAccepted).toBe(verdict.verdict === 'PROVEN');
      }),
    );
  });
});
