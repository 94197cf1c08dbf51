import { describe, expect, it } from 'vitest';
import * as world from '../../test/world/documents.ts';
import type { RollbackPlan } from '../model/plan.ts';
import type { Standing } from '../model/standing.ts';
import { decide } from './decide.ts';

const [A, B] = [world.sha('a'), world.sha('b')];
const old = world.manifest({ generation: 1, binary_sha256: A });
const next = world.manifest({ generation: 2, binary_sha256: B });

const CLEAN: Standing = {
  in_force: next.manifest_sha256,
  proven: [old.manifest_sha256, next.manifest_sha256],
  refused: [],
  change: null,
  unasked: null,
  quarantines: [],
  bypasses: [],
};
const QUARANTINE = { quarantine: 'q-1', reason: 'n3 is haunted', since: world.at(-60), unproven: ['n3'] };

type Asked = {
  readonly actor?: RollbackPlan['actor'];
  readonly to?: typeof old | null;
  readonly standing?: Partial<Standing> | null;
};

function ask({ actor = 'automation', to = old, standing = {} }: Asked): string[] {
  const way = world.plan({ actor, target_manifest_sha256: to?.manifest_sha256 ?? null });
  const reports = ['n1', 'n2', 'n3'].map((name) => world.report(name, B));
  const told = standing === null ? null : { ...CLEAN, ...standing };
  const evidence = world.evidence(reports, [old, next], { standing: told });
  const { verdict, findings } = decide(evidence, world.rollback(to, next, way), world.POLICY, world.NOW);
  const counted = findings.filter(({ effect }) => effect !== 'none');
  return [verdict, ...new Set(counted.map(({ code }) => code))].sort();
}

describe('automation at the rollback gate', () => {
  it.each<[string, Asked, string[]]>([
    ['may put back what is in force', { to: next }, ['ALLOW_ROLLBACK']],
    [
      'may go back to where a failed change came from',
      { standing: { in_force: old.manifest_sha256 } },
      ['ALLOW_ROLLBACK'],
    ],
    ['may not go further back', {}, ['BLOCK_ROLLBACK', 'manifest_superseded']],
    [
      'waits while the cluster is in quarantine',
      { to: next, standing: { quarantines: [QUARANTINE] } },
      ['HOLD', 'quarantined'],
    ],
    [
      'is told both at once',
      { standing: { quarantines: [QUARANTINE] } },
      ['BLOCK_ROLLBACK', 'manifest_superseded', 'quarantined'],
    ],
    ['is judged as people are where there is no ledger', { standing: null }, ['ALLOW_ROLLBACK']],
    [
      'is judged as people are where nothing was put in force',
      { standing: { in_force: null } },
      ['ALLOW_ROLLBACK'],
    ],
    [
      'with no target hears that, and nothing of age',
      { to: null },
      ['BLOCK_ROLLBACK', 'rollback_target_unknown', 'rollback_would_corrupt_cluster'],
    ],
  ])('%s', (_, asked, expected) => {
    expect(ask(asked)).toEqual(expected);
  });

  it.each([['operator' as const], [undefined]])('a person (%s) may, and in quarantine too', (actor) => {
    const way = world.plan({
      target_manifest_sha256: old.manifest_sha256,
      ...(actor === undefined ? {} : { actor }),
    });
    const reports = ['n1', 'n2', 'n3'].map((name) => world.report(name, B));
    const standing = { ...CLEAN, quarantines: [QUARANTINE] };
    const evidence = world.evidence(reports, [old, next], { standing });
    const verdict = decide(evidence, world.rollback(old, next, way), world.POLICY, world.NOW);
    expect(verdict.verdict).toBe('ALLOW_ROLLBACK');
  });

  it('is told by name what has been put in force since, and since when it waits', () => {
    const way = world.plan({ actor: 'automation', target_manifest_sha256: old.manifest_sha256 });
    const reports = ['n1', 'n2', 'n3'].map((name) => world.report(name, B));
    const standing = { ...CLEAN, quarantines: [QUARANTINE] };
    const evidence = world.evidence(reports, [old, next], { standing });
    const { findings } = decide(evidence, world.rollback(old, next, way), world.POLICY, world.NOW);
    const superseded = findings.find(({ code }) => code === 'manifest_superseded');
    expect(superseded).toMatchObject({ expected: 2, actual: 1, where: ['manifest:deployment-2'] });
    expect(superseded?.sentence).toMatch(/deployment-1 \(generation 1\), and deployment-2 \(generation 2\)/);
    const waits = findings.find(({ code, effect }) => code === 'quarantined' && effect === 'hold');
    expect(waits).toMatchObject({
      expected: 'a person at the button',
      actual: 'automation',
      where: ['ledger:q-1'],
    });
    expect(waits?.sentence).toContain(`since ${world.at(-60)} (q-1): automation waits`);
  });
});
