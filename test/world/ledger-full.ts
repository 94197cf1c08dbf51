import { rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { openLedgerThread } from '../../src/adapters/sqlite/ledger-thread.ts';
import { openLedger } from '../../src/adapters/sqlite/ledger.ts';
import { verifyChain } from '../../src/ledger/chain.ts';
import type { Ledger } from '../../src/ledger/ledger.ts';
import { proof } from './facts.ts';

/**
 * What a ledger does on a disk that runs full, told as one line of JSON: node test/world/ledger-full.ts FOLDER [thread], where FOLDER is a
 * small file system of its own, and `thread` has a thread append.
 */
const [folder = '', how] = process.argv.slice(2);
const file = path.join(folder, 'ledger.db');
const ballast = path.join(folder, 'ballast');
const fact = proof('smars-04', { document: 'e'.repeat(1_500) });
const acknowledged: string[] = [];

/** The code of the fault that ended it. */
async function appendUntilFault(ledger: Ledger): Promise<string> {
  for (;;)
    try {
      const { count, hash } = await ledger.append([fact], { expected: 'any', now: Date.now() });
      acknowledged.push(`${count} ${hash}`);
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
}

/** How many of the acknowledged entries are not there, or whether the chain is broken. */
async function lossIn(ledger: Ledger): Promise<number | string> {
  const lines = (await Array.fromAsync(ledger.read(1))).flat();
  const answer = await verifyChain(ledger.read(1));
  if (!answer.ok) return answer.problem.detail;
  const there = new Set(
    lines.map((line) => {
      const { seq, hash } = JSON.parse(line) as { seq: number; hash: string };
      return `${seq} ${hash}`;
    }),
  );
  return acknowledged.filter((one) => !there.has(one)).length;
}

writeFileSync(ballast, Buffer.alloc(1024 * 1024));
const ledger = how === 'thread' ? await openLedgerThread(file) : openLedger(file);
const first = await appendUntilFault(ledger);
const again = await appendUntilFault(ledger);
const full = acknowledged.length;
const lostWhileFull = await lossIn(ledger);
rmSync(ballast);
await ledger.append([fact], { expected: 'any', now: Date.now() });
const lostAfter = await lossIn(ledger);
const second = await appendUntilFault(ledger);
await ledger.close();
// The disk is full again.
const reopened = openLedger(file);
const lostReopened = await lossIn(reopened);
await reopened.close();
writeSync(
  1,
  `${JSON.stringify({ first, again, second, hadSome: full > 10, lostWhileFull, lostAfter, lostReopened })}\n`,
);
