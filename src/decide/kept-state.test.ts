import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import { judgeServers, reference } from '../../test/world/server-class.ts';
import type { HeldState, KeptState } from '../model/kept-state.ts';
import type { Manifest } from '../model/manifest.ts';
import { decide } from './decide.ts';
import { judgeState, leftBehindBy, type Left } from './kept-state.ts';
import { findingOf } from './seed.ts';

const [A, B] = [world.sha('a'), world.sha('b')];
const rows = (reads: string[], writes?: string | null): KeptState => ({
  state: 'rows',
  lives_in: 'rows',
  reads,
  ...(writes === undefined ? {} : { writes }),
});
const held = (version: string, state = 'rows'): HeldState => ({ state, version });
const left = (version: string): Left => ({ ...held(version), source: 'manifest:m' });

function judge(given: HeldState[], leftBehind: Left[], owner: Manifest | null) {
  return judgeState(given, leftBehind, owner, 'now').map((seed) => findingOf(seed, 'n1'));
}

const reading = (...state: KeptState[]): Manifest =>
  world.manifest({ generation: 1, binary_sha256: A, state });

describe('state on another clock', () => {
  it.each<[string, HeldState[], Left[], Manifest | null, string[]]>([
    ['that is read', [held('1')], [], reading(rows(['1', '2'])), []],
    ['that is not read', [held('3')], [], reading(rows(['1', '2'])), ['3']],
    ['that somebody left behind', [], [left('3')], reading(rows(['1'])), ['3']],
    ['that is reported and left behind is told once', [held('3')], [left('3')], reading(rows(['1'])), ['3']],
    ['in two versions at once', [held('4'), held('3')], [], reading(rows(['1'])), ['3', '4']],
    ['that is none of its business', [held('3', 'keys')], [], reading(rows(['1'])), []],
    ['before a binary that says nothing of it', [held('3')], [], reading(), []],
    ['before a binary that nobody knows', [held('3')], [], null, []],
    ['of which nothing is known', [], [], reading(rows(['1'])), []],
  ])('%s', (_, given, leftBehind, owner, versions) => {
    const findings = judge(given, leftBehind, owner);
    expect(findings.map(({ code }) => code)).toEqual(versions.map(() => 'state_unreadable'));
    expect(findings.map(({ actual }) => actual)).toEqual(versions);
  });

  it('says where it lives, who left it there and what is read', () => {
    const [finding] = judge([], [left('3')], reading(rows(['1', '2'])));
    expect(finding).toMatchObject({
      effect: 'block',
      expected: '1 or 2',
      where: ['state:rows', 'manifest:m'],
    });
    expect(finding?.sentence).toBe(
      "The state 'rows' (rows) that reaches n1 is '3', and the binary there reads only '1', '2'.",
    );
    const nowhere = reading({ state: 'rows', reads: ['1'] });
    const [seed] = judgeState([held('3')], [], nowhere, 'after_rollback');
    expect(seed?.where).toEqual(['state:rows', 'report']);
    expect(seed?.sentence('n1')).toBe(
      "The state 'rows' that reaches n1 is '3', and the binary that would run there reads only '1'.",
    );
    const unsaid = judgeState([held('3')], [], reading({ ...rows(['1']), lives_in: null }), 'now');
    expect(unsaid[0]?.sentence('n1')).toMatch(/^The state 'rows' that reaches n1/);
  });

  it('is left behind by what writes it', () => {
    const manifest = reading(
      rows(['1'], '2'),
      { state: 'keys', reads: ['x'], writes: null },
      { state: 'cache', reads: ['y'] },
    );
    const nothing = world.manifest({ generation: 2, binary_sha256: B });
    expect(leftBehindBy([manifest, nothing])).toEqual([
      { state: 'rows', version: '2', source: 'manifest:deployment-1' },
    ]);
  });

  it('makes a server haunted, and reaches only those in traffic when it was left behind', () => {
    const given = { ...reference, state: [rows(['1'])] };
    const codes = (world: Parameters<typeof judgeServers>[0]) => {
      const { seeds, isHaunted } = judgeServers({ reference: given, ...world });
      return [isHaunted, ...seeds.map(({ code }) => code)];
    };
    expect(codes({ nodes: { holds: [held('1')] } })).toEqual([false]);
    expect(codes({ nodes: { holds: [held('2')] } })).toEqual([true, 'state_unreadable']);
    expect(codes({ leftBehind: [left('2')] })).toEqual([true, 'state_unreadable']);
    expect(codes({ leftBehind: [left('2')], nodes: { live: false } })).toEqual([false]);
    expect(codes({ nodes: { live: false, holds: [held('2')] } })).toEqual([true, 'state_unreadable']);
  });
});

describe('rows that the code of before cannot read', () => {
  const old = world.manifest({ generation: 1, binary_sha256: A, state: [rows(['1'], '1')] });
  const next = world.manifest({
    generation: 2,
    binary_sha256: B,
    state: [rows(['1', '2'], '2')],
    rollback_target_manifest_sha256: old.manifest_sha256,
  });
  const ask = (intent: Parameters<typeof decide>[1], runs: string, holds: HeldState[] = []) => {
    const more = { challenge: world.ANSWER, ...(holds.length === 0 ? {} : { holds }) };
    const reports = ['n1', 'n2', 'n3'].map((name) => world.report(name, runs, more));
    return decide(world.evidence(reports, [old, next]), intent, world.POLICY, world.NOW);
  };
  const codes = (verdict: ReturnType<typeof ask>) =>
    [...new Set(verdict.findings.filter(({ effect }) => effect !== 'none').map(({ code }) => code))].sort();

  it('block the deployment that would write them, days before', () => {
    const verdict = ask(world.deploy(next, old), A);
    expect(verdict.verdict).toBe('BLOCK_DEPLOY');
    expect(codes(verdict)).toEqual(['rollback_would_corrupt_cluster', 'state_unreadable']);
    expect(verdict.rollback?.servers_wrong_after).toBe(3);
  });

  it('block the way back, reported or not', () => {
    for (const holds of [[], [held('2')]]) {
      const verdict = ask(world.rollback(old, next), B, holds);
      expect(verdict.verdict).toBe('BLOCK_ROLLBACK');
      expect(verdict.rollback?.servers_wrong_after).toBe(3);
      expect(verdict.block_reason).toMatch(/by 'rows'/);
    }
  });

  it('are unproven after it', () => {
    expect(ask(world.proof(old, next), A, [held('2')]).verdict).toBe('QUARANTINE');
    expect(ask(world.proof(next, old), B, [held('2')]).verdict).toBe('PROVEN');
  });

  it('do no harm to a version that reads both forms', () => {
    const both = { ...old, state: [rows(['1', '2'], '1')] };
    const after = { ...next, rollback_target_manifest_sha256: both.manifest_sha256 };
    const reports = ['n1', 'n2', 'n3'].map((name) => world.report(name, B));
    const evidence = world.evidence(reports, [both, after]);
    expect(decide(evidence, world.rollback(both, after), world.POLICY, world.NOW).verdict).toBe(
      'ALLOW_ROLLBACK',
    );
  });
});
