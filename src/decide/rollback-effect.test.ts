import { describe, expect, it } from 'vitest';
import { manifest, plan, sha } from '../../test/world/documents.ts';
import type { Manifest } from '../model/manifest.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Pair } from '../model/verdict.ts';
import { registryOf } from './registry.ts';
import { defaultPlan, effectOfPlan } from './rollback-effect.ts';

function of(
  generation: number,
  binary: string,
  previous: Manifest | null = null,
  more: Partial<Manifest> = {},
): Manifest {
  return manifest({
    generation,
    binary_sha256: sha(binary),
    config_sha256: sha(String(generation)),
    previous_manifest_sha256: previous?.manifest_sha256 ?? null,
    ...more,
  });
}

const pair = (binary: string | null, config: string | null): Pair => ({
  binary_sha256: binary === null ? null : sha(binary),
  config_sha256: config === null ? null : sha(config),
});

const nobodyKnows = pair(null, null);

type World = {
  readonly way: Partial<RollbackPlan>;
  readonly known?: Manifest[];
  readonly target?: Manifest | null;
  readonly running?: string[];
  readonly source?: Pair | null;
  readonly before: Pair | null;
};

function after({ way, known = [], target = null, running = [], source = null, before }: World): Pair {
  const world = { target, registry: registryOf('smars', known), running: running.map(sha), source };
  return effectOfPlan(plan(way), world).pairAfter(before);
}

const first = of(1, 'a');
const second = of(2, 'b', first);
const uninstall = { mechanism: 'uninstall_latest' } as const;

describe('the default plan', () => {
  it('goes to the target with binary and config, withdrawing nothing', () => {
    expect(defaultPlan('smars', sha('1'))).toEqual({
      schema: 'haunted.rollback-plan/v1',
      cluster: 'smars',
      mechanism: 'to_manifest',
      scope: ['binary', 'config'],
      target_manifest_sha256: sha('1'),
      withdraw_flags: [],
    });
    expect(defaultPlan('smars', null).target_manifest_sha256).toBeNull();
  });
});

describe('what a server runs after', () => {
  it.each<[string, World, Pair]>([
    ['the target', { way: {}, target: first, before: pair('b', '2') }, pair('a', '1')],
    ['the target, heard or not', { way: {}, target: first, before: null }, pair('a', '1')],
    [
      'the target’s binary',
      { way: { scope: ['binary'] }, target: first, before: pair('b', '2') },
      pair('a', '2'),
    ],
    [
      'the target’s binary, unheard',
      { way: { scope: ['binary'] }, target: first, before: null },
      pair('a', null),
    ],
    [
      'the target’s config',
      { way: { scope: ['config'] }, target: first, before: pair('b', '2') },
      pair('b', '1'),
    ],
    [
      'the target’s config, unheard',
      { way: { scope: ['config'] }, target: first, before: null },
      pair(null, '1'),
    ],
    [
      'a target without a config',
      { way: {}, target: of(1, 'a', null, { config_sha256: undefined }), before: pair('b', '2') },
      pair('a', null),
    ],
    ['no target', { way: {}, before: pair('b', '2') }, nobodyKnows],
    [
      'the source',
      { way: { mechanism: 'copy_from_node' }, source: pair('c', '3'), before: pair('b', '2') },
      pair('c', '3'),
    ],
    [
      'the source’s binary',
      {
        way: { mechanism: 'copy_from_node', scope: ['binary'] },
        source: pair('c', '3'),
        before: pair('b', '2'),
      },
      pair('c', '2'),
    ],
    ['a silent source', { way: { mechanism: 'copy_from_node' }, before: pair('b', '2') }, nobodyKnows],
    [
      'a tag',
      { way: { mechanism: 'mutable_reference' }, target: first, before: pair('b', '2') },
      nobodyKnows,
    ],
    [
      'a tag, config only',
      { way: { mechanism: 'mutable_reference', scope: ['config'] }, before: pair('b', '2') },
      pair('b', null),
    ],
  ])('%s', (_, world, expected) => {
    expect(after(world)).toEqual(expected);
  });
});

describe('an uninstall', () => {
  const moved = of(3, 'b', second);
  const loop = [
    of(2, 'b', null, { previous_manifest_sha256: sha('3') }),
    of(3, 'b', null, { previous_manifest_sha256: sha('2') }),
  ];

  it.each<[string, Omit<World, 'way'> & { way?: World['way'] }, Pair]>([
    [
      'takes the newest away',
      { known: [first, second], running: ['a', 'b'], before: pair('b', '2') },
      pair('a', '1'),
    ],
    [
      'leaves the others alone',
      { known: [first, second], running: ['a', 'b'], before: pair('a', '7') },
      pair('a', '7'),
    ],
    [
      'leaves strangers alone',
      { known: [first, second], running: ['b', 'e'], before: pair('e', '7') },
      pair('e', '7'),
    ],
    [
      'takes the newest of those that run away, not the newest there is',
      { known: [first, second, of(3, 'c', second)], running: ['b'], before: pair('b', '2') },
      pair('a', '1'),
    ],
    [
      'goes back past manifests of the same binary',
      { known: [first, second, moved], running: ['b'], before: pair('b', '3') },
      pair('a', '1'),
    ],
    [
      'follows the chain before the generations',
      { known: [first, second, of(4, 'd', first)], running: ['d'], before: pair('d', '4') },
      pair('a', '1'),
    ],
    [
      'goes by generations where the chain is broken',
      { known: [first, second, of(4, 'd', of(3, 'c'))], running: ['d'], before: pair('d', '4') },
      pair('b', '2'),
    ],
    [
      'goes by generations where there is no chain',
      {
        known: [first, second, of(4, 'd', null, { previous_manifest_sha256: undefined })],
        running: ['d'],
        before: pair('d', '4'),
      },
      pair('b', '2'),
    ],
    [
      'goes by generations past its own binary, and never to a newer one',
      {
        known: [of(1, 'b'), of(2, 'b'), of(2, 'c', null, { manifest_sha256: sha('e') })],
        running: ['b'],
        before: pair('b', '2'),
      },
      nobodyKnows,
    ],
    [
      'ends where the chain runs in a circle',
      { known: loop, running: ['b'], before: pair('b', '3') },
      nobodyKnows,
    ],
    [
      'takes the older of another binary where the chain runs in a circle',
      { known: [first, ...loop], running: ['b'], before: pair('b', '3') },
      pair('a', '1'),
    ],
    ['has nothing to go back to', { known: [first], running: ['a'], before: pair('a', '1') }, nobodyKnows],
    ['knows none of what runs', { known: [first], running: ['e'], before: pair('e', '1') }, pair('e', '1')],
    [
      'is not known of a silent server',
      { known: [first, second], running: ['b'], before: null },
      nobodyKnows,
    ],
    [
      'of the binary leaves the config',
      {
        way: { ...uninstall, scope: ['binary'] },
        known: [first, second],
        running: ['b'],
        before: pair('b', '2'),
      },
      pair('a', '2'),
    ],
  ])('%s', (_, world, expected) => {
    expect(after({ way: uninstall, ...world })).toEqual(expected);
  });
});
