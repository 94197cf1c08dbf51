import type { ServerResponse } from 'node:http';
import type { Ledger } from '../ledger/ledger.ts';
import { startLines } from './respond.ts';

/** How often a ledger that other processes may write to is looked at by those who follow it, in milliseconds. */
const LOOK_MS = 500;

type Asked = { readonly from: number; readonly follows: boolean };

/** The ledger’s own lines from an entry on, and what comes after them as long as the reader stays. Faults: those of the ledger, before the first line. */
export async function answerLines(
  ledger: Ledger,
  { from, follows }: Asked,
  response: ServerResponse,
  isStopping: () => boolean,
): Promise<void> {
  await ledger.head();
  startLines(response);
  let at = from;
  for (;;) {
    for await (const batch of ledger.read(at)) {
      at += batch.length;
      if (!response.write(`${batch.join('\n')}\n`)) await drained(response);
      if (response.destroyed) return;
    }
    if (!follows || isStopping() || response.destroyed) break;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  response.end();
}

async function drained(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => {
    const go = (): void => {
      response.off('drain', go);
      response.off('close', go);
      resolve();
    };
    response.once('drain', go);
    response.once('close', go);
  });
}
