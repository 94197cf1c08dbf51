import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import type { HashFigures } from './hash.ts';
import type { Row } from './measure.ts';

/** The scripts that print rows, quick ones first. `npm run bench -- start fleet` runs those alone. */
const SCRIPTS = [
  'start',
  'decide',
  'hash',
  'guard',
  'ledger',
  'ofrep',
  'haproxy',
  'verdict',
  'agent-idle',
  'scan',
  'proofs',
  'proofs-http',
  'challenge',
  'collect',
  'fleet',
];
const REPORT = path.join(import.meta.dirname, '..', '..', 'reports', 'bench.json');

type Timed = {
  readonly row: string;
  readonly ours_ms: number;
  readonly peer_ms: number | null;
  readonly ratio: number | null;
  readonly goal: string;
};

/** The rows a script prints, each in a process of its own so that none meets another's memory or compiled code. */
function rowsOf(script: string): readonly Row[] {
  const file = path.join(import.meta.dirname, `${script}.ts`);
  const { status, stdout } = spawnSync(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0)
    return [
      { row: script, ours: Number.NaN, peer: null, unit: '', ratio: null, goal: '', note: 'did not run' },
    ];
  if (script === 'hash') return hashRows(JSON.parse(stdout) as HashFigures);
  const lines = stdout.split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => asRow(JSON.parse(line) as Row | Timed));
}

function asRow(printed: Row | Timed): Row {
  if ('ours' in printed) return printed;
  const { row, ours_ms: ours, peer_ms: peer, ratio, goal } = printed;
  return { row, ours, peer, unit: 'ms', ratio, goal, note: '' };
}

function hashRows(figures: HashFigures): readonly Row[] {
  const { haunted_ms: ours, openssl_ms: peer, extra_memory_mib: memory, recheck_us: recheck } = figures;
  return [
    {
      row: 'sha256 of 1 GiB, beside openssl dgst',
      ours,
      peer,
      unit: 'ms',
      ratio: ours / peer,
      goal: '<= 1.053',
      note: `${memory} MiB more memory`,
    },
    {
      row: 'an unchanged binary looked at again',
      ours: recheck,
      peer: null,
      unit: 'us',
      ratio: null,
      goal: '<= 20',
      note: '',
    },
  ];
}

/** Null where nothing is asked. */
function isMet({ goal, ratio, ours }: Row): boolean | null {
  const most = /^<= ([\d.]+)$/.exec(goal)?.[1];
  return most === undefined ? null : (ratio ?? ours) <= Number(most);
}

function lineOf(row: Row): string {
  const met = isMet(row);
  const cells = [
    row.row.padEnd(84),
    `${shown(row.ours)} ${row.unit}`.padStart(11),
    (row.peer === null ? '' : `${shown(row.peer)} ${row.unit}`).padStart(11),
    (row.ratio === null ? '' : row.ratio.toFixed(3)).padStart(7),
    row.goal.padStart(9),
    met === null ? '      ' : met ? 'met   ' : 'MISSED',
    row.note,
  ];
  return cells.join('  ').trimEnd();
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

const asked = process.argv.slice(2);
const rows: Row[] = [];
console.log(
  `${'what'.padEnd(84)}  ${'ours'.padStart(11)}  ${'peer'.padStart(11)}  ${'ratio'.padStart(7)}  ${'goal'.padStart(9)}`,
);
for (const script of SCRIPTS.filter((name) => asked.length === 0 || asked.includes(name)))
  for (const row of rowsOf(script)) {
    rows.push(row);
    console.log(lineOf(row));
  }
mkdirSync(path.dirname(REPORT), { recursive: true });
writeFileSync(
  REPORT,
  `${JSON.stringify(
    rows.map((row) => ({ ...row, met: isMet(row) })),
    null,
    2,
  )}\n`,
);
