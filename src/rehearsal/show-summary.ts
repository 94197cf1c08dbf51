import {
  type CheckSummary,
  FICTIONAL,
  FROM_THE_RECORD,
  type NamedFlow,
  type Rehearsal,
} from './rehearsal.ts';
import { paint, type Screen, wrap } from './show-timeline.ts';

const CONTENTS =
  'README.txt, rehearsal.json, timeline.ndjson, flags/, manifests/, evidence/, plans/, verdicts/, programs/, logs/';

/** The end of a rehearsal for a person: volumes side by side, what is real and what is not, and where everything lies. */
export function showSummary(rehearsal: Rehearsal, screen: Screen): string {
  const width = Math.min(Math.max(screen.columns, 80), 100);
  const bullets = (lines: readonly string[]): string[] =>
    lines.flatMap((line) =>
      wrap(line, width - 4).map((text, index) => `${index === 0 ? '  - ' : '    '}${text}`),
    );
  return [
    '',
    paint('What the market counted', 'bold', screen),
    ...volumeLines(rehearsal.flows, screen),
    '',
    paint('What the gates said', 'bold', screen),
    ...rehearsal.checks.flatMap((check) => checkLines(check, screen)),
    '',
    paint('From the record (SEC release 34-70694, paragraph)', 'bold', screen),
    ...bullets(FROM_THE_RECORD),
    paint('Fictional', 'bold', screen),
    ...bullets(FICTIONAL),
    '',
    paint(`Every document is in ${rehearsal.folder}`, 'bold', screen),
    ...wrap(CONTENTS, width - 2).map((line) => `  ${line}`),
    `Ask the gates again: sh ${rehearsal.folder}/again.sh`,
    `or by hand: cd ${rehearsal.folder}`,
    ...rehearsal.checks.flatMap(({ command }) => continued(command, width)),
    '',
  ].join('\n');
}

/** A long command over several lines, as a shell takes it. */
export function continued(command: string, width: number): string[] {
  const lines = wrap(command, width - 8);
  return lines.map(
    (line, index) => `  ${index === 0 ? '' : '    '}${line}${index < lines.length - 1 ? ' \\' : ''}`,
  );
}

function checkLines(check: CheckSummary, screen: Screen): string[] {
  const { gate, verdict, exit, servers_wrong_now, servers_wrong_after } = check;
  const word = paint(verdict.padEnd(15), exit === 0 ? 'good' : 'bad', screen);
  const line = `  check ${gate.padEnd(9)} ${word} exit ${exit}`;
  if (gate !== 'rollback') return [line];
  return [
    line,
    `${' '.repeat(18)}servers_wrong_now: ${servers_wrong_now}, servers_wrong_after: ${servers_wrong_after}`,
  ];
}

function volumeLines(flows: readonly NamedFlow[], screen: Screen): string[] {
  return [
    volumeRow(['', '', 'orders', 'ran away', 'child orders', 'per order']),
    ...flows.map(({ act, what, flow }) => {
      const wild = flow.servers.filter((server) => server.ran_away).length;
      const cells = [`act ${act}`, what, String(flow.orders), `${wild} of 8`];
      const counts = [flow.child_orders.toLocaleString('en'), (flow.child_orders / flow.orders).toFixed(1)];
      return paint(volumeRow([...cells, ...counts]), wild > 0 ? 'bad' : 'plain', screen);
    }),
  ];
}

function volumeRow([
  act = '',
  what = '',
  orders = '',
  wild = '',
  count = '',
  each = '',
]: readonly string[]): string {
  const left = `  ${act.padEnd(6)}${what.padEnd(32)}`;
  return `${left}${orders.padStart(7)}${wild.padStart(9)}${count.padStart(13)}${each.padStart(10)}`;
}
