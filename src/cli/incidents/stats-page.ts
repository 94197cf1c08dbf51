import type { CheckScore, IncidentStats } from '../../model/incident-answers.ts';
import { alignRows } from '../manifest/aligned.ts';
import { csv, markdownRow } from './list-page.ts';

const HEAD = ['CHECK', 'YES', 'NO', 'OPEN', ''];
/** Columns of the table before the chart, about; a chart that leaves no room for itself is left out. */
const TABLE = 62;
const SMALLEST_CHART = 10;

/** Which checks pay, for a person: counts and a chart of letters, so that it can be read without colours. */
export function statsTable({ scope, incidents, checks }: IncidentStats, width: number): string {
  const room = Math.min(incidents, 60, width - TABLE);
  const size = incidents <= width - TABLE ? incidents : room;
  const hasChart = size >= Math.min(SMALLEST_CHART, incidents) && incidents > 0;
  const rows = checks.map((score) => [...numbersOf(score), hasChart ? chart(score, incidents, size) : '']);
  return [
    `Which checks would have stopped it, by judgement: ${scope} (${incidents})`,
    ...alignRows(HEAD, rows),
    ...(hasChart
      ? [`# yes, it would have stopped it   - no   . open: nobody can say${scaleOf(incidents, size)}`]
      : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

/** The same as a table in Markdown. */
export function statsMarkdown({ checks }: IncidentStats): string {
  return [
    markdownRow(['check', 'would have blocked', 'would not', 'not scored']),
    markdownRow(['---', '---', '---', '---']),
    ...checks.map((score) => markdownRow(numbersOf(score))),
  ].join('');
}

/** The same as CSV. */
export function statsCsv({ checks }: IncidentStats): string {
  return csv([
    ['check', 'would_have_blocked', 'would_not_have_blocked', 'not_scored'],
    ...checks.map(numbersOf),
  ]);
}

function numbersOf(score: CheckScore): string[] {
  return [
    score.check,
    String(score.would_have_blocked),
    String(score.would_not_have_blocked),
    String(score.not_scored),
  ];
}

function chart(score: CheckScore, incidents: number, size: number): string {
  const blocked = Math.round((score.would_have_blocked * size) / incidents);
  const seen = Math.round(((score.would_have_blocked + score.would_not_have_blocked) * size) / incidents);
  return '#'.repeat(blocked) + '-'.repeat(seen - blocked) + '.'.repeat(size - seen);
}

function scaleOf(incidents: number, size: number): string {
  return incidents === size ? '   (one character, one incident)' : '';
}
