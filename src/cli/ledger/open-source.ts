import path from 'node:path';
import { openFile } from '../../adapters/files/byte-source.ts';
import { readLines } from '../../adapters/files/read-lines.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { openLedgerToRead } from '../../adapters/sqlite/ledger.ts';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Values } from '../command.ts';
import { loadConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { optionalText } from '../options.ts';

/** A ledger to be read: the file itself, or an export of it. */
export type LedgerSource = {
  /** As a sentence names it. */
  readonly name: string;
  /** The name the file itself carries; null for an export, which is named by its entries. */
  readonly id: string | null;
  /** All lines from the first entry on, many at a time. Fault INTERRUPTED when the command is stopped. */
  readonly lines: () => AsyncIterable<readonly string[]>;
  /** Is the file itself whole? Fault LEDGER_CORRUPT. */
  readonly checkWhole: () => void;
  readonly close: () => Promise<void>;
};

export const LEDGER_OPTION = {
  type: 'string',
  value: 'FILE',
  help: 'the ledger file, or an export of it; haunted.yaml may name it',
} as const;

const SQLITE = Buffer.from('SQLite format 3\0');

/**
 * The ledger that --ledger names, else HAUNTED_LEDGER, else haunted.yaml. Faults: BAD_USAGE when nothing names one, NOT_FOUND,
 * NO_PERMISSION, BAD_INPUT for what is neither a ledger nor an export, LEDGER_UNSAFE, UNSUPPORTED.
 */
export async function openSource(values: Values, io: Io): Promise<LedgerSource> {
  const given = optionalText(values, 'ledger') ?? (await loadConfig(io)).config.ledger;
  if (given === undefined)
    throw new Fault('BAD_USAGE', '--ledger is missing: give the ledger file, or an export of it.');
  const file = path.resolve(io.cwd, given);
  const name = shownPath(given);
  const start = await startOf(file);
  if (start.equals(SQLITE)) {
    const ledger = openLedgerToRead(file);
    const { id, checkWhole, close } = ledger;
    return { name, id, lines: () => untilStopped(ledger.read(1), io), checkWhole, close };
  }
  if (start[0] === 0x7b)
    return { name, id: null, lines: () => exported(file, io), checkWhole: () => {}, close: async () => {} };
  const why = start.length === 0 ? 'is empty' : 'is neither a ledger nor an export of one';
  throw new Fault('BAD_INPUT', `${name} ${why}; check the path.`, { file });
}

async function startOf(file: string): Promise<Buffer> {
  const source = await openFile(file, 'ledger');
  try {
    const start = Buffer.alloc(SQLITE.length);
    return start.subarray(0, await source.read(start, 0));
  } finally {
    source.close();
  }
}

async function* exported(file: string, io: Io): AsyncGenerator<readonly string[]> {
  const source = await openFile(file, 'ledger');
  try {
    yield* untilStopped(readLines(source, 2 * LIMITS.ledger_body), io);
  } finally {
    source.close();
  }
}

async function* untilStopped(
  batches: AsyncIterable<readonly string[]>,
  { signal }: Io,
): AsyncGenerator<readonly string[]> {
  for await (const batch of batches) {
    if (signal.aborted) throw new Fault('INTERRUPTED', 'The command was interrupted; nothing was decided.');
    yield batch;
    // Reading is synchronous, and a signal is only heard between two turns.
    await new Promise((resolve) => void setImmediate(resolve));
  }
}
