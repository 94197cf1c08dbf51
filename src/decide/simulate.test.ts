import { describe, expect, it } from 'vitest';
import { flag, manifest, messageFlag, report, sha } from '../../test/world/documents.ts';
import { after, judge, next, NODES, old, onNext, rows, type World } from '../../test/world/way-home.ts';
import type { RollbackPlan } from '../model/plan.ts';

const [A, B, C, D] = [sha('a'), sha('b'), sha('c'), sha('d')];

describe('what each server would run after', () => {
  it.each<[string, World, string[]]>([
    ['to a manifest: all on the target', {}, ['n1 a c', 'n2 a c', 'n3 a c']],
    ['only the binary goes back', { way: { scope: ['binary'] } }, ['n1 a d', 'n2 a d', 'n3 a d']],
    ['only the config goes back', { way: { scope: ['config'] } }, ['n1 b c', 'n2 b c', 'n3 b c']],
    [
      'what the plan leaves alone is loaded from disk',
      {
        reports: [report('n1', B, { config_sha256: D, binary_on_disk_sha256: C }), ...onNext.slice(1)],
        way: { scope: ['config'] },
      },
      ['n1 c c', 'n2 b c', 'n3 b c'],
    ],
    [
      'what the plan puts in place is not',
      { reports: [report('n1', B, { config_sha256: D, binary_on_disk_sha256: C }), ...onNext.slice(1)] },
      ['n1 a c', 'n2 a c', 'n3 a c'],
    ],
    [
      'a config that the plan leaves alone is loaded from disk',
      {
        reports: [report('n1', B, { config_sha256: D, config_on_disk_sha256: C }), ...onNext.slice(1)],
        way: { scope: ['binary'] },
      },
      ['n1 a c', 'n2 a d', 'n3 a d'],
    ],
    [
      'a binary that is gone from disk cannot be started again',
      {
        reports: [
          report('n1', B, { config_sha256: D, binary_on_disk_sha256: null, binary_path: '/opt/x (deleted)' }),
          ...onNext.slice(1),
        ],
        way: { scope: ['config'] },
      },
      ['n1 ? c', 'n2 b c', 'n3 b c'],
    ],
    [
      'a binary on a disk that nobody looked at is the one that runs',
      {
        reports: [report('n1', B, { config_sha256: D, binary_on_disk_sha256: null }), ...onNext.slice(1)],
        way: { scope: ['config'] },
      },
      ['n1 b c', 'n2 b c', 'n3 b c'],
    ],
    [
      'an uninstall loads what it leaves alone, and only on servers that it touches',
      {
        reports: [
          report('n1', A, { config_on_disk_sha256: C }),
          report('n2', B, { config_sha256: D, config_on_disk_sha256: C }),
          report('n3', B, { config_sha256: D }),
        ],
        way: { mechanism: 'uninstall_latest', scope: ['binary'] },
      },
      ['n1 a c', 'n2 a c', 'n3 a d'],
    ],
    [
      'an uninstall takes the newest binary away and nothing else',
      {
        reports: [report('n1', A), report('n2', B, { config_sha256: D }), report('n3', C)],
        history: [old, next, manifest({ generation: 3, binary_sha256: sha('f') })],
        way: { mechanism: 'uninstall_latest' },
      },
      ['n1 a c', 'n2 a c', 'n3 c c'],
    ],
    [
      'an uninstall of the binary leaves the config',
      { way: { mechanism: 'uninstall_latest', scope: ['binary'] } },
      ['n1 a d', 'n2 a d', 'n3 a d'],
    ],
    [
      'an uninstall where no manifest knows what runs changes nothing',
      { reports: NODES.map((name) => report(name, C)), way: { mechanism: 'uninstall_latest' } },
      ['n1 c c', 'n2 c c', 'n3 c c'],
    ],
    [
      'an uninstall on a silent server: nobody knows',
      { reports: onNext.slice(1), way: { mechanism: 'uninstall_latest' } },
      ['n1 ? ?', 'n2 a c', 'n3 a c'],
    ],
    [
      'a copy makes all like the one',
      {
        reports: [report('n1', C), ...onNext.slice(1)],
        way: { mechanism: 'copy_from_node', source_node: 'n1' },
      },
      ['n1 c c', 'n2 c c', 'n3 c c'],
    ],
    [
      'a copy from a server that is silent: nobody knows',
      { reports: onNext.slice(1), way: { mechanism: 'copy_from_node', source_node: 'n1' } },
      ['n1 ? ?', 'n2 ? ?', 'n3 ? ?'],
    ],
    [
      'a copy from nobody: nobody knows',
      { way: { mechanism: 'copy_from_node', source_node: null } },
      ['n1 ? ?', 'n2 ? ?', 'n3 ? ?'],
    ],
    [
      'a tag: nobody knows',
      { way: { mechanism: 'mutable_reference', target_ref: 'latest', scope: ['binary'] } },
      ['n1 ? d', 'n2 ? d', 'n3 ? d'],
    ],
  ])('%s', (_, world, expected) => {
    expect(after(judge(world))).toEqual(expected);
  });

  it('is wrong where nobody knows it', () => {
    const verdict = judge({ way: { mechanism: 'mutable_reference', target_ref: 'latest' } });
    expect(rows(verdict).map((row) => [row.wrong_after, row.findings_after])).toEqual(
      NODES.map(() => [true, ['rollback_target_unknown']]),
    );
    expect(verdict.findings).toContainEqual({
      code: 'rollback_target_unknown',
      effect: 'block',
      phase: 'after_rollback',
      hostname: 'n1',
      flag: null,
      expected: 'a binary known by its digest',
      actual: null,
      where: [],
      sentence: 'Nobody can say what n1 would run after this rollback.',
      remedy: 'Name a target manifest by digest, and give it with --to or --history.',
    });
  });
});

