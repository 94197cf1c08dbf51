import { describe, expect, it } from 'vitest';
import { sha } from '../../test/world/documents.ts';
import { type ClassWorld, declaring, judgeServers as judge } from '../../test/world/server-class.ts';
import { findingOf } from './seed.ts';

const [A, B, C, D] = [sha('a'), sha('b'), sha('c'), sha('d')];

describe('what is said of servers', () => {
  it.each<[string, ClassWorld, object]>([
    [
      'another binary',
      { nodes: { binary: B, onDisk: B } },
      {
        expected: A,
        actual: B,
        where: [`binary:${B}`],
        sentence: 'n1 runs binary bbbbbbbbbbbb, which is not in manifest deployment-2 (aaaaaaaaaaaa).',
      },
    ],
    [
      'another binary after',
      { nodes: { binary: B, onDisk: null }, phase: 'after_rollback' },
      {
        phase: 'after_rollback',
        sentence: 'n1 would run binary bbbbbbbbbbbb, which is not in manifest deployment-2 (aaaaaaaaaaaa).',
      },
    ],
    [
      'a binary that nobody knows',
      { nodes: { binary: B, onDisk: B }, reference: declaring(C), known: [] },
      {
        expected: 'a manifest that describes it',
        actual: B,
        where: [`binary:${B}`],
        sentence: 'n1 runs binary bbbbbbbbbbbb, which no known manifest describes.',
      },
    ],
    [
      'a stale process',
      { nodes: { onDisk: B } },
      {
        expected: B,
        actual: A,
        where: [`disk:${B}`, `memory:${A}`],
        sentence: 'n1 has bbbbbbbbbbbb on disk but still runs aaaaaaaaaaaa in memory.',
      },
    ],
    [
      'another config',
      { nodes: { config: D } },
      {
        expected: C,
        actual: D,
        where: [`config:${D}`],
        sentence: 'n1 runs the manifest’s binary with config dddddddddddd, not cccccccccccc.',
      },
    ],
    [
      'no config',
      { nodes: { config: null }, phase: 'after_rollback' },
      {
        phase: 'after_rollback',
        actual: null,
        where: ['config:not reported'],
        sentence: 'n1 would run the manifest’s binary with config not reported, not cccccccccccc.',
      },
    ],
  ])('%s', (_, world, expected) => {
    expect(judge(world).seeds.map((seed) => findingOf(seed, 'n1'))).toMatchObject([
      { effect: 'block', phase: 'now', flag: null, ...expected },
    ]);
  });
});
