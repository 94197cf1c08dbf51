import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Fault } from '../../fault.ts';
import { allThatIsReady, inTurns } from '../../gate/turns.ts';
import { prepareFacts } from '../../ledger/entry-text.ts';
import type { Prepared } from '../../ledger/entry-text.ts';
import type { AppendOptions, Head, Ledger } from '../../ledger/ledger.ts';
import type { Fact } from '../../model/entry.ts';
import { openKnownDatabase } from './ledger-database.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { opened, readyFile, reading } from './ledger.ts';
import type { Append, Asked, ErrorTold, Outcome, Told } from './ledger-writer.ts';
import { closedFault } from './sqlite-fault.ts';

/**
 * The ledger of openLedger, with a thread of its own that appends. A commit waits for the disk, for milliseconds on most; a control plane has
 * others to serve meanwhile. Reads are made here, by a connection of their own. Faults: those of openLedger. A thread that ends by itself, or
 * meets a bug, ends the process: nobody could tell what it has written.
 */
export async function openLedgerThread(file: string, program = programOf('ledger-writer')): Promise<Ledger> {
  const absolute = path.resolve(file);
  // Before any connection is open: closing a file takes back all locks that this process has on it, those of SQLite among them.
  readyFile(absolute);
  const writer = await startWriter(absolute, program);
  const db = await readerOr(writer.close, absolute);
  const reader = reading(db, absolute);
  const underWay = new Set<Promise<Head>>();
  let isClosed = false;
  /** How many entries there were when nothing of ours was under way. */
  let known = 0;
  const post = async (facts: readonly Fact[], options: AppendOptions): Promise<Head> => {
    const prepared = prepareFacts(facts);
    if (isClosed) throw closedFault(absolute);
    return await writer.append(prepared, options);
  };
  return {
    id: db.id,
    read: reader.read,
    head: async () => {
      const head = await reader.head();
      // An entry of ours can be seen here before whoever appended it has heard of it, who would then read it back for nothing.
      if (underWay.size === 0) known = head.count;
      else if (head.count > Math.max(known, writer.answered())) await Promise.allSettled(underWay);
      return head;
    },
    append: (facts, options) => {
      const mine = post(facts, options);
      const forget = (): void => void underWay.delete(mine);
      underWay.add(mine);
      mine.then(forget, forget);
      return mine;
    },
    close: async () => {
      isClosed = true;
      await Promise.allSettled(underWay);
      await reader.close();
      // Who closes last puts the log away, which a connection that only reads cannot.
      await writer.close();
    },
  };
}

/** A connection that reads; what is open already is closed when there can be none. */
async function readerOr(close: () => Promise<void>, file: string): Promise<LedgerDatabase> {
  try {
    return opened(file, () => openKnownDatabase(file, 'read'));
  } catch (error) {
    await close();
    throw error;
  }
}

type Writer = {
  readonly append: (prepared: readonly Prepared[], options: AppendOptions) => Promise<Head>;
  /** How many entries the ledger had after the last append that was answered. */
  readonly answered: () => number;
  /** Ends when everybody who waits has been answered, and the thread is gone. */
  readonly close: () => Promise<void>;
};

/**
 * Starts the thread, and waits until it may be asked. What comes in one turn of the event loop, or while the thread is busy, goes to it together:
 * it shares a commit, and what compares goes first. Faults: those of opening the file.
 */
async function startWriter(file: string, program: string): Promise<Writer> {
  const thread = new Worker(program, { workerData: file });
  let isClosing = false;
  const ended = new Promise<void>((resolve, reject) => {
    thread.once('exit', (code) => {
      if (isClosing) resolve();
      else reject(new Error(`The thread that appends to the ledger has ended by itself, with ${code}.`));
    });
  });
  const ask = (asked: Asked): void => thread.postMessage(asked);
  let heard: ((outcomes: readonly Outcome[]) => void) | undefined;
  let answered = 0;
  const takeTurn = inTurns(
    async (appends: readonly Append[]) => {
      const outcomes = await new Promise<readonly Outcome[]>((resolve) => {
        heard = resolve;
        ask(appends);
      });
      for (const each of outcomes) if (each.ok) answered = Math.max(answered, each.head.count);
      return new Map(appends.map((append, at) => [append, outcomes[at]]));
    },
    { gather: allThatIsReady },
  );
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error): void => {
      isClosing = true;
      reject(error);
    };
    // Only until it is open: later it is nobody's to catch.
    thread.once('error', refuse);
    thread.on('message', (told: Told) => {
      thread.off('error', refuse);
      if (told.kind === 'open') resolve();
      else if (told.kind === 'refused') refuse(errorOf(told.error));
      else heard?.(told.outcomes);
    });
  });
  return {
    append: async (prepared, options) => {
      const append = { prepared, options };
      const outcome = (await takeTurn(append)).get(append);
      if (outcome?.ok === true) return outcome.head;
      throw outcome === undefined
        ? new Error('The thread left an append unanswered.')
        : errorOf(outcome.error);
    },
    answered: () => answered,
    close: async () => {
      isClosing = true;
      ask('close');
      await ended;
    },
  };
}

function errorOf({ code, message, detail }: ErrorTold): Error {
  if (code !== null) return new Fault(code, message, detail);
  return Object.assign(new Error(message), { stack: detail });
}

/** A program for a thread: beside the published program, or its source. */
function programOf(name: string): string {
  const built = fileURLToPath(new URL(`${name}.cjs`, import.meta.url));
  return existsSync(built) ? built : fileURLToPath(new URL(`${name}.ts`, import.meta.url));
}
