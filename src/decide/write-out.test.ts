import { describe, expect, it } from 'vitest';
import type { Finding } from '../model/finding.ts';
import { LIMITS } from '../model/limits.ts';
import { findingOf, type Seed, seedOf } from './seed.ts';
import { arrange, type Group, writeOut } from './write-out.ts';

const MOST = LIMITS.findings_per_code;

function servers(count: number, first = 0): string[] {
  return Array.from({ length: count }, (_, place) => `h${String(first + place).padStart(5, '0')}`);
}

function orphan(flag: string, more: Partial<Seed> = {}): Seed {
  return { ...seedOf('orphan_flag', { flag, sentence: (host) => `${host} ${flag}` }), ...more };
}

function about(hostname: string | null, seed: Seed): Finding {
  return findingOf(seed, hostname);
}

function shown(groups: readonly Group[]): string[] {
  return writeOut(groups).findings.map(({ hostname, flag, effect }) => `${hostname} ${flag} ${effect}`);
}

describe('writing out', () => {
  it('says each fact of a class about each of its servers', () => {
    const { findings, omitted } = writeOut([{ hostnames: ['n2', 'n1'], seeds: [orphan('b'), orphan('a')] }]);
    expect(findings.map((finding) => finding.sentence).sort()).toEqual(['n1 a', 'n1 b', 'n2 a', 'n2 b']);
    expect([...omitted]).toEqual([]);
  });

  it('writes nothing for servers with nothing wrong', () => {
    expect(writeOut([{ hostnames: servers(3), seeds: [] }])).toEqual({ findings: [], omitted: new Map() });
  });

  it('writes all when a verdict just holds them', () => {
    const { findings, omitted } = writeOut([{ hostnames: servers(MOST), seeds: [orphan('a')] }]);
    expect(findings).toHaveLength(MOST);
    expect([...omitted]).toEqual([]);
  });

  it('counts the one that is too many', () => {
    const { findings, omitted } = writeOut([{ hostnames: servers(MOST + 1), seeds: [orphan('a')] }]);
    expect(findings).toHaveLength(MOST);
    expect(findings.at(-1)?.hostname).toBe('h00999');
    expect([...omitted]).toEqual([['orphan_flag', 1]]);
  });

  it('counts across classes, and each code for itself', () => {
    const silent = seedOf('config_mismatch', { sentence: 'x' });
    const { findings, omitted } = writeOut([
      { hostnames: servers(MOST - 1), seeds: [orphan('a'), silent] },
      { hostnames: servers(3, 5000), seeds: [orphan('a')] },
    ]);
    expect(findings).toHaveLength(MOST + MOST - 1);
    expect([...omitted]).toEqual([['orphan_flag', 2]]);
  });

  it('shows what forbids before what does not, and then server by server', () => {
    const soft = orphan('s', { effect: 'none' });
    const held = orphan('h', { effect: 'hold' });
    const lines = shown([{ hostnames: servers(MOST - 1), seeds: [soft, held, orphan('b'), orphan('a')] }]);
    expect(lines).toHaveLength(MOST);
    expect(lines.slice(0, 3)).toEqual(['h00000 a block', 'h00000 b block', 'h00001 a block']);
    const few = shown([{ hostnames: servers(MOST / 2 - 1), seeds: [soft, held, orphan('b')] }]);
    expect(few.filter((line) => line.endsWith('block'))).toHaveLength(MOST / 2 - 1);
    expect(few.filter((line) => line.endsWith('hold'))).toHaveLength(MOST / 2 - 1);
    expect(few.filter((line) => line.endsWith('none'))).toEqual(['h00000 s none', 'h00001 s none']);
  });

  it('shows the same whatever classes the servers were sorted into', () => {
    const names = servers(MOST + 200);
    const seeds = [orphan('a'), orphan('b', { effect: 'hold' })];
    const whole = shown([{ hostnames: names.toReversed(), seeds }]);
    const even = names.filter((_, place) => place % 2 === 0);
    const odd = names.filter((_, place) => place % 2 === 1);
    const apart = [odd, even].map((hostnames) => ({ hostnames, seeds: seeds.toReversed() }));
    expect(shown(apart)).toEqual(whole);
    expect(whole.at(0)).toBe('h00000 a block');
    expect(whole.at(-1)).toBe('h00999 a block');
  });

  it('tells facts about one server apart by all they say when not all can be shown', () => {
    const names = servers(MOST);
    const one = orphan('a', { where: ['file:1'] });
    const other = orphan('a', { where: ['file:2'] });
    const places = [
      [one, other],
      [other, one],
    ].map((seeds) =>
      writeOut([{ hostnames: names, seeds }]).findings.map(
        ({ hostname, where }) => `${hostname} ${where[0]}`,
      ),
    );
    expect(places[0]).toEqual(places[1]);
    expect(places[0]?.slice(0, 2)).toEqual(['h00000 file:1', 'h00000 file:2']);
  });
});

describe('arranging', () => {
  const none = new Map<string, number>();

  it('puts what blocks first, then what holds, then what is only shown', () => {
    const given = [
      about('n1', orphan('a', { effect: 'none' })),
      about('n1', orphan('a', { effect: 'hold' })),
      about('n1', orphan('a')),
    ];
    expect(arrange(given, none).findings.map((finding) => finding.effect)).toEqual(['block', 'hold', 'none']);
  });

  it('sorts by moment, code, server, flag and then everything', () => {
    const given = [
      about('n1', orphan('a', { phase: 'after_rollback' })),
      about('n1', seedOf('stale_process', { sentence: 'x' })),
      about('n2', orphan('a')),
      about('n1', orphan('b')),
      about('n1', orphan('a', { actual: 2 })),
      about('n1', orphan('a', { actual: 1 })),
      about(null, orphan('z')),
      about('n1', { ...orphan('a'), flag: null }),
    ];
    const expected = [
      'orphan_flag null z null now',
      'orphan_flag n1 null null now',
      'orphan_flag n1 a 1 now',
      'orphan_flag n1 a 2 now',
      'orphan_flag n1 b null now',
      'orphan_flag n2 a null now',
      'stale_process n1 null null now',
      'orphan_flag n1 a null after_rollback',
    ];
    for (const order of [given, given.toReversed()]) {
      const lines = arrange(order, none).findings.map(
        ({ code, hostname, flag, actual, phase }) => `${code} ${hostname} ${flag} ${String(actual)} ${phase}`,
      );
      expect(lines).toEqual(expected);
    }
  });

  it('says a fact once', () => {
    const [a, b] = [about('n1', orphan('a')), about('n1', orphan('b'))];
    expect(arrange([a, b, { ...a }, b], none)).toEqual({ findings: [a, b], findings_omitted: {} });
  });

  it('keeps of each code as many as a verdict may hold and counts the rest on top of what was left out before', () => {
    const many = servers(MOST + 2).map((hostname) => about(hostname, orphan('a')));
    const other = about(null, seedOf('stale_process', { sentence: 'x' }));
    const { findings, findings_omitted } = arrange(
      [...many, other],
      new Map([
        ['orphan_flag', 5],
        ['binary_mismatch', 1],
      ]),
    );
    expect(findings).toHaveLength(MOST + 1);
    expect(findings_omitted).toEqual({ binary_mismatch: 1, orphan_flag: 7 });
    expect(Object.keys(findings_omitted)).toEqual(['binary_mismatch', 'orphan_flag']);
  });

  it('keeps exactly as many as a verdict may hold without counting any', () => {
    const many = servers(MOST).map((hostname) => about(hostname, orphan('a')));
    expect(arrange(many, none).findings_omitted).toEqual({});
  });
});
