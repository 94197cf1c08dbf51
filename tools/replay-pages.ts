import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readRegistry } from '../src/cli/incidents/registry.ts';
import { readReplay, replayIds } from '../src/cli/incidents/replays.ts';
import { checksAt, measured, MEASURED_CHECKS } from '../src/replay/measure.ts';
import type { Measured, MeasuredCheck } from '../src/replay/measure.ts';
import type { Incident } from '../src/model/incident.ts';
import { codesOf, decisiveStop, outcomeWords, stopsOf } from '../src/replay/outcome.ts';
import type { Stop } from '../src/replay/outcome.ts';
import { play } from '../src/replay/play.ts';
import { DIFFERENCES } from './check-differences.ts';
import { consoleBlocks, withOutputs } from './console-blocks.ts';
import { withTables } from './incident-tables.ts';
import { runExamples } from './run-examples.ts';

const ROOT = path.join(import.meta.dirname, '..');
export const CHECKS_PAGE = path.join(ROOT, 'docs', 'which-checks-pay.md');
export const REPLAYS_MANUAL = path.join(ROOT, 'docs', 'replays.md');
export const REPLAYS_FOLDER = path.join(ROOT, 'docs', 'examples', 'incidents');

type Row = { readonly id: string; readonly record: Incident; readonly stops: readonly Stop[] };

async function rowsOfRegistry(): Promise<readonly Row[]> {
  const folder = path.join(ROOT, 'incidents');
  const { incidents } = await readRegistry(folder, ROOT);
  const rows: Row[] = [];
  for (const id of replayIds(folder)) {
    const record = incidents.find((each) => each.id === id);
    if (record === undefined) throw new Error(`${id} has a replay and no record`);
    rows.push({ id, record, stops: stopsOf(await play(await readReplay(folder, id))) });
  }
  return rows;
}

/** The page with its tables as they come out now. */
export async function checksPage(): Promise<string> {
  const rows = await rowsOfRegistry();
  const tables = new Map([
    ['replays', replaysTable(rows)],
    ['checks', checksTable(rows)],
    ['codes', codesTable(rows)],
    ['differences', differencesTable(rows)],
  ]);
  return withTables(readFileSync(CHECKS_PAGE, 'utf8'), tables);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [tableLine(head), tableLine(head.map(() => '---')), ...rows.map(tableLine)].join('\n');
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function code(word: string): string {
  return `\`${word}\``;
}

function replaysTable(rows: readonly Row[]): string {
  return table(
    ['incident', 'outcome', 'in time', 'afterwards', 'kill switch'],
    rows.map(({ id, stops }) => {
      const best = decisiveStop(stops)?.kind ?? 'not_caught';
      const outcome = best === 'not_caught' ? '**not caught**' : outcomeWords(best).toLowerCase();
      return [
        `[${id}](../incidents/${id}/replay/assumptions.md)`,
        outcome,
        toldBy(stops, true),
        toldBy(stops, false),
        '',
      ];
    }),
  );
}

/** The gates that said no, and by what; those before or at the button, or those after. */
function toldBy(stops: readonly Stop[], isInTime: boolean): string {
  return stops
    .filter(({ kind }) => (kind !== 'caught_after') === isInTime)
    .map(({ verdict }) => `${verdict.gate}: ${codesOf(verdict.findings).map(code).join(', ')}`)
    .join('; ');
}

/** Whether a check stopped it: in time, or for the proof that comes afterwards, at all. */
function didStop(check: MeasuredCheck, what: Measured): boolean {
  return check === 'per_node_post_rollback_proof' ? what !== 'silent' : what === 'in_time';
}

/** Whether the check alone would have been enough: at some stop in time nobody else spoke. */
function isAlone({ stops }: Row, check: MeasuredCheck): boolean {
  return stops.some((stop) => {
    if ((stop.kind === 'caught_after') !== (check === 'per_node_post_rollback_proof')) return false;
    const spoke = checksAt(stop);
    return spoke.length === 1 && spoke[0] === check;
  });
}

function judgedOf({ record }: Row, check: MeasuredCheck): boolean | null {
  return record.checks.find((judged) => judged.check === check)?.would_have_blocked ?? null;
}

function checksTable(rows: readonly Row[]): string {
  const count = (of: (row: Row) => boolean): string => String(rows.filter(of).length);
  return table(
    [
      'check',
      'judged: would have',
      'judged: would not',
      'not judged',
      'measured: stopped it',
      'measured: alone',
    ],
    MEASURED_CHECKS.map((check) => [
      code(check),
      count((row) => judgedOf(row, check) === true),
      count((row) => judgedOf(row, check) === false),
      count((row) => judgedOf(row, check) === null),
      count((row) => didStop(check, measured(row.stops, check))),
      count((row) => isAlone(row, check)),
    ]),
  );
}

function codesTable(rows: readonly Row[]): string {
  const idsByCode = new Map<string, Set<string>>();
  for (const { id, stops } of rows)
    for (const { verdict, kind } of stops)
      if (kind !== 'caught_after')
        for (const each of codesOf(verdict.findings))
          idsByCode.set(each, (idsByCode.get(each) ?? new Set()).add(id));
  const sorted = [...idsByCode].toSorted(([a, one], [b, other]) => other.size - one.size || (a < b ? -1 : 1));
  return table(
    ['finding', 'incidents', 'which'],
    sorted.map(([name, ids]) => [code(name), String(ids.size), [...ids].join(', ')]),
  );
}

/** Each judgement that the replay contradicts, with the reason. Throws for one without a reason, and for a reason without one. */
function differencesTable(rows: readonly Row[]): string {
  const told = new Set<string>();
  const lines = rows.flatMap((row) =>
    MEASURED_CHECKS.flatMap((check) => {
      const judged = judgedOf(row, check);
      const what = measured(row.stops, check);
      if (judged === null || judged === didStop(check, what) || check === 'target_known_and_proven')
        return [];
      const reason = DIFFERENCES[row.id]?.[check];
      if (reason === undefined) throw new Error(`${row.id} and ${check} differ, and nobody says why`);
      told.add(`${row.id} ${check}`);
      return [[row.id, code(check), judged ? 'would have' : 'would not', what.replace('_', ' '), reason]];
    }),
  );
  for (const [id, reasons] of Object.entries(DIFFERENCES))
    for (const check of Object.keys(reasons))
      if (!told.has(`${id} ${check}`))
        throw new Error(`${id} and ${check} do not differ, and a reason is given`);
  return table(['incident', 'check', 'judged', 'replayed', 'why'], lines);
}

// `node tools/replay-pages.ts` writes the tables, and what the examples print now. Read the difference before committing.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  writeFileSync(CHECKS_PAGE, await checksPage());
  const manual = readFileSync(REPLAYS_MANUAL, 'utf8');
  const lines = consoleBlocks(manual).map(({ words }) => words);
  writeFileSync(REPLAYS_MANUAL, withOutputs(manual, await runExamples(lines, REPLAYS_FOLDER)));
}
