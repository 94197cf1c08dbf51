import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { DatabaseSync } from 'node:sqlite';
import { openLedger } from '../../src/adapters/sqlite/ledger.ts';
import { verifyChain } from '../../src/ledger/chain.ts';
import type { Fact } from '../../src/model/entry.ts';
import { proof } from '../world/facts.ts';
import { median, printRows } from './measure.ts';
import type { Row } from './measure.ts';

/**
 * The ledger beside what it cannot be quicker than, in the same process and in turns: a line appended to a file and fdatasync, and
 * the bare reading of the same rows. An entry is about 1.7 KB, a signed proof in its envelope. Rounds are short, so that a busy
 * moment of the disk meets both. Few rounds meet a checkpoint of the log, so the note tells what all of the time came to, too.
 */

const ENVELOPE = JSON.stringify({
  payload: 'e'.repeat(950),
  payloadType: 'application/vnd.in-toto+json',
  sig: 'x',
});
const fact: Fact = proof('smars-04', { document: ENVELOPE });
const folder = mkdtempSync(path.join(tmpdir(), 'bench-ledger-'));
const ledger = openLedger(path.join(folder, 'ledger.db'));
const floor = openSync(path.join(folder, 'floor.jsonl'), 'a');

async function appendOnes(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await ledger.append([fact], { expected: 'any', now: Date.now() });
}

/** Each of them an append of its own that somebody waits for; they share a commit. */
async function appendTogether(rounds: number, size: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1)
    await Promise.all(
      Array.from({ length: size }, async () => {
        await ledger.append([fact], { expected: 'any', now: Date.now() });
      }),
    );
}

function floorAppend(rounds: number, size: number, line: string): void {
  for (let round = 0; round < rounds; round += 1) {
    writeSync(floor, line.repeat(size));
    fdatasyncSync(floor);
  }
}

async function appendHundreds(rounds: number): Promise<void> {
  const facts = Array.from({ length: 100 }, () => fact);
  for (let round = 0; round < rounds; round += 1)
    await ledger.append(facts, { expected: 'any', now: Date.now() });
}

async function timed(work: () => Promise<void> | void): Promise<number> {
  const start = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}

type Compared = {
  readonly ours: number;
  readonly peer: number;
  /** The median of the rounds’ ratios. */
  readonly ratio: number;
  /** All of our time over all of the peer’s. */
  readonly inAll: number;
};

async function compare(
  rounds: number,
  ours: () => Promise<void> | void,
  peer: () => Promise<void> | void,
): Promise<Compared> {
  await timed(ours);
  await timed(peer);
  const times: { ours: number; peer: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const first = round % 2 === 0 ? await timed(ours) : 0;
    const theirs = await timed(peer);
    times.push({ ours: round % 2 === 0 ? first : await timed(ours), peer: theirs });
  }
  return {
    inAll: sum(times.map((time) => time.ours)) / sum(times.map((time) => time.peer)),
    ours: median(times.map((time) => time.ours)),
    peer: median(times.map((time) => time.peer)),
    ratio: median(times.map((time) => time.ours / time.peer)),
  };
}

function rowOf(row: string, entries: number, goal: string, { inAll, ...compared }: Compared): Row {
  const note = `${Math.round((entries / compared.ours) * 1000)} a second; ${inAll.toFixed(2)} in all`;
  return { row, ...compared, unit: 'ms', goal, note };
}

async function measure(): Promise<void> {
  await appendOnes(1);
  const [line = ''] = (await Array.fromAsync(ledger.read(1))).flat();
  const text = `${line}\n`;

  const oneByOne = async (): Promise<Compared> =>
    await compare(
      60,
      () => appendOnes(10),
      () => floorAppend(10, 1, text),
    );
  const early = await oneByOne();
  // Until V8 has compiled what an append runs, it costs twice as much of the processor.
  await appendOnes(3_000);
  const ones = await oneByOne();
  const hundreds = await compare(
    80,
    () => appendTogether(2, 100),
    () => floorAppend(2, 100, text),
  );
  const whole = await compare(
    80,
    () => appendHundreds(2),
    () => floorAppend(2, 100, text),
  );

  const { count } = await ledger.head();
  const bare = new DatabaseSync(path.join(folder, 'ledger.db'), { readOnly: true });
  const scan = bare.prepare('SELECT line FROM entry ORDER BY seq');
  const audit = await compare(
    11,
    async () => {
      const answer = await verifyChain(ledger.read(1));
      if (!answer.ok) throw new Error(answer.problem.detail);
    },
    () => {
      let characters = 0;
      for (const row of scan.iterate()) characters += String(row['line']).length;
      if (characters < count) throw new Error('the scan saw nothing');
    },
  );

  printRows([
    rowOf(
      '10 ledger entries appended one by one, beside a file append and fdatasync for each',
      10,
      '<= 1.43',
      ones,
    ),
    rowOf('the same among the first 600 of a process', 10, '<= 1.43', early),
    rowOf('200 appends that wait in hundreds, beside the same for each hundred', 200, '<= 2.22', hundreds),
    rowOf('200 entries in appends of a hundred, beside the same for each hundred', 200, '<= 2.22', whole),
    rowOf(`the chain of ${count} entries audited, beside a bare scan of the rows`, count, '<= 2.86', audit),
  ]);

  bare.close();
  await ledger.close();
  closeSync(floor);
  rmSync(folder, { recursive: true });
}

void measure();
