import { describe, expect, it } from 'vitest';
import { messageFlag, plan, report, sha } from '../../test/world/documents.ts';
import { judge, next, old } from '../../test/world/way-home.ts';
import type { FlagOwnership } from '../model/flag.ts';
import type { Manifest } from '../model/manifest.ts';
import { corruptionSeeds, forecastOf, wouldCorrupt } from './forecast.ts';
import type { ClassJudgement } from './judge-class.ts';
import { seedOf } from './seed.ts';
import type { Simulation } from './simulate.ts';

type Forecast = Simulation['forecasts'][number];

const B = sha('b');
const pair = { binary_sha256: sha('a'), config_sha256: null };

function of(hostnames: string[], isHaunted: boolean, ...flags: string[]): Forecast {
  const seeds = flags.map((name) => seedOf('orphan_flag', { flag: name, sentence: '' }));
  const judgement: ClassJudgement = { seeds, isHaunted, isOnManifestBinary: true, flags: [], flagType: null };
  return { hostnames, before: pair, after: pair, judgement };
}

function simulation(...forecasts: Forecast[]): Simulation {
  const wrong = forecasts.filter((each) => each.judgement.isHaunted).flatMap((each) => each.hostnames);
  return { forecasts, serversWrongAfter: new Set(wrong).size, seeds: [] };
}

function bound(more: Partial<FlagOwnership>): Pick<Manifest, 'bound_flags' | 'flag_ownership_table'> {
  return { bound_flags: ['x'], flag_ownership_table: [messageFlag('x', more)] };
}

function sentence(given: Simulation): string | undefined {
  return corruptionSeeds(given, 9, 2, 'This')[0]?.sentence('');
}

describe('a rollback would corrupt the cluster', () => {
  it('when one server would be wrong, and not when none would', () => {
    expect(wouldCorrupt(simulation(of(['n1'], true)))).toBe(true);
    expect(wouldCorrupt(simulation(of(['n1'], false)))).toBe(false);
    expect(corruptionSeeds(simulation(of(['n1'], false, 'x')), 9, 2, 'This')).toEqual([]);
  });

  it.each<[string, Simulation, string]>([
    ['without a flag', simulation(of(['n1'], true)), 'This would leave 1 of 9 servers wrong (2 now): n1.'],
    [
      'by a flag',
      simulation(of(['n1'], true, 'x', 'x')),
      "This would leave 1 of 9 servers wrong by 'x' (2 now): n1.",
    ],
    [
      'by flags, of servers in order',
      simulation(of(['n3', 'n1'], true, 'y', 'x'), of(['n2'], true, 'x')),
      "This would leave 3 of 9 servers wrong by 'x', 'y' (2 now): n1, n2, n3.",
    ],
    [
      'not by flags of servers that would be right',
      simulation(of(['n1'], true), of(['n2'], false, 'x')),
      'This would leave 1 of 9 servers wrong (2 now): n1.',
    ],
    [
      'of eight servers by name',
      simulation(of(['1', '2', '3', '4', '5', '6', '7', '8'], true)),
      'This would leave 8 of 9 servers wrong (2 now): 1, 2, 3, 4, 5, 6, 7, 8.',
    ],
    [
      'of more servers by number',
      simulation(of(['1', '2', '3', '4', '5', '6', '7', '8', '9'], true), of(['9'], true)),
      'This would leave 9 of 9 servers wrong (2 now): 1, 2, 3, 4, 5, 6, 7, 8 and 1 more.',
    ],
  ])('is told %s', (_, given, expected) => {
    expect(sentence(given)).toBe(expected);
  });

  it('is not told by flags that are only shown', () => {
    const soft = of(['n1'], true);
    const seeds = [seedOf('dormant_flag_bound', { flag: 'x', effect: 'none', sentence: '' })];
    expect(sentence(simulation({ ...soft, judgement: { ...soft.judgement, seeds } }))).toBe(
      'This would leave 1 of 9 servers wrong (2 now): n1.',
    );
  });

  it.each<[string[], string | null]>([
    [[], null],
    [['x'], 'x'],
    [['x', 'y'], null],
  ])('by %j is about flag %s', (flags, expected) => {
    const [seed] = corruptionSeeds(simulation(of(['n2', 'n1'], true, ...flags)), 9, 2, 'This');
    expect(seed).toMatchObject({
      code: 'rollback_would_corrupt_cluster',
      effect: 'block',
      phase: 'after_rollback',
      flag: expected,
      expected: 0,
      actual: 2,
      where: ['host:n1', 'host:n2'],
    });
  });
});

describe('the forecast', () => {
  it('says what the plan says', () => {
    const way = plan({
      mechanism: 'uninstall_latest',
      target_manifest_sha256: sha('9'),
      withdraw_flags: ['y', 'x'],
    });
    expect(forecastOf(simulation(), way, null, [], 4)).toEqual({
      mechanism: 'uninstall_latest',
      target_manifest_sha256: sha('9'),
      withdraw_flags: ['x', 'y'],
      rollback_would_corrupt_cluster: false,
      servers_wrong_now: 4,
      servers_wrong_after: 0,
      nodes: [],
    });
    const silent = plan({ target_manifest_sha256: undefined, withdraw_flags: undefined });
    expect(forecastOf(simulation(), silent, old, [], 0)).toMatchObject({
      target_manifest_sha256: old.manifest_sha256,
      withdraw_flags: [],
    });
    expect(forecastOf(simulation(), silent, null, [], 0).target_manifest_sha256).toBeNull();
  });

  it('lists servers by name, each with its codes once and in order', () => {
    const soft = of(['n3', 'n1', 'n2'], true, 'x', 'y');
    const seeds = [seedOf('stale_process', { sentence: '' }), ...soft.judgement.seeds];
    const rows = forecastOf(
      simulation({ ...soft, judgement: { ...soft.judgement, seeds } }),
      plan(),
      null,
      [],
      0,
    ).nodes;
    expect(rows.map((row) => row.hostname)).toEqual(['n1', 'n2', 'n3']);
    expect(rows[0]?.findings_after).toEqual(['orphan_flag', 'stale_process']);
    expect(rows[0]?.findings_before).toEqual([]);
  });

  it('lists what a server that contradicts itself would be in one order', () => {
    const [one, two] = [of(['n1'], true), of(['n1', 'n0'], false)];
    const rows = [
      [one, two],
      [two, one],
    ].map((each) => forecastOf(simulation(...each), plan(), null, [], 0).nodes);
    expect(rows[0]).toEqual(rows[1]);
    expect(rows[0]?.map((row) => `${row.hostname} ${row.wrong_after}`)).toEqual([
      'n0 false',
      'n1 false',
      'n1 true',
    ]);
  });

  it('shows what is wrong now beside what would be wrong after', () => {
    const verdict = judge({
      target: { ...old, ...bound({}) },
      left: { ...next, ...bound({ owner: null }) },
      reports: [
        report('n1', sha('a')),
        ...['n2', 'n3'].map((name) => report(name, B, { config_sha256: sha('d') })),
      ],
    });
    expect(
      verdict.rollback?.nodes.map((row) => [row.wrong_now, row.findings_before, row.wrong_after]),
    ).toEqual([
      [true, ['binary_mismatch'], false],
      [true, ['flag_owner_unknown'], false],
      [true, ['flag_owner_unknown'], false],
    ]);
    expect(verdict.rollback).toMatchObject({ servers_wrong_now: 3, servers_wrong_after: 0 });
  });
});
