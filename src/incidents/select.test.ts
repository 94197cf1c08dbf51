import { describe, expect, it } from 'vitest';
import { incidentWith } from '../../test/fixtures/incident.ts';
import type { FogClaim } from '../model/incident.ts';
import { type Selection, selectFog, selectIncidents, sortIncidents, type SortKey } from './select.ts';

const ALL: Selection = { types: [], grades: [], kinds: [], actors: [], vendor: null, years: null };
const SPECIMEN = {
  rank: 2,
  one_wrong_node: 'yes',
  person_pressed: 'no',
  healthy_made_wrong: 'yes',
  matches: 'Much.',
  differs: 'Some.',
} as const;
const INCIDENTS = [
  incidentWith({
    id: 'a',
    date: '2014-05',
    vendor: 'Zeta',
    rollback_type: 'killed',
    kind: 'none',
    actor: 'both',
  }),
  incidentWith({ id: 'b', date: '2012-08-01', vendor: 'alpha', second_specimen: { ...SPECIMEN } }),
  incidentWith({ id: 'c', date: '2012', vendor: null, evidence_grade: 'partial' }),
  incidentWith({ id: 'd', date: '2013-01-01', second_specimen: { ...SPECIMEN, rank: 1 } }),
];
const CLAIM: FogClaim = {
  id: 'x',
  title: 'A rumour',
  date: null,
  vendor: 'Zeta',
  claimed_by: 'Somebody.',
  claimed: 'Something.',
  looked_for: 'A report.',
  found: 'None.',
  today: 'Fog.',
  would_count_if: 'A report.',
  nearest: null,
  sources: [],
  thread: null,
};

function chosen(selection: Partial<Selection>): string[] {
  return selectIncidents(INCIDENTS, { ...ALL, ...selection }).map(({ id }) => id);
}

describe('choosing incidents', () => {
  it.each<[string, Partial<Selection>, string[]]>([
    ['all', {}, ['a', 'b', 'c', 'd']],
    ['one type', { types: ['killed'] }, ['a']],
    ['two types', { types: ['killed', 'promoted_wrong_state'] }, ['a', 'b', 'c', 'd']],
    ['a type nobody has', { types: ['clean'] }, []],
    ['a grade', { grades: ['partial'] }, ['c']],
    ['a kind', { kinds: ['none'] }, ['a']],
    ['an actor', { actors: ['both'] }, ['a']],
    ['part of a vendor, in any case', { vendor: 'ALPH' }, ['b']],
    ['no part of a vendor that is not known', { vendor: 'c' }, []],
    ['a year', { years: { from: 2012, to: 2012 } }, ['b', 'c']],
    ['years', { years: { from: 2013, to: 2014 } }, ['a', 'd']],
    [
      'all of several',
      { types: ['promoted_wrong_state'], years: { from: 2012, to: 2012 }, grades: ['confirmed'] },
      ['b'],
    ],
  ])('%s', (_, selection, ids) => {
    expect(chosen(selection)).toEqual(ids);
  });

  it.each<[string, Partial<Selection>, boolean]>([
    ['without words', {}, true],
    ['as fog', { grades: ['fog'] }, true],
    ['as unknown', { types: ['unknown'] }, true],
    ['not as confirmed', { grades: ['confirmed'] }, false],
    ['not by type', { types: ['killed'] }, false],
    ['not by actor', { actors: ['operator'] }, false],
    ['not by kind, even none', { kinds: ['none'] }, false],
    ['by vendor', { vendor: 'zeta' }, true],
    ['not in a year that nobody says', { years: { from: 1900, to: 2100 } }, false],
  ])('a claim %s: %s', (_, selection, isIn) => {
    expect(selectFog([CLAIM], { ...ALL, ...selection }).length === 1).toBe(isIn);
  });

  it.each<[SortKey, string]>([
    ['date', 'cbda'],
    ['rank', 'dbca'],
    ['vendor', 'cbda'],
    ['type', 'acbd'],
    ['grade', 'bdac'],
    ['id', 'abcd'],
  ])('sorts by %s', (key, ids) => {
    expect(
      sortIncidents(INCIDENTS, key)
        .map(({ id }) => id)
        .join(''),
    ).toBe(ids);
  });
});
