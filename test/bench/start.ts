import process from 'node:process';
import { published } from '../world/published.ts';
import { inTurns, printRows } from './measure.ts';
import type { Row } from './measure.ts';
import { NOW, removeFleet, writeFleet } from './world.ts';

const ROUNDS = 41;

/** How long does a small question take, from the packed and unpacked package, beside a Node that does nothing? */
async function measureStart(): Promise<Row[]> {
  const { command, remove } = await published();
  try {
    return [1, 50].map((flags) => startOf(command, flags));
  } finally {
    remove();
  }
}

function startOf(command: string, flags: number): Row {
  const fleet = writeFleet({ nodes: 8, flags });
  const words = [
    '--manifest',
    fleet.manifest,
    '--evidence',
    fleet.reports,
    '--accept-unsigned',
    '--now',
    NOW,
  ];
  const node = process.execPath;
  const { ours, peer, ratio } = inTurns(
    [node, command, 'check', 'activate', ...words],
    [node, '-e', '0'],
    ROUNDS,
  );
  removeFleet(fleet);
  return {
    row: `check activate, 8 servers x ${flags} ${flags === 1 ? 'flag' : 'flags'}, beside node -e 0`,
    ours,
    peer,
    unit: 'ms',
    ratio,
    goal: '<= 1.75',
    note: 'the published build; one of the eight is haunted',
  };
}

if (process.argv[1] === import.meta.filename) printRows(await measureStart());
