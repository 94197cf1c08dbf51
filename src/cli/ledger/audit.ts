import { Fault } from '../../fault.ts';
import { verifyChain } from '../../ledger/chain.ts';
import type { ChainAnswer } from '../../ledger/chain.ts';
import { contentProblem } from '../../ledger/read-entry.ts';
import type { LedgerCheckpoint } from '../../model/ledger-checkpoint.ts';
import { quoted } from '../../model/quoted.ts';
import type { LedgerSource } from './open-source.ts';

/** The answer, and how far the ledger was found sound. */
export type Audit = { readonly answer: ChainAnswer; readonly sound: number };

/**
 * Is this ledger sound: its chain, every entry in it, and what a checkpoint says of it? What the storage itself cannot give back counts
 * as damage to the entry after the last that could be read.
 */
export async function auditLedger(source: LedgerSource, checkpoint: LedgerCheckpoint | null): Promise<Audit> {
  let sound = 0;
  let marked: string | null = null;
  const each = (
    line: string,
    { count: seq, hash }: { readonly count: number; readonly hash: string | null },
  ) => {
    const detail = contentProblem(line);
    if (detail !== null)
      return { reason: 'unreadable', seq, detail: `entry ${seq} cannot be read: ${detail}` } as const;
    sound = seq;
    if (seq === checkpoint?.count) marked = hash;
    return null;
  };
  const options = source.id === null ? { each } : { each, ledger: source.id };
  try {
    const answer = await verifyChain(source.lines(), options);
    if (answer.ok) source.checkWhole();
    return { answer: answer.ok ? against(checkpoint, answer, marked) : answer, sound };
  } catch (error) {
    if (!(error instanceof Fault && error.code === 'LEDGER_CORRUPT')) throw error;
    const seq = sound + 1;
    const detail = `entry ${seq} cannot be read: ${error.message}`;
    return { answer: { ok: false, problem: { reason: 'unreadable', seq, detail } }, sound };
  }
}

/** What a checkpoint knows that the chain cannot: where the end once was, and what stood there. */
function against(
  checkpoint: LedgerCheckpoint | null,
  answer: ChainAnswer & { readonly ok: true },
  marked: string | null,
): ChainAnswer {
  if (checkpoint === null) return answer;
  const { ledger, count, head, time } = checkpoint;
  const id = answer.ledger;
  if (id !== null && id !== ledger) {
    const detail = `the checkpoint is of another ledger, ${quoted(ledger)}`;
    return { ok: false, problem: { reason: 'foreign', seq: 1, detail } };
  }
  if (answer.head.count < count) {
    const seq = answer.head.count + 1;
    const many = seq === count ? `entry ${seq} is` : `entries ${seq} to ${count} are`;
    const detail = `${many} missing at the end: they were there at ${time}`;
    return { ok: false, problem: { reason: 'cut', seq, detail } };
  }
  if (marked === head) return answer;
  const detail = `entry ${count} is not the one that was signed at ${time}: it, or one before it, was written anew`;
  return { ok: false, problem: { reason: 'rewritten', seq: count, detail } };
}
