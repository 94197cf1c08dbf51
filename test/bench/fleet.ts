import path from 'node:path';
import process from 'node:process';
import { published } from '../world/published.ts';
import { inTurns, isThere, median, outputOf, peakMemoryOf, printRows, timeOf } from './measure.ts';
import type { Command, Row } from './measure.ts';
import { NOW, removeFleet, writeFleet } from './world.ts';
import type { Fleet } from './world.ts';

const SIZE = { nodes: 100_000, flags: 50 };
const ROUNDS = 5;
const HERE = import.meta.dirname;
const TITLE = `check activate, ${SIZE.nodes.toLocaleString('en')} bare reports x ${SIZE.flags} flags`;
/** policy.max_proof_age_s before the moment of judgement. */
const OLDEST = '2012-08-01T09:55:00.000Z';

/** How long does a large fleet take as a whole process, beside reading it with nothing but JSON.parse, with jq and with OPA? */
async function measureFleet(): Promise<Row[]> {
  const { command, remove } = await published();
  const fleet = writeFleet(SIZE);
  try {
    const words = [
      '--manifest',
      fleet.manifest,
      '--evidence',
      fleet.reports,
      '--accept-unsigned',
      '--now',
      NOW,
    ];
    const ours: Command = [process.execPath, command, 'check', 'activate', ...words];
    const parse: Command = [process.execPath, path.join(HERE, 'bare-parse.mjs'), fleet.reports];
    return [
      {
        row: `${TITLE}, beside JSON.parse of each line`,
        ...inTurns(ours, parse, ROUNDS),
        unit: 'ms',
        goal: '<= 1',
        note: '',
      },
      {
        row: `${TITLE}, memory`,
        ours: await peakMemoryOf(ours),
        peer: null,
        unit: 'MiB',
        ratio: null,
        goal: '<= 250',
        note: 'peak resident',
      },
      besideJq(ours, fleet),
      besideOpa(ours, fleet),
    ];
  } finally {
    removeFleet(fleet);
    remove();
  }
}

function besideJq(ours: Command, fleet: Fleet): Row {
  const row = `${TITLE}, beside jq`;
  const jq: Command = [
    'jq',
    '-n',
    '--slurpfile',
    'manifest',
    fleet.manifest,
    '--arg',
    'oldest',
    OLDEST,
    '-f',
    path.join(HERE, 'activate.jq'),
    fleet.reports,
  ];
  if (!isThere('jq'))
    return {
      row,
      ours: timeOf(ours),
      peer: null,
      unit: 'ms',
      ratio: null,
      goal: '',
      note: 'jq is not available',
    };
  requireSameAnswer(hostsOf(JSON.parse(outputOf([...ours, '--format', 'json']))), JSON.parse(outputOf(jq)));
  const times = { ours: medianOf(ours), peer: timeOf(jq) };
  return {
    row,
    ...times,
    ratio: times.ours / times.peer,
    unit: 'ms',
    goal: '<= 0.1',
    note: 'one round; both name the same servers',
  };
}

/** OPA reads one document and no lines, so it gets all reports as one array. */
function besideOpa(ours: Command, fleet: Fleet): Row {
  const row = `${TITLE}, beside OPA`;
  if (!isThere('opa', 'version'))
    return {
      row,
      ours: timeOf(ours),
      peer: null,
      unit: 'ms',
      ratio: null,
      goal: '',
      note: 'OPA is not available',
    };
  const input = path.join(fleet.folder, 'input.json');
  timeOf(['sh', '-c', `(printf '['; paste -sd, "$1"; printf ']') > "$2"`, 'sh', fleet.reports, input]);
  const words = [
    'eval',
    '--format',
    'raw',
    '--data',
    path.join(HERE, 'activate.rego'),
    '--data',
    `manifest:${fleet.manifest}`,
    '--input',
    input,
  ];
  const opa: Command = ['opa', ...words, 'data.activate.answer'];
  requireSameAnswer(hostsOf(JSON.parse(outputOf([...ours, '--format', 'json']))), JSON.parse(outputOf(opa)));
  const times = { ours: medianOf(ours), peer: timeOf(opa) };
  return {
    row,
    ...times,
    ratio: times.ours / times.peer,
    unit: 'ms',
    goal: '<= 0.04',
    note: 'one round; both name the same servers',
  };
}

/** Peers of a minute run once, ours three times. */
function medianOf(command: Command): number {
  return median([timeOf(command), timeOf(command), timeOf(command)]);
}

type Verdict = {
  readonly pre_deploy_check: { readonly servers_on_other_binary: readonly { readonly hostname: string }[] };
};

function hostsOf(verdict: unknown): readonly string[] {
  return (verdict as Verdict).pre_deploy_check.servers_on_other_binary.map((server) => server.hostname);
}

/** A peer that is quicker because it answers something else would be no peer. */
function requireSameAnswer(
  ours: readonly string[],
  theirs: { readonly servers_on_other_binary: readonly string[]; readonly silent: number },
): void {
  const same = JSON.stringify(ours.toSorted()) === JSON.stringify(theirs.servers_on_other_binary.toSorted());
  if (!same || theirs.silent !== 0 || ours.length === 0)
    throw new Error('the peer does not answer as haunted does');
}

if (process.argv[1] === import.meta.filename) printRows(await measureFleet());
