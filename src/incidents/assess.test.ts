import { describe, expect, it } from 'vitest';
import { GOOD, incidentWith } from '../../test/fixtures/incident.ts';
import type { Incident } from '../model/incident.ts';
import { assessIncident } from './assess.ts';

const NOW = Date.parse('2024-06-01T00:00:00Z');
const PARTIAL: Partial<Incident> = { evidence_grade: 'partial', evidence_note: 'The cause was not read.' };
const [SOURCE] = GOOD.sources;
const [CHECK] = GOOD.checks;
if (SOURCE === undefined || CHECK === undefined) throw new Error('the fixture has a source and a check');
const SPECIMEN = {
  rank: 1,
  one_wrong_node: 'yes',
  person_pressed: 'yes',
  healthy_made_wrong: 'yes',
  matches: 'All.',
  differs: 'Nothing.',
} as const;

function fieldsOf(change: Partial<Incident>): string[] {
  return assessIncident(incidentWith(change), NOW).map(({ field }) => field);
}

describe('a record that earns its grade', () => {
  it.each<[string, Partial<Incident>]>([
    ['confirmed', {}],
    ['confirmed from a stored copy', { read_status: 'primary_mirror_read' }],
    ['confirmed, read in part', { read_status: 'primary_partial' }],
    ['confirmed, with a source whose day is not known', { sources: [{ ...SOURCE, date: '2024-03' }] }],
    [
      'confirmed, with a second source without a date',
      { sources: [SOURCE, { ...SOURCE, address: 'https://example.com/2', date: null }] },
    ],
    ['confirmed, with two places in one text', { sources: [SOURCE, { ...SOURCE, place: 'Appendix' }] }],
    [
      'confirmed, with an older text of somebody else',
      {
        sources: [
          SOURCE,
          { ...SOURCE, kind: 'secondary', date: '2023-01-01', address: 'https://example.com/3' },
        ],
      },
    ],
    ['partial', PARTIAL],
    [
      'partial by hearsay, without the ugly row',
      { ...PARTIAL, read_status: 'secondary_only', healthy_nodes: { before: null, after: null } },
    ],
    ['partial, its source without a date', { ...PARTIAL, sources: [{ ...SOURCE, date: null }] }],
    ['without a judged check', { checks: [] }],
    ['ranked', { second_specimen: SPECIMEN }],
    ['of another type, with nothing wrong in the state', { rollback_type: 'killed', kind: 'none' }],
    ['on the day of now', { date: '2024-06-01', sources: [{ ...SOURCE, date: '2024-06-01' }] }],
    ['in the month of now', { sources: [{ ...SOURCE, date: '2024-06' }] }],
    ['of a leap day', { date: '2024-02-29' }],
  ])('%s', (_, change) => {
    expect(assessIncident(incidentWith(change), NOW)).toEqual([]);
  });
});

describe('a record that does not', () => {
  it.each<[string, Partial<Incident>, string[]]>([
    ['confirmed without a vendor', { vendor: null }, ['vendor']],
    ['confirmed without a source', { sources: [] }, ['sources']],
    ['confirmed by somebody else', { sources: [{ ...SOURCE, kind: 'secondary' }] }, ['sources']],
    ['confirmed by a source without a date', { sources: [{ ...SOURCE, date: null }] }, ['sources']],
    [
      'confirmed, only a secondary source with a date',
      {
        sources: [
          { ...SOURCE, date: null },
          { ...SOURCE, kind: 'secondary', address: 'https://example.com/2' },
        ],
      },
      ['sources'],
    ],
    [
      'confirmed without the row before',
      { healthy_nodes: { before: null, after: 'Ill.' } },
      ['healthy_nodes.before'],
    ],
    [
      'confirmed without the row after',
      { healthy_nodes: { before: 'Well.', after: null } },
      ['healthy_nodes.after'],
    ],
    [
      'confirmed without the ugly row',
      { healthy_nodes: { before: null, after: null } },
      ['healthy_nodes.before', 'healthy_nodes.after'],
    ],
    ['confirmed by hearsay', { read_status: 'secondary_only' }, ['read_status']],
    ['confirmed and not read', { read_status: 'not_read' }, ['read_status']],
    ['confirmed and not found', { read_status: 'not_found' }, ['read_status']],
    ['partial that does not say what it lacks', { evidence_grade: 'partial' }, ['evidence_note']],
    ['partial without a vendor', { ...PARTIAL, vendor: null }, ['vendor']],
    ['partial without a primary source', { ...PARTIAL, sources: [] }, ['sources']],
    ['fog', { evidence_grade: 'fog' }, ['evidence_grade']],
    ['promoted, and nothing was wrong', { kind: 'none' }, ['kind']],
    [
      'ranked without a promotion',
      { rollback_type: 'killed', second_specimen: SPECIMEN },
      ['second_specimen'],
    ],
    [
      'of tomorrow',
      { date: '2024-06-02', sources: [{ ...SOURCE, date: '2024-06-02' }] },
      ['date', 'sources[0].date'],
    ],
    ['of next year', { ...PARTIAL, date: '2025', sources: [{ ...SOURCE, date: null }] }, ['date']],
    ['of no day of the calendar', { date: '2024-02-30' }, ['date']],
    ['of a leap day that is none', { date: '2023-02-29' }, ['date']],
    ['older than itself', { sources: [{ ...SOURCE, date: '2024-03-11' }] }, ['sources[0].date']],
    [
      'with a check judged twice',
      { checks: [CHECK, { ...CHECK, would_have_blocked: false }] },
      ['checks[1]'],
    ],
    ['with one source named twice', { sources: [SOURCE, SOURCE] }, ['sources[1].address']],
    ['with a text of blanks', { title: '   ' }, ['title']],
    ['with a text left from the template', { trigger: 'TODO: what went wrong first' }, ['trigger']],
    ['with a text put off', { checks: [{ ...CHECK, reason: 'tbd' }] }, ['checks[0].reason']],
    [
      'with a question mark',
      { healthy_nodes: { before: '?', after: '…' } },
      ['healthy_nodes.before', 'healthy_nodes.after'],
    ],
  ])('%s', (_, change, fields) => {
    expect(fieldsOf(change)).toEqual(fields);
  });

  it('is told everything at once, in whole sentences', () => {
    const problems = assessIncident(
      incidentWith({ vendor: null, sources: [], healthy_nodes: { before: null, after: null }, kind: 'none' }),
      NOW,
    );
    expect(problems.map(({ field }) => field).toSorted()).toEqual([
      'healthy_nodes.after',
      'healthy_nodes.before',
      'kind',
      'sources',
      'vendor',
    ]);
    for (const { sentence } of problems) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  it('is in the future only for a clock that is behind', () => {
    expect(assessIncident(GOOD, Date.parse('2024-03-01T00:00:00Z')).map(({ field }) => field)).toEqual([
      'date',
      'sources[0].date',
    ]);
    expect(assessIncident(GOOD, Number.POSITIVE_INFINITY)).toEqual([]);
  });
});
