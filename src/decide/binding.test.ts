import { describe, expect, it } from 'vitest';
import { at, flag, manifest, messageFlag, sha } from '../../test/world/documents.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { bindingsOf, hostBindings, messageBindings, tablesOf } from './binding.ts';
import { type FlagTable, registryOf } from './registry.ts';

const NONE = new Set<string>();

function of(generation: number, rows: FlagOwnership[], bound = rows.map((row) => row.flag)): Manifest {
  return manifest({ generation, binary_sha256: sha('a'), flag_ownership_table: rows, bound_flags: bound });
}

function table(...given: Parameters<typeof of>): FlagTable {
  return registryOf('smars', []).tableOf(of(...given));
}

describe('the switches that a manifest sends in messages', () => {
  it.each<[string, FlagTable, Set<string>, string[]]>([
    ['one for each sender', table(1, [messageFlag('x', { senders: ['a', 'b'] })]), NONE, ['x a', 'x b']],
    [
      'a sender that nobody names',
      table(1, [messageFlag('x', { senders: [] })]),
      NONE,
      ['x an unnamed sender'],
    ],
    [
      'senders that nobody speaks of',
      table(1, [messageFlag('x', { senders: undefined })]),
      NONE,
      ['x an unnamed sender'],
    ],
    [
      'beside other channels',
      table(1, [messageFlag('x', { travels_in: ['config', 'message'] })]),
      NONE,
      ['x order-gateway'],
    ],
    ['none on hosts alone', table(1, [flag('x', { travels_in: ['config'] })]), NONE, []],
    ['none where nothing is said of channels', table(1, [flag('x')]), NONE, []],
    ['none that is not bound', table(1, [messageFlag('x')], []), NONE, []],
    ['none that the table does not hold', table(1, [], ['x']), NONE, []],
    [
      'none that is withdrawn',
      table(1, [messageFlag('x'), messageFlag('y')]),
      new Set(['x']),
      ['y order-gateway'],
    ],
    ['each once', table(1, [messageFlag('x')], ['x', 'x']), NONE, ['x order-gateway']],
  ])('%s', (_, given, withdrawn, expected) => {
    expect(messageBindings(given, withdrawn).map(({ flag: name, source }) => `${name} ${source}`)).toEqual(
      expected,
    );
  });

  it('mean what their rows say', () => {
    const row = messageFlag('x');
    expect(messageBindings(table(1, [row]), NONE)).toEqual([
      { flag: 'x', meaning: 'm:x', via: 'message', source: 'order-gateway', introducedBy: row },
    ]);
  });
});

describe('the switches that a manifest sets on hosts', () => {
  it.each<[string, FlagTable, string[]]>([
    ['by config', table(1, [flag('x', { travels_in: ['config'] })]), ['x']],
    ['where nothing is said of channels', table(1, [flag('x'), flag('y', { travels_in: [] })]), ['x', 'y']],
    ['beside messages', table(1, [messageFlag('x', { travels_in: ['message', 'environment'] })]), ['x']],
    [
      'none in messages alone',
      table(1, [messageFlag('x'), messageFlag('y', { travels_in: ['message', 'message'] })]),
      [],
    ],
    ['none that is not bound', table(1, [flag('x')], []), []],
    ['none that the table does not hold', table(1, [], ['x']), []],
    ['each once', table(1, [flag('x')], ['x', 'x']), ['x']],
  ])('%s', (_, given, expected) => {
    expect(hostBindings(given).map((binding) => binding.flag)).toEqual(expected);
  });

  it('mean what their rows say, and come from the manifest', () => {
    const row = flag('x');
    expect(hostBindings(table(1, [row]))).toEqual([
      { flag: 'x', meaning: 'm:x', via: 'host', source: 'manifest:deployment-1', introducedBy: row },
    ]);
  });
});

const onHost = (more: object) => ({
  bound: [{ flag: 'x', source: 'env:X', ...more }],
  received: [],
  live: true,
});
const inMessage = (more: object) => ({
  bound: [],
  received: [{ flag: 'x', sender: 'gateway', last_seen_at: at(0), ...more }],
  live: false,
});

describe('the switches that reach servers', () => {
  const first = flag('x', { meaning: 'm:first' });
  const second = flag('x', { meaning: 'm:second' });
  const inForce = [table(1, [first]), table(2, [second, flag('y')])];
  it.each<[string, Parameters<typeof bindingsOf>, string | null, FlagOwnership | null]>([
    [
      'on the host without a meaning: what the first in force says',
      [onHost({}), inForce, [], []],
      'm:first',
      first,
    ],
    ['on the host with no word of it', [onHost({ flag: 'z' }), inForce, [], []], null, null],
    ['on the host with a null meaning', [onHost({ meaning: null }), inForce, [], []], 'm:first', first],
    [
      'on the host with its meaning: whoever says the same',
      [onHost({ meaning: 'm:second' }), inForce, [], []],
      'm:second',
      second,
    ],
    [
      'on the host with a meaning that nobody says',
      [onHost({ meaning: 'm:third' }), inForce, [], []],
      'm:third',
      null,
    ],
    [
      'on the host of a flag only the second knows',
      [onHost({ flag: 'y' }), inForce, [], []],
      'm:y',
      flag('y'),
    ],
    ['on the host, whatever senders say', [onHost({}), [], [table(3, [second])], []], null, null],
    [
      'received: what its sender says',
      [inMessage({}), inForce, [table(3, [second])], []],
      'm:second',
      second,
    ],
    ['received, where senders say nothing', [inMessage({}), inForce, [], []], 'm:first', first],
    [
      'received, with its meaning',
      [inMessage({ meaning: 'm:first' }), inForce, [table(3, [second])], []],
      'm:first',
      first,
    ],
    [
      'received, with a meaning that nobody says',
      [inMessage({ meaning: 'm:9' }), inForce, [], []],
      'm:9',
      null,
    ],
    ['received, with no word of it', [inMessage({ flag: 'z' }), inForce, [], []], null, null],
  ])('%s', (_, given, meaning, introducedBy) => {
    const [binding, ...more] = bindingsOf(...given);
    expect(more).toEqual([]);
    expect(binding).toMatchObject({ meaning, introducedBy });
  });

  it('come from the host, then from messages received, then from senders when there is traffic', () => {
    const messages = messageBindings(table(1, [messageFlag('m')]), NONE);
    const nodes = { ...inMessage({}), bound: onHost({}).bound };
    const said = [true, false].map((live) =>
      bindingsOf({ ...nodes, live }, inForce, [], messages).map(
        ({ flag: name, via, source }) => `${name} ${via} ${source}`,
      ),
    );
    expect(said).toEqual([
      ['x host env:X', 'x received gateway', 'm message order-gateway'],
      ['x host env:X', 'x received gateway'],
    ]);
  });
});

describe('the tables of some manifests', () => {
  it('are each there once', () => {
    const registry = registryOf('smars', []);
    const [one, two] = [of(1, []), of(2, [])];
    expect(tablesOf([one, two, one], registry.tableOf)).toEqual([
      registry.tableOf(one),
      registry.tableOf(two),
    ]);
  });
});
