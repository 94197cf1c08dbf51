import { writeSync } from 'node:fs';
import process from 'node:process';
import { openLedgerThread } from '../../src/adapters/sqlite/ledger-thread.ts';
import { openLedger } from '../../src/adapters/sqlite/ledger.ts';
import { proof } from './facts.ts';

/**
 * Appends to a ledger until it is killed, from several places at once, and prints `count hash` for each append when it is acknowledged and
 * not before. node test/world/ledger-appender.ts FILE [SIZE] [thread], where `thread` has a thread of its own append
 */
const [file = '', size = '300', how] = process.argv.slice(2);
const ledger = how === 'thread' ? await openLedgerThread(file) : openLedger(file);
writeSync(1, 'open\n');

async function appendForEver(name: string): Promise<never> {
  for (let turn = 0; ; turn += 1) {
    // Small and large ones from the first on, up to SIZE.
    const document = 'e'.repeat(Math.floor(((turn + 1) * 0.37 * Number(size)) % Number(size)));
    const facts = Array.from({ length: 1 + (turn % 3) }, () => proof(`${name}-${turn}`, { document }));
    const { count, hash } = await ledger.append(facts, { expected: 'any', now: Date.now() });
    // Straight to the pipe: what Node still held in memory would die with it.
    writeSync(1, `${count} ${hash}\n`);
  }
}

try {
  await Promise.all(['a', 'b', 'c', 'd'].map(appendForEver));
} catch (error) {
  writeSync(1, `fault ${(error as { code?: string }).code ?? String(error)} ${(error as Error).message}\n`);
  process.exitCode = 9;
}
