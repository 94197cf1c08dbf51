import { describe, expect, it } from 'vitest';
import type { Manifest } from '../model/manifest.ts';
import * as world from '../../test/world/documents.ts';
import { decide } from './decide.ts';

const old = world.manifest({ generation: 1, binary_sha256: world.sha('a') });
const next = world.manifest({ generation: 2, binary_sha256: world.sha('b') });
const twin = world.manifest({
  generation: 2,
  binary_sha256: world.sha('d'),
  manifest_sha256: world.sha('e'),
});
const all = (binary: string) => ['n1', 'n2', 'n3'].map((host) => world.report(host, binary));

const sending = (generation: number, binary: string, more: Partial<Manifest> = {}): Manifest =>
  world.manifest({
    generation,
    binary_sha256: world.sha(binary),
    bound_flags: ['x'],
    flag_ownership_table: [world.messageFlag('x')],
    ...more,
  });
const quiet = { bound_flags: [], config_sha256: world.sha('c') };

describe('a rollback that does not say what it leaves', () => {
  it.each([
    [
      'is allowed when servers run the newest manifest known',
      [old, next],
      all(world.sha('b')),
      'ALLOW_ROLLBACK',
      undefined,
    ],
    [
      'holds when a server runs a binary that no manifest describes',
      [old],
      all(world.sha('b')),
      'HOLD',
      'a server runs binary bbbbbbbbbbbb, which none of those known describes',
    ],
    [
      'holds when two manifests are the newest',
      [old, next, twin],
      all(world.sha('b')),
      'HOLD',
      'two manifests of generation 2 are known (deployment-2 and deployment-2)',
    ],
    [
      'holds when no server runs the newest',
      [old, next],
      all(world.sha('a')),
      'HOLD',
      'no server runs the newest one known (deployment-2)',
    ],
  ])('%s', (_title, history, reports, word, said) => {
    const verdict = decide(
      world.evidence(reports, history),
      world.rollback(old, null),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.verdict).toBe(word);
    const doubt = verdict.findings.find((each) => each.code === 'manifest_invalid')?.sentence;
    expect(doubt?.slice(0, -1)).toBe(
      said === undefined ? undefined : `Nobody said which manifest is being left, and ${said}`,
    );
  });

  it.each([
    [
      'the same binary with another config',
      [old, sending(2, 'b'), sending(3, 'b', quiet)],
      all(world.sha('b')),
    ],
    [
      'a copy that was begun',
      [old, sending(2, 'b'), sending(3, 'd', quiet)],
      [world.report('n1', world.sha('d')), ...all(world.sha('b')).slice(1)],
    ],
  ])('holds when an older one, which sends more, may be in force: %s', (_, history, reports) => {
    const verdict = decide(
      world.evidence(reports, history),
      world.rollback(old, null),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.findings.map((each) => each.sentence)).toContain(
      "Nobody said which manifest is being left, and servers run the binary of deployment-2 too, which sends flag 'x' and the newest one known (deployment-3) does not.",
    );
    expect(verdict.verdict).not.toBe('ALLOW_ROLLBACK');
  });

  it.each([
    ['the newest sends as much', [old, sending(2, 'b'), sending(3, 'b')], old],
    [
      'only the target sends it',
      [sending(1, 'b', { config_sha256: world.sha('e') }), next],
      sending(1, 'b', { config_sha256: world.sha('e') }),
    ],
    [
      'the sender’s binary runs nowhere',
      [old, sending(2, 'd'), world.manifest({ generation: 3, binary_sha256: world.sha('b') })],
      old,
    ],
  ])('does not hold for senders that are heard anyway: %s', (_, history, target) => {
    const verdict = decide(
      world.evidence(all(world.sha('b')), history),
      world.rollback(target, null),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.findings.filter((each) => each.code === 'manifest_invalid')).toEqual([]);
  });

  it('asks nothing more once it is said', () => {
    const verdict = decide(
      world.evidence(all(world.sha('a')), [old, next]),
      world.rollback(old, next),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.findings.filter((each) => each.code === 'manifest_invalid')).toEqual([]);
  });

  it('is not in doubt about a cluster that is silent; silence holds by itself', () => {
    const verdict = decide(
      world.evidence([], [old, next]),
      world.rollback(old, null),
      world.POLICY,
      world.NOW,
    );
    expect(verdict.verdict).toBe('HOLD');
    expect(verdict.findings.filter((each) => each.code === 'manifest_invalid')).toEqual([]);
  });
});