describe('a server that says two things', () => {
  const twice = [report('n1', A), report('n1', B, { config_sha256: D }), ...onNext.slice(1)];

  it('has a row for each, is one server, and the order of its words decides nothing', () => {
    const verdicts = [twice, twice.toReversed()].map((reports) => judge({ reports }));
    expect(verdicts[0]).toEqual(verdicts[1]);
    const both = verdicts[0]?.rollback?.nodes.filter((row) => row.hostname === 'n1') ?? [];
    expect(both.map((row) => [row.before?.binary_sha256?.[0], row.wrong_now, row.findings_before])).toEqual([
      ['a', true, ['binary_mismatch']],
      ['b', false, []],
    ]);
    expect(verdicts[0]?.rollback).toMatchObject({ servers_wrong_now: 1, servers_wrong_after: 0 });
  });

  it('counts once among the wrong, and once in each sentence', () => {
    const peg = flag('peg', { meaning: 'm:peg' });
    const target = { ...old, flag_ownership_table: [peg] };
    const left = {
      ...next,
      bound_flags: ['peg'],
      flag_ownership_table: [messageFlag('peg', { meaning: 'm:rlp' })],
    };
    const verdict = judge({ reports: twice, target, left });
    expect(verdict.rollback?.servers_wrong_after).toBe(3);
    const said = verdict.findings
      .filter((finding) => finding.hostname === null)
      .map(({ sentence }) => sentence);
    expect(said).toContain(
      "order-gateway would go on sending flag 'peg' (m:rlp), and 3 servers would take it for something else.",
    );
    expect(said).toContain("This rollback would leave 3 of 3 servers wrong by 'peg' (1 now): n1, n2, n3.");
  });

  it('is no source to copy from when it runs two pairs', () => {
    const way: Partial<RollbackPlan> = { mechanism: 'copy_from_node', source_node: 'n1' };
    expect(after(judge({ reports: twice, way })).at(-1)).toBe('n3 ? ?');
    const config = [report('n1', B, { config_sha256: C }), ...onNext];
    expect(after(judge({ reports: config, way })).at(-1)).toBe('n3 ? ?');
  });

  it('is a source when it says one pair in two ways', () => {
    const bound = [report('n1', B, { config_sha256: D, taking_live_traffic: false }), ...onNext];
    const verdict = judge({ reports: bound, way: { mechanism: 'copy_from_node', source_node: 'n1' } });
    expect(after(verdict).at(-1)).toBe('n3 b d');
  });

  it('counts once when it says one thing twice', () => {
    const again = [...onNext, ...onNext, report('n1', B, { config_sha256: D, sequence: 7 })];
    expect(judge({ reports: again })).toEqual(judge());
  });
});
