import type { IncomingMessage } from 'node:http';
import { Fault, FAULTS } from '../../fault.ts';
import type { FaultCode } from '../../fault.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { checkValue } from '../../seal/parse-document.ts';
import type { DocumentSchema } from '../../seal/parse-document.ts';
import { unreachable } from './http-call.ts';

/** The largest answer that is read, in bytes. */
const MOST_BYTES = 256 * 1024;
const MOST_TEXT = 1_000;

/** The bytes of an answer. Fault: UNREACHABLE when it breaks off or is too long. */
export async function bytesOf(answer: IncomingMessage, name: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of answer as AsyncIterable<Buffer>) {
      length += piece.length;
      if (length > MOST_BYTES)
        throw new Fault('UNREACHABLE', `${name} answers with more than anybody asked for.`);
      pieces.push(piece);
    }
  } catch (error) {
    throw error instanceof Fault ? error : unreachable(name, error as NodeJS.ErrnoException);
  }
  return Buffer.concat(pieces);
}

/** The document of an answer. Faults: what the control plane says, or UNREACHABLE when it says nothing that can be read. */
export async function documentOf<T>(
  schema: DocumentSchema<T>,
  answer: IncomingMessage,
  name: string,
): Promise<T> {
  const bytes = await bytesOf(answer, name);
  if ((answer.statusCode ?? 0) >= 300) throw faultIn(bytes, answer.statusCode ?? 0, name);
  const read = readJson(bytes);
  const checked = read.ok ? checkValue(schema, read.value) : read;
  if (checked.ok) return checked.value;
  throw new Fault('UNREACHABLE', `${name} answers with something that is no answer: it ${checked.detail}.`);
}

/** The fault that an answer tells of, or UNREACHABLE with its status when it is none of ours. */
export function faultIn(bytes: Uint8Array, status: number, name: string): Fault {
  const read = readJson(bytes);
  const told = read.ok && isObject(read.value) ? read.value : {};
  const { code, message } = told;
  if (typeof code === 'string' && typeof message === 'string') return faultOf({ code, message }, name);
  return new Fault('UNREACHABLE', `${name} answers with HTTP status ${status}.`, { status });
}

/** The fault that is told of; UNREACHABLE for one that is not known here. */
export function faultOf(
  { code, message }: { readonly code: string; readonly message: string },
  name: string,
): Fault {
  if (Object.hasOwn(FAULTS, code)) return new Fault(code as FaultCode, oneLine(message));
  return new Fault('UNREACHABLE', `${name} could not do it (${oneLine(code)}): ${oneLine(message)}`);
}

function oneLine(text: string): string {
  return text
    .replaceAll(/[^\P{C}]+|\s+/gu, ' ')
    .trim()
    .slice(0, MOST_TEXT);
}
