import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  deploy,
  evidence,
  flag,
  manifest,
  messageFlag,
  NOW,
  plan,
  POLICY,
  sha,
} from '../../test/world/documents.ts';
import type { Manifest } from '../model/manifest.ts';
import { decide } from './decide.ts';
import { judgeWayBack } from './way-back.ts';

const HOSTS = ['s-1', 's-2', 's-3'];
const PEG = flag('switch_7', { meaning: 'm:peg', state: 'dormant' });
const RLP = messageFlag('switch_7', { meaning: 'm:rlp' });

function old(more: Partial<Manifest> = {}): Manifest {
  return manifest({ generation: 1, binary_sha256: sha('a'), cluster_inventory: HOSTS, ...more });
}

function next(more: Partial<Manifest> = {}): Manifest {
  return manifest({ generation: 2, binary_sha256: sha('b'), cluster_inventory: HOSTS, ...more });
}

const KNIGHT = {
  manifest: next({ bound_flags: ['switch_7'], flag_ownership_table: [RLP] }),
  target: old({ bound_flags: [], flag_ownership_table: [PEG] }),
  known: [],
  plan: null,
  policy: POLICY,
  now: NOW,
};

describe('the way back from a manifest', () => {
  it('would make every server of Knight wrong, and says why', () => {
    const answer = judgeWayBack(KNIGHT);
    expect(answer).toMatchObject({ corrupts: true, serversWrong: 3 });
    expect(answer.reasons[0]).toMatch(/^order-gateway would go on sending flag 'switch_7'/);
    expect(answer.reasons[1]).toMatch(/sent to s-1 .* means m:peg \(dormant\)/);
    expect(answer.reasons.filter((reason) => reason.includes('s-2'))).toEqual([]);
  });

  it('is open when the plan makes the senders stop first', () => {
    const withdrawing = plan({
      withdraw_flags: ['switch_7'],
      target_manifest_sha256: KNIGHT.target.manifest_sha256,
    });
    expect(judgeWayBack({ ...KNIGHT, plan: withdrawing })).toEqual({
      corrupts: false,
      serversWrong: 0,
      reasons: [],
    });
  });

  it('is open when both binaries own the same switches', () => {
    const both = { bound_flags: ['switch_7'], flag_ownership_table: [RLP] };
    expect(judgeWayBack({ ...KNIGHT, target: old(both) })).toEqual({
      corrupts: false,
      serversWrong: 0,
      reasons: [],
    });
  });

  it('is not known without a target and without a plan', () => {
    expect(judgeWayBack({ ...KNIGHT, target: null })).toEqual({
      corrupts: null,
      serversWrong: 0,
      reasons: [],
    });
  });

  it('corrupts when a plan leads nobody knows where', () => {
    const answer = judgeWayBack({ ...KNIGHT, target: null, plan: plan({ mechanism: 'mutable_reference' }) });
    expect(answer).toMatchObject({ corrupts: true, serversWrong: 3 });
    expect(answer.reasons.join(' ')).toContain('Nobody can say what s-1 would run');
  });

  it('takes what ran before from the other manifests when the newest is uninstalled', () => {
    const uninstall = plan({ mechanism: 'uninstall_latest', scope: ['binary'] });
    const answer = judgeWayBack({ ...KNIGHT, target: null, known: [KNIGHT.target], plan: uninstall });
    expect(answer).toMatchObject({ corrupts: true, serversWrong: 3 });
    expect(answer.reasons.join(' ')).toContain('means m:peg (dormant)');
  });

  it('takes what ran before from the target too', () => {
    const uninstall = plan({ mechanism: 'uninstall_latest', scope: ['binary'] });
    expect(judgeWayBack({ ...KNIGHT, plan: uninstall }).reasons.join(' ')).toContain('means m:peg (dormant)');
  });

  it('leaves out what the policy only shows', () => {
    const policy = { ...POLICY, on_dormant_bound: 'warn' as const };
    const asleep = { ...RLP, state: 'dormant' as const };
    const target = old({ bound_flags: [], flag_ownership_table: [asleep] });
    expect(judgeWayBack({ ...KNIGHT, target, policy })).toEqual({
      corrupts: false,
      serversWrong: 0,
      reasons: [],
    });
  });
});

const anyRow = fc.record({
  flag: fc.constantFrom('a', 'b'),
  meaning: fc.constantFrom('m:1', 'm:2'),
  state: fc.constantFrom('live', 'dormant', 'shackled', 'retired'),
  travels_in: fc.constantFrom<('message' | 'config')[][]>(['message'], ['config'], []),
  unaware: fc.constantFrom('ignore', 'refuse'),
});
const anyTable = fc
  .uniqueArray(anyRow, { selector: (row) => row.flag })
  .map((rows) => rows.map((row) => flag(row.flag, { ...row, senders: ['gw'] })));
const anyBound = fc.uniqueArray(fc.constantFrom('a', 'b'));
const anyPlan = fc.option(
  fc.record({
    mechanism: fc.constantFrom('to_manifest', 'uninstall_latest', 'mutable_reference', 'copy_from_node'),
    scope: fc.constantFrom<('binary' | 'config')[][]>(['binary'], ['config'], ['binary', 'config']),
    withdraw_flags: anyBound,
  }),
);

describe('the field that is written into a manifest', () => {
  it('is what the deploy gate says of it', () => {
    fc.assert(
      fc.property(
        anyTable,
        anyBound,
        anyTable,
        anyBound,
        anyPlan,
        (before, boundBefore, after, boundAfter, way) => {
          const target = old({ flag_ownership_table: before, bound_flags: boundBefore });
          const subject = next({
            flag_ownership_table: after,
            bound_flags: boundAfter,
            rollback_target_manifest_sha256: target.manifest_sha256,
          });
          const chosen =
            way === null ? null : plan({ ...way, target_manifest_sha256: target.manifest_sha256 });
          const answer = judgeWayBack({
            manifest: subject,
            target,
            known: [],
            plan: chosen,
            policy: POLICY,
            now: NOW,
          });
          const verdict = decide(evidence([]), deploy(subject, target, chosen), POLICY, NOW);
          expect(answer.corrupts).toBe(verdict.rollback?.rollback_would_corrupt_cluster);
          expect(answer.serversWrong).toBe(verdict.rollback?.servers_wrong_after);
        },
      ),
    );
  });
});
