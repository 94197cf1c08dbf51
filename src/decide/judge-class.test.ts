import { describe, expect, it } from 'vitest';
import { at, flag, sha } from '../../test/world/documents.ts';
import {
  type ClassWorld,
  declaring,
  judgeServers as judge,
  other,
  reference,
  x,
} from '../../test/world/server-class.ts';
import type { FlagOwnership } from '../model/flag.ts';

const [A, B, D] = [sha('a'), sha('b'), sha('d')];
const C = sha('c');

function codes(world: ClassWorld): string[] {
  return judge(world).seeds.map((seed) => seed.code);
}

describe('servers', () => {
  it.each<[string, ClassWorld, string[], boolean]>([
    ['as the manifest says', {}, [], false],
    ['with the manifest’s switch', { nodes: x() }, [], false],
    ['on another binary', { nodes: { binary: B, onDisk: B } }, ['binary_mismatch'], true],
    [
      'on a binary that nobody knows',
      { nodes: { binary: D, onDisk: D } },
      ['binary_mismatch', 'unknown_binary'],
      true,
    ],
    ['with another file on disk', { nodes: { onDisk: B } }, ['stale_process'], false],
    ['with nothing known of the disk', { nodes: { onDisk: null } }, [], false],
    ['with another config on disk', { nodes: { configOnDisk: D } }, ['stale_config'], false],
    ['with the same config on disk', { nodes: { configOnDisk: C } }, [], false],
    [
      'with a config on disk and none known in use',
      { nodes: { config: null, configOnDisk: D } },
      ['config_mismatch'],
      false,
    ],
    ['with another config', { nodes: { config: D } }, ['config_mismatch'], false],
    ['with no config reported', { nodes: { config: null } }, ['config_mismatch'], false],
    [
      'where configs are not compared',
      { nodes: { config: D }, reference: { ...reference, config_sha256: null } },
      [],
      false,
    ],
    [
      'where nothing is said of configs',
      { nodes: { config: D }, reference: { ...reference, config_sha256: undefined } },
      [],
      false,
    ],
    [
      'on another binary, whose config is its own',
      { nodes: { binary: B, onDisk: B, config: D } },
      ['binary_mismatch'],
      true,
    ],
    ['with a switch of nobody', { nodes: x({ flag: 'y' }) }, ['orphan_flag'], true],
    [
      'with a sleeping switch that is only told',
      {
        nodes: x(),
        reference: { ...reference, flag_ownership_table: [flag('x', { state: 'dormant' })] },
        policy: { on_dormant_bound: 'warn' },
      },
      ['dormant_flag_bound'],
      false,
    ],
    ['on a declared pair', { nodes: { binary: B, onDisk: B }, reference: declaring(C) }, [], false],
    [
      'on a declared binary with any config',
      { nodes: { binary: B, onDisk: B, config: D }, reference: declaring(null) },
      [],
      false,
    ],
    [
      'on a declared binary with another config',
      { nodes: { binary: B, onDisk: B, config: D }, reference: declaring(C) },
      ['binary_mismatch'],
      true,
    ],
    [
      'on a pair declared until now',
      { nodes: { binary: B, onDisk: B }, reference: declaring(C, at(0)) },
      ['binary_mismatch'],
      true,
    ],
    [
      'on a declared pair that the policy does not allow',
      { nodes: { binary: B, onDisk: B }, reference: declaring(C), policy: { allow_declared_split: false } },
      ['binary_mismatch'],
      true,
    ],
    [
      'on a declared binary that nobody knows',
      { nodes: { binary: B, onDisk: B }, reference: declaring(C), known: [] },
      ['unknown_binary'],
      false,
    ],
    [
      'on the manifest’s binary with another config that is declared',
      {
        nodes: { config: D },
        reference: {
          ...reference,
          declared_split: { pairs: [{ binary_sha256: A, config_sha256: D }], reason: 'config canary' },
        },
      },
      [],
      false,
    ],
    [
      'on a declared pair, whose own manifest speaks for its switches too',
      {
        nodes: { binary: B, onDisk: B, ...x({ flag: 'own' }) },
        reference: declaring(C),
        known: [{ ...other, flag_ownership_table: [flag('own')] }],
      },
      [],
      false,
    ],
    [
      'on another binary, whose own manifest is not in force',
      {
        nodes: { binary: B, onDisk: B, ...x({ flag: 'own' }) },
        known: [{ ...other, flag_ownership_table: [flag('own')] }],
      },
      ['binary_mismatch', 'undeclared_flag_bound'],
      true,
    ],
  ])('%s', (_, world, expected, isHaunted) => {
    expect(codes(world)).toEqual(expected);
    expect(judge(world).isHaunted).toBe(isHaunted);
  });

  it('are on the manifest’s binary or not, declared or not', () => {
    expect(judge({}).isOnManifestBinary).toBe(true);
    expect(judge({ nodes: { binary: B }, reference: declaring(C) }).isOnManifestBinary).toBe(false);
  });

  it('get each fact about a switch once', () => {
    const twice = [
      { flag: 'y', source: 'env:Y' },
      { flag: 'y', source: 'env:Y' },
      { flag: 'y', source: 'env:Z' },
    ];
    const seeds = judge({ nodes: { bound: twice } }).seeds;
    expect(seeds.map((seed) => seed.where.join())).toEqual(['env:Y', 'env:Z']);
  });

  it('get facts about two flags from one place apart', () => {
    const two = [
      { flag: 'y', source: 'env:Y' },
      { flag: 'z', source: 'env:Y' },
    ];
    expect(judge({ nodes: { bound: two } }).seeds.map((seed) => seed.flag)).toEqual(['y', 'z']);
  });

  it('get facts of two kinds about one flag apart, and two meanings of it', () => {
    const two = [
      { flag: 'x', source: 'env:X', meaning: 'm:2' },
      { flag: 'x', source: 'env:X', meaning: 'm:3' },
    ];
    const asleep = { ...reference, flag_ownership_table: [flag('x', { state: 'dormant' })] };
    expect(
      judge({ nodes: { bound: two }, reference: asleep }).seeds.map((seed) => [seed.code, seed.expected]),
    ).toEqual([
      ['flag_reused', 'm:2'],
      ['dormant_flag_bound', 'live'],
      ['flag_reused', 'm:3'],
    ]);
  });
});

