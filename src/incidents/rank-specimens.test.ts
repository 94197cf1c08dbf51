import { describe, expect, it } from 'vitest';
import { incidentWith } from '../../test/fixtures/incident.ts';
import type { Match } from '../model/incident-terms.ts';
import type { Incident } from '../model/incident.ts';
import { isWholeMatch, rankProblems, rankSpecimens } from './rank-specimens.ts';

function ranked(
  id: string,
  rank: number,
  parts: readonly [Match, Match, Match] = ['yes', 'yes', 'yes'],
): Incident {
  const [one_wrong_node, person_pressed, healthy_made_wrong] = parts;
  return incidentWith({
    id,
    second_specimen: {
      rank,
      one_wrong_node,
      person_pressed,
      healthy_made_wrong,
      matches: 'A.',
      differs: 'B.',
    },
  });
}

describe('second specimens', () => {
  it('come by rank, without those that have none', () => {
    const all = [ranked('b', 2), incidentWith({ id: 'none' }), ranked('a', 1)];
    expect(rankSpecimens(all).map(({ id }) => id)).toEqual(['a', 'b']);
    expect(rankProblems(all)).toEqual([]);
  });

  it.each([
    ['a gap', [ranked('a', 1), ranked('b', 3)], ['b has rank 3, and by the others it would be 2.']],
    ['a rank twice', [ranked('a', 1), ranked('b', 1)], ['b has rank 1, and by the others it would be 2.']],
    ['no first', [ranked('a', 2)], ['a has rank 2, and by the others it would be 1.']],
    ['nobody', [], []],
  ])('%s', (_, incidents, problems) => {
    expect(rankProblems(incidents)).toEqual(problems);
  });

  it.each<[readonly [Match, Match, Match], boolean]>([
    [['yes', 'yes', 'yes'], true],
    [['in_part', 'yes', 'yes'], false],
    [['yes', 'no', 'yes'], false],
    [['yes', 'yes', 'not_stated'], false],
  ])('%s is the whole sentence: %s', (parts, is) => {
    expect(rankSpecimens([ranked('a', 1, parts)]).map(isWholeMatch)).toEqual([is]);
  });
});
