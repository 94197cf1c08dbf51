import { Fault } from '../../fault.ts';
import { readDocument } from '../../adapters/files/read-document.ts';

/** A record is a page. Whoever hands in more has the wrong file. */
const MAX_BYTES = 256 * 1024;

/** The text of a record. Faults: BAD_INPUT when it is not UTF-8, and what readDocument throws. */
export async function readRecordText(file: string): Promise<string> {
  const bytes = await readDocument(file, { what: 'record', maxBytes: MAX_BYTES });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault('BAD_INPUT', `The record ${file} is not UTF-8 text; save it as UTF-8.`, { file }, error);
  }
}
