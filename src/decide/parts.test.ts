import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import type { Artifact } from '../model/manifest.ts';
import { decide } from './decide.ts';
import { judgeParts } from './parts.ts';
import { findingOf } from './seed.ts';

const [A, B] = [world.sha('a'), world.sha('b')];

function part(name: string, fit: Pick<Artifact, 'provides' | 'needs'> = {}): Artifact {
  return { name, kind: 'executable', sha256: world.sha(name), ...fit };
}

function judge(artifacts: Artifact[] | undefined) {
  const manifest = world.manifest({ generation: 1, binary_sha256: A, ...(artifacts && { artifacts }) });
  return judgeParts(manifest).map((seed) => findingOf(seed, null));
}

describe('the parts of a manifest', () => {
  it.each<[string, Artifact[] | undefined, string[]]>([
    ['that names none', undefined, []],
    ['that say nothing of each other', [part('a'), part('b')], []],
    [
      'of which one offers what the other needs',
      [part('a', { provides: ['x/1'] }), part('b', { needs: ['x/1'] })],
      [],
    ],
    ['of which one offers what it needs itself', [part('a', { provides: ['x/1'], needs: ['x/1'] })], []],
    [
      'of which one offers another version',
      [part('a', { provides: ['x/2'] }), part('b', { needs: ['x/1'] })],
      ['x/1'],
    ],
    ['of which nobody offers anything', [part('a', { needs: ['x/1'] })], ['x/1']],
    ['that need two things, and one of them twice', [part('a', { needs: ['y', 'x', 'y'] })], ['x', 'y']],
    ['in any order', [part('b', { needs: ['x'] }), part('a', { needs: ['y'] })], ['y', 'x']],
  ])('%s', (_, artifacts, needs) => {
    const findings = judge(artifacts);
    expect(findings.map(({ code }) => code)).toEqual(needs.map(() => 'parts_do_not_fit'));
    expect(findings.map(({ expected }) => expected)).toEqual(needs);
  });

  it('are told by name, with what there is instead', () => {
    const [finding, ...more] = judge([part('b', { needs: ['x/1'] }), part('a', { provides: ['z', 'x/2'] })]);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ effect: 'block', actual: 'x/2, z', hostname: null });
    expect(finding?.where).toEqual(['artifact:b', 'manifest:deployment-1']);
    expect(finding?.sentence).toBe(
      'Part b of manifest deployment-1 needs x/1, and no part of it provides that.',
    );
    expect(judge([part('b', { needs: ['x/1'] })])[0]?.actual).toBe(null);
  });

  it('are asked for at every gate, and on the way back', () => {
    const old = world.manifest({ generation: 1, binary_sha256: A });
    const bad = world.manifest({
      generation: 2,
      binary_sha256: B,
      artifacts: [part('b', { needs: ['x'] })],
      rollback_target_manifest_sha256: old.manifest_sha256,
    });
    const after = world.manifest({
      generation: 3,
      binary_sha256: A,
      rollback_target_manifest_sha256: bad.manifest_sha256,
    });
    const ask = (intent: Parameters<typeof decide>[1], runs: string) => {
      const reports = ['n1', 'n2', 'n3'].map((name) => world.report(name, runs, { challenge: world.ANSWER }));
      const verdict = decide(world.evidence(reports, [old, bad]), intent, world.POLICY, world.NOW);
      return [verdict.verdict, verdict.findings.filter(({ code }) => code === 'parts_do_not_fit').length];
    };
    expect(ask(world.deploy(bad, old), A)).toEqual(['BLOCK_DEPLOY', 1]);
    expect(ask(world.activate(bad, old), B)).toEqual(['BLOCK_DEPLOY', 1]);
    expect(ask(world.proof(bad, old), B)).toEqual(['QUARANTINE', 1]);
    expect(ask(world.rollback(bad, after), A)).toEqual(['BLOCK_ROLLBACK', 1]);
    expect(ask(world.deploy(after, bad), B)).toEqual(['BLOCK_DEPLOY', 1]);
    expect(ask(world.rollback(old, bad), B)).toEqual(['ALLOW_ROLLBACK', 0]);
  });
});