const rowsOf = (...rows: FlagOwnership[]): ClassWorld => ({
  known: [{ ...other, flag_ownership_table: rows }],
});
const bound = (...flags: string[]) =>
  flags.map((name) => ({ flag: name, source: 'env:X', meaning: `m:${name}` }));

describe('the switches of servers on another binary', () => {
  it.each<[string, ClassWorld, string[], string | null]>([
    ['none', rowsOf(), [], null],
    ['all understood', rowsOf(flag('y')), ['y'], 'live'],
    ['one asleep', rowsOf(flag('y'), flag('z', { state: 'dormant' })), ['y', 'z'], 'legacy_dormant'],
    ['one that means something else', rowsOf(flag('y', { meaning: 'm:?' })), ['y'], 'reused'],
    [
      'one asleep that means something else',
      rowsOf(flag('y', { meaning: 'm:?', state: 'dormant' })),
      ['y'],
      'legacy_dormant',
    ],
    ['one of nobody', rowsOf(flag('y')), ['y', 'z'], 'orphan'],
    [
      'one of nobody and one that means something else',
      rowsOf(flag('y', { meaning: 'm:?' })),
      ['y', 'z'],
      'reused',
    ],
    ['of a binary that nobody knows', { known: [] }, ['y'], 'orphan'],
  ])('%s', (_, world, names, expected) => {
    const judgement = judge({
      ...world,
      nodes: { binary: B, bound: bound(...names, ...names).toReversed() },
    });
    expect(judgement.flagType).toBe(expected);
    expect(judgement.flags).toEqual(names);
  });

  it('one that nobody spoke for is not called reused', () => {
    const { flagType } = judge({
      ...rowsOf(flag('y')),
      nodes: { binary: B, bound: [{ flag: 'y', source: 'env:Y' }] },
    });
    expect(flagType).toBe('live');
  });
});
