import { availableParallelism } from 'node:os';
import process from 'node:process';
import { published } from '../world/published.ts';
import { isThere, median, outputOf, printRows, timeOf } from './measure.ts';
import type { Command, Row } from './measure.ts';
import { NOW, removeFleet, writeSignedFleet } from './world.ts';

const NODES = 10_000;
const ROUNDS = 5;

/** How long do signed proofs take as a whole process, beside the time openssl needs for as many verifications on one thread? */
async function measureProofs(): Promise<Row[]> {
  const { command, remove } = await published();
  try {
    return [...proofsOf(command, 3), ...proofsOf(command, 50)];
  } finally {
    remove();
  }
}

/** A key for each server, so each key is read for one signature. */
function proofsOf(command: string, flags: number): Row[] {
  const fleet = writeSignedFleet({ nodes: NODES, flags });
  const words = ['--manifest', fleet.manifest, '--evidence', fleet.reports, '--keyring', fleet.keyring];
  // The manifest is taken on trust here: one signature more or less is not what is measured.
  const ours: Command = [
    process.execPath,
    command,
    'check',
    'activate',
    ...words,
    '--accept-unsigned',
    '--now',
    NOW,
  ];
  const title = `check activate, ${NODES.toLocaleString('en')} proofs x ${flags} flags`;
  const goal = (text: string): string => (flags === 3 ? text : '');
  const rows = [
    ...(isThere('taskset')
      ? [rowOf(`${title}, one thread, beside openssl`, ['taskset', '-c', '0', ...ours], goal('<= 1.4'))]
      : []),
    ...(availableParallelism() > 1
      ? [rowOf(`${title}, two threads, beside openssl on one`, ours, goal('<= 1'))]
      : []),
  ];
  removeFleet(fleet);
  return rows;
}

function rowOf(row: string, command: Command, goal: string): Row {
  timeOf(command);
  const rounds = Array.from({ length: ROUNDS }, () => ({ peer: opensslMs(), ours: timeOf(command) }));
  return {
    row,
    ours: median(rounds.map((round) => round.ours)),
    peer: median(rounds.map((round) => round.peer)),
    unit: 'ms',
    ratio: median(rounds.map((round) => round.ours / round.peer)),
    goal,
    note: 'a key of its own for each server',
  };
}

/** What `openssl speed` says as many verifications take. */
function opensslMs(): number {
  const printed = outputOf(['openssl', 'speed', '-seconds', '1', 'ed25519']);
  const verifies = Number(/Ed25519\).*\s([\d.]+)\s*$/m.exec(printed)?.[1]);
  return (NODES / verifies) * 1000;
}

if (process.argv[1] === import.meta.filename) printRows(await measureProofs());
