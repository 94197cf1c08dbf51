import type { Settled } from '../../gate/gate.ts';
import { EXIT_BY_VERDICT } from '../../model/verdict.ts';
import type { Io } from '../io.ts';
import { afterwards, verdictPage } from './show.ts';

/** Prints what the servers proved, outside of a button; the exit code is the verdict’s. */
export async function settledAnswer(settled: Settled, format: 'table' | 'json', io: Io): Promise<number> {
  if (format === 'json')
    io.stdout(`${JSON.stringify({ schema: 'haunted.settled/v1', ...settled }, null, 2)}\n`);
  else io.stdout(`${await verdictPage(settled.verdict, io)}\n${afterwards(settled)}`);
  return EXIT_BY_VERDICT[settled.verdict.verdict];
}
