import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { HeldState } from '../../model/kept-state.ts';
import type { ReceivedFlag } from '../../model/node-report.ts';
import { Holds, Received, SelfReport } from '../../model/self-report.ts';
import { parseDocument } from '../../seal/parse-document.ts';
import type { Io } from '../io.ts';

const MAX_BYTES = 8 * 1024 * 1024;

/** The service's own word about its binary, from a file or stdin. Faults: BAD_INPUT, and what reading throws. */
export async function readSelfReport(file: string, io: Io): Promise<SelfReport> {
  const isStdin = file === '-';
  const bytes = isStdin
    ? await wholeStdin(io)
    : await readDocument(file, { what: 'self-report', maxBytes: MAX_BYTES });
  return parseDocument(
    SelfReport,
    bytes,
    isStdin ? 'The self-report on stdin' : `The self-report ${shownPath(file)}`,
  );
}

/** The versions of state that a service says it holds. Faults: BAD_INPUT, and what reading throws. */
export async function readHolds(file: string): Promise<HeldState[]> {
  const bytes = await readDocument(file, { what: 'list of held state', maxBytes: MAX_BYTES });
  return parseDocument(Holds, bytes, `The list of held state ${shownPath(file)}`);
}

/** The switches a service says it received in messages. Faults: BAD_INPUT, and what reading throws. */
export async function readReceived(file: string): Promise<ReceivedFlag[]> {
  const bytes = await readDocument(file, { what: 'list of received flags', maxBytes: MAX_BYTES });
  return parseDocument(Received, bytes, `The list of received flags ${shownPath(file)}`);
}

async function wholeStdin(io: Io): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of io.stdin()) {
    length += piece.length;
    if (length > MAX_BYTES)
      throw new Fault('TOO_LARGE', `The self-report on stdin is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
