import type { ReplayList, ReplayRun, ReplaySummary } from '../../model/replay-run.ts';
import { alignRows } from '../manifest/aligned.ts';
import { type Paint, printable, shortDigests, wrapText } from '../render/terminal-text.ts';
import { markdownText } from '../render/markdown-text.ts';
import { markdownRow } from './list-page.ts';

type Moment = ReplayRun['moments'][number];

/** Below this many columns the two sides come one under the other. */
const SIDE_BY_SIDE = 96;

/** A replay for a person: on the left what happened, on the right what the gate says to it, and one line at the end. */
export function replayPage(run: ReplayRun, width: number, paint: Paint): string {
  const style = run.outcome === 'not_caught' ? 'bad' : run.outcome === 'caught_after' ? 'warn' : 'good';
  return [
    paint('strong', printable(`${run.id}: ${run.title}`)),
    '',
    ...run.moments.flatMap((moment) => [...momentLines(moment, width, paint), '']),
    ...wrapText(printable(run.sentence), width).map((line) => paint(style, line)),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function momentLines(moment: Moment, width: number, paint: Paint): string[] {
  const isWide = width >= SIDE_BY_SIDE;
  const room = isWide ? Math.floor((width - 3) / 2) : width;
  const left = happenedLines(moment, room);
  const right = gateLines(moment, isWide ? width - 3 - room : width);
  const head = paint('strong', printable(headOf(moment)));
  if (!isWide) return [head, ...left, ...right.map((line) => paintGate(line, moment, paint))];
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, at) => {
    const said = right[at] ?? '';
    return said === ''
      ? (left[at] ?? '')
      : `${(left[at] ?? '').padEnd(room)} | ${paintGate(said, moment, paint)}`;
  });
  return [head, ...rows];
}

const MARKS = { button: '[the button] ', harm: '[harm] ', none: '' } as const;

function headOf({ time, clock, title, marks, is_assumed: isAssumed }: Moment): string {
  const when = clock ?? `about ${time.slice(0, 16).replace('T', ' ')} UTC, not on record`;
  return `${MARKS[marks]}${title} (${when}${isAssumed ? '; filled in' : ''})`;
}

function happenedLines({ happened, servers }: Moment, room: number): string[] {
  const letters = servers.map(({ letter }) => letter).join('');
  const said = Map.groupBy(servers, ({ state, says }) => `${state}, ${says}`);
  const rows = [...said].map(([what, same]) => `${same.length} of ${servers.length}: ${what}`);
  return [
    ...wrapText(printable(happened), room - 2, '  '),
    ...[letters, ...rows].flatMap((row) => wrapText(printable(row), room - 4, '    ')),
  ];
}

function gateLines({ gate, actor, verdict, sentence, findings }: Moment, room: number): string[] {
  if (gate === null || verdict === null) return ['no gate is asked'];
  const head = `${gate} gate, asked by ${actor === 'automation' ? 'automation' : 'an operator'}: ${verdict}`;
  const codes = [...new Set(findings.map(({ code }) => code))];
  return [
    ...wrapText(head, room),
    ...wrapText(codes.join(', '), room, '  ').filter((line) => line.trim() !== ''),
    ...(sentence === null ? [] : wrapText(printable(shortDigests(sentence)), room, '  ')),
  ];
}

function paintGate(line: string, { verdict }: Moment, paint: Paint): string {
  if (verdict === null) return paint('dim', line);
  if (!line.includes(verdict)) return line;
  const isYes = verdict === 'PROVEN' || verdict.startsWith('ALLOW');
  return paint(isYes ? 'good' : verdict === 'HOLD' ? 'warn' : 'bad', line);
}

const HEAD = ['INCIDENT', 'OUTCOME', 'GATE', 'BY', 'KILL SWITCH'];

/** Every replay in a line. The kill switch has its column and nothing in it yet. */
export function replaysTable({ replays }: ReplayList): string {
  const lines = [...alignRows(HEAD, replays.map(rowOf)), countedLine(replays)];
  return lines.map((line) => `${line}\n`).join('');
}

/** The same as a table in Markdown. */
export function replaysMarkdown({ replays }: ReplayList): string {
  return [
    markdownRow(HEAD.map((word) => word.toLowerCase())),
    markdownRow(HEAD.map(() => '---')),
    ...replays.map((replay) => markdownRow(rowOf(replay).map((cell) => markdownText(cell)))),
  ].join('');
}

function rowOf({ id, outcome, gate, verdict, codes }: ReplaySummary): string[] {
  const said = gate === null || verdict === null ? '' : `${gate}: ${verdict}`;
  return [
    id,
    outcome === 'not_caught' ? 'NOT CAUGHT' : outcome.replaceAll('_', ' '),
    said,
    codes.join(', '),
    '',
  ];
}

function countedLine(replays: readonly ReplaySummary[]): string {
  const count = (outcome: ReplaySummary['outcome']): number =>
    replays.filter((replay) => replay.outcome === outcome).length;
  return `${replays.length} replays: ${count('blocked_before_harm')} blocked before the harm, ${count('blocked_at_button')} at the button, ${count('caught_after')} caught after, ${count('not_caught')} NOT CAUGHT`;
}
