import { parentPort, workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { Fault } from '../../fault.ts';
import type { FaultCode } from '../../fault.ts';
import type { Prepared } from '../../ledger/entry-text.ts';
import { groupCommit } from '../../ledger/group-commit.ts';
import type { AppendOptions, Head } from '../../ledger/ledger.ts';
import { openKnownDatabase } from './ledger-database.ts';
import type { LedgerDatabase } from './ledger-database.ts';
import { isBusy, ledgerFault, openingFault } from './sqlite-fault.ts';

/** What the thread is asked: to append all that waits, or to end. */
export type Asked = readonly Append[] | 'close';
export type Append = { readonly prepared: readonly Prepared[]; readonly options: AppendOptions };

/** What it answers: first whether it may be asked, then what became of each append, in their order. */
export type Told =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly error: ErrorTold }
  | { readonly kind: 'settled'; readonly outcomes: readonly Outcome[] };
export type Outcome =
  | { readonly ok: true; readonly head: Head }
  | { readonly ok: false; readonly error: ErrorTold };

/** An error as it goes from one thread to the other: a Fault by its words, a bug by its stack. */
export type ErrorTold =
  | {
      readonly code: FaultCode;
      readonly message: string;
      readonly detail: Readonly<Record<string, unknown>>;
    }
  | { readonly code: null; readonly message: string; readonly detail: string };

/** Opens the ledger in this file, which was checked before. */
function start(port: MessagePort, file: string): void {
  try {
    write(port, file, openKnownDatabase(file, 'append'));
  } catch (error) {
    port.postMessage({ kind: 'refused', error: errorTold(openingFault(file, error)) } satisfies Told);
    port.close();
  }
}

/** Appends for the thread at the other end of the port. */
function write(port: MessagePort, file: string, db: LedgerDatabase): void {
  const tell = (told: Told): void => port.postMessage(told);
  const committer = groupCommit({ ...db, isBusy, faultOf: (error) => ledgerFault(file, error) });
  const close = async (): Promise<void> => {
    await committer.idle();
    db.close();
    port.close();
  };
  const append = async ({ prepared, options }: Append): Promise<Outcome> => {
    try {
      return { ok: true, head: await committer.append(prepared, options) };
    } catch (error) {
      return { ok: false, error: errorTold(error) };
    }
  };
  const settle = async (appends: readonly Append[]): Promise<void> =>
    tell({ kind: 'settled', outcomes: await Promise.all(appends.map(append)) });
  port.on('message', (asked: Asked) => void (asked === 'close' ? close() : settle(asked)));
  tell({ kind: 'open' });
}

function errorTold(error: unknown): ErrorTold {
  if (error instanceof Fault) return { code: error.code, message: error.message, detail: error.detail };
  const { message, stack = message } = error instanceof Error ? error : new Error(String(error));
  return { code: null, message, detail: stack };
}

if (parentPort !== null) start(parentPort, String(workerData));
