import { describe, expect, it } from 'vitest';
import { at, manifest, NOW, POLICY, sha } from '../../test/world/documents.ts';
import type { DeclaredSplit, Manifest } from '../model/manifest.ts';
import type { NodeClass } from './node-class.ts';
import { isDeclaredPair, judgeVector } from './vector.ts';

const [A, B, C, D] = [sha('a'), sha('b'), sha('c'), sha('d')];

function split(more: Partial<DeclaredSplit> = {}): Manifest {
  return manifest({
    generation: 2,
    binary_sha256: A,
    declared_split: { pairs: [{ binary_sha256: B, config_sha256: C }], reason: 'canary', ...more },
  });
}

function nodes(binary: string, config: string | null, hostnames: string[], live = true): NodeClass {
  const nothing = { configOnDisk: null, holds: [], bound: [], received: [], reports: [] };
  return { binary, onDisk: binary, config, live, hostnames, ...nothing };
}

const plain = manifest({ generation: 2, binary_sha256: A });

describe('a declared pair', () => {
  it.each<[string, Manifest, string, string | null, boolean]>([
    ['the pair that is declared', split(), B, C, true],
    ['another binary', split(), D, C, false],
    ['the binary with another config', split(), B, D, false],
    ['the binary with no config known', split(), B, null, false],
    [
      'any config where none is compared',
      split({ pairs: [{ binary_sha256: B, config_sha256: null }] }),
      B,
      D,
      true,
    ],
    [
      'one of several',
      split({
        pairs: [
          { binary_sha256: D, config_sha256: D },
          { binary_sha256: B, config_sha256: C },
        ],
      }),
      B,
      C,
      true,
    ],
    ['before the declaration ends', split({ until: at(0.001) }), B, C, true],
    ['at the instant it ends', split({ until: at(0) }), B, C, false],
    ['after it has ended', split({ until: at(-1) }), B, C, false],
    ['without an end', split({ until: null }), B, C, true],
    ['nothing declared', plain, B, C, false],
    [
      'no word about a split',
      manifest({ generation: 1, binary_sha256: A, declared_split: undefined }),
      B,
      C,
      false,
    ],
  ])('%s', (_, given, binary, config, expected) => {
    expect(isDeclaredPair(given, binary, config, POLICY, NOW)).toBe(expected);
  });

  it('is none where the policy lets nobody declare one', () => {
    expect(isDeclaredPair(split(), B, C, { ...POLICY, allow_declared_split: false }, NOW)).toBe(false);
  });
});

describe('live traffic', () => {
  const judge = (classes: NodeClass[], given: Manifest = plain) =>
    judgeVector(classes, given, POLICY, NOW, 'block');

  it.each<[string, NodeClass[], Manifest]>([
    ['none at all', [], plain],
    ['on one version, be it the wrong one', [nodes(B, C, ['n1', 'n2'])], plain],
    ['on one version in two classes', [nodes(A, C, ['n1']), nodes(A, C, ['n2'])], plain],
    ['beside a server without traffic', [nodes(A, C, ['n1']), nodes(B, C, ['n2'], false)], plain],
    ['on a declared split', [nodes(A, C, ['n1']), nodes(B, C, ['n2'])], split()],
    [
      'on configs that are not compared',
      [nodes(A, C, ['n1']), nodes(A, D, ['n2'])],
      manifest({ generation: 1, binary_sha256: A, config_sha256: null }),
    ],
    [
      'on configs that are not spoken of',
      [nodes(A, C, ['n1']), nodes(A, D, ['n2'])],
      manifest({ generation: 1, binary_sha256: A, config_sha256: undefined }),
    ],
  ])('%s is no split', (_, classes, given) => {
    expect(judge(classes, given)).toEqual([]);
  });

  it('is split over two binaries', () => {
    const [seed, ...more] = judge([nodes(B, C, ['n3']), nodes(A, C, ['n1', 'n2'])]);
    expect(more).toEqual([]);
    expect(seed).toMatchObject({
      code: 'split_vector',
      effect: 'block',
      phase: 'now',
      flag: null,
      expected: 'one version under live traffic',
      actual:
        '2 versions: 2 on aaaaaaaaaaaa with config cccccccccccc, 1 on bbbbbbbbbbbb with config cccccccccccc',
      where: [`binary:${A}`, `binary:${B}`],
    });
    expect(seed?.sentence('')).toBe(
      'Live traffic is split over 2 versions (2 on aaaaaaaaaaaa with config cccccccccccc, 1 on bbbbbbbbbbbb with config cccccccccccc), and no manifest declares it.',
    );
  });

  it('is split over two configs, and over one that nobody reported', () => {
    const [seed] = judge([nodes(A, null, ['n1']), nodes(A, C, ['n2'])]);
    expect(seed?.actual).toBe(
      '2 versions: 1 on aaaaaaaaaaaa with config nothing known, 1 on aaaaaaaaaaaa with config cccccccccccc',
    );
  });

  it('is split over binaries where configs are not compared', () => {
    const given = manifest({ generation: 1, binary_sha256: A, config_sha256: null });
    const [seed] = judge([nodes(B, C, ['n1']), nodes(A, C, ['n2']), nodes(A, D, ['n3'])], given);
    expect(seed?.actual).toBe('2 versions: 2 on aaaaaaaaaaaa, 1 on bbbbbbbbbbbb');
  });

  it('is split when two strangers share it and nobody runs the manifest', () => {
    expect(judge([nodes(B, C, ['n1']), nodes(D, C, ['n2'])])).toHaveLength(1);
  });

  it('is split when one of three is not declared', () => {
    expect(judge([nodes(A, C, ['n1']), nodes(B, C, ['n2']), nodes(D, C, ['n3'])], split())).toHaveLength(1);
  });

  it('has the effect it is asked for', () => {
    const classes = [nodes(B, C, ['n1']), nodes(A, C, ['n2'])];
    expect(judgeVector(classes, plain, POLICY, NOW, 'none')[0]?.effect).toBe('none');
  });

  it('counts a server once per version, however many classes it is in', () => {
    const [seed] = judge([nodes(A, C, ['n1']), nodes(A, C, ['n1', 'n2']), nodes(B, C, ['n1'])]);
    expect(seed?.actual).toContain('2 on aaaaaaaaaaaa');
  });
});
