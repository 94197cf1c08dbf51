import { describe, expect, it } from 'vitest';
import { classifyRollback } from './classify-rollback.ts';
import type { RollbackFacts } from './classify-rollback.ts';

const KNIGHT: RollbackFacts = {
  servers: 8,
  wrong_before: 1,
  wrong_after: 8,
  silent_after: 0,
  on_target: 8,
  proven: 'neither',
};

describe('a rollback', () => {
  it.each<[string, Partial<RollbackFacts>, string]>([
    ['made seven servers like the eighth', {}, 'promoted_wrong_state'],
    ['made one more wrong', { wrong_after: 2 }, 'promoted_wrong_state'],
    ['left as many wrong, not all on the target', { wrong_after: 1, on_target: 7 }, 'buried'],
    ['left fewer wrong', { wrong_before: 5, wrong_after: 1, on_target: 7 }, 'buried'],
    ['was counted by nobody before', { wrong_before: null, wrong_after: 3, on_target: 5 }, 'buried'],
    ['put the code back and not the switches', { wrong_before: 8 }, 'persisted_elsewhere'],
    ['was proven', { wrong_after: 0, proven: 'target' }, 'clean'],
    ['changed nothing', { wrong_after: 0, on_target: 0, proven: 'former' }, 'failed_to_apply'],
    ['left servers that say nothing', { wrong_after: 0, silent_after: 8, on_target: 0 }, 'unknown'],
  ])('that %s', (_, more, type) => {
    expect(classifyRollback({ ...KNIGHT, ...more }).rollback_type).toBe(type);
  });

  it('is told with the facts it was read from', () => {
    expect(classifyRollback(KNIGHT).facts).toEqual([
      '1 of 8 servers were wrong before',
      '8 of 8 were wrong after',
      '0 of 8 showed nothing after',
      '8 of 8 run the target',
      'no manifest was proven',
    ]);
    expect(classifyRollback({ ...KNIGHT, wrong_before: null }).facts[0]).toBe(
      'an unknown number of 8 servers were wrong before',
    );
  });
});
