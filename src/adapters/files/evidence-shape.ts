import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { fillWindow, isBlank } from './byte-window.ts';
import type { ByteWindow } from './byte-window.ts';

/** How evidence is laid out: one document per line, or one value over the whole of it. */
export type EvidenceShape =
  | { readonly kind: 'lines' }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'unreadable'; readonly reason: UnreadableReason; readonly detail: string };

type UnreadableReason = 'malformed' | 'duplicate_key' | 'trailing_bytes';

/** How much is looked at to tell: what is no JSON is refused after so many bytes, whatever its size. */
const HEAD_BYTES = 1024 * 1024;
const OPENING = new Set([0x7b, 0x5b]);

/**
 * How is this evidence laid out? Told from the content and never from a name. It is lines when a line is a whole JSON object by itself and
 * more than that line is there; otherwise it must be one value, read whole. `subject` names it in sentences.
 * Faults: BAD_INPUT when it is empty, TOO_LARGE when one value is larger than LIMITS.document_bytes.
 */
export async function shapeOf(window: ByteWindow, subject: string): Promise<EvidenceShape> {
  await fillWindow(window, HEAD_BYTES);
  if (isBlank(window.bytes, window.start, window.end)) {
    if (window.isEnded) throw new Fault('BAD_INPUT', `${subject} is empty.`);
    throw new Fault('BAD_INPUT', `${subject} starts with a million blanks; is it the right file?`);
  }
  const head = decoded(window.bytes.subarray(window.start, window.end));
  if (startsWithObjectLine(head, window.isEnded)) return { kind: 'lines' };
  const first = firstByte(window);
  if (!OPENING.has(first) || head.includes('\u0000'))
    return hasObjectLine(head, window.isEnded) && first !== 0 ? { kind: 'lines' } : unreadable(window);
  return wholeValue(window, subject);
}

async function wholeValue(window: ByteWindow, subject: string): Promise<EvidenceShape> {
  await fillWindow(window, LIMITS.document_bytes + 1);
  const bytes = window.bytes.subarray(window.start, window.end);
  if (bytes.length <= LIMITS.document_bytes) {
    const read = readJson(bytes);
    if (read.ok) return { kind: 'value', value: read.value };
    return hasObjectLine(decoded(bytes), window.isEnded)
      ? { kind: 'lines' }
      : { kind: 'unreadable', reason: read.reason, detail: read.detail };
  }
  if (hasObjectLine(decoded(bytes.subarray(0, HEAD_BYTES)), false)) return { kind: 'lines' };
  const most = LIMITS.document_bytes / (1024 * 1024);
  throw new Fault(
    'TOO_LARGE',
    `${subject} is one document of more than ${most} MiB; write one report per line (NDJSON).`,
    { max_bytes: LIMITS.document_bytes },
  );
}

function unreadable(window: ByteWindow): EvidenceShape {
  const read = readJson(window.bytes.subarray(window.start, window.end));
  return read.ok
    ? { kind: 'value', value: read.value }
    : { kind: 'unreadable', reason: read.reason, detail: read.detail };
}

/** As text, with a byte order mark kept where there is one, because JSON has none. */
function decoded(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Whether the first line that is not blank is a whole object, and is not all there is. */
function startsWithObjectLine(head: string, isAll: boolean): boolean {
  const start = head.search(/[^ \t\n\r]/);
  const feed = head.indexOf('\n', start);
  if (feed === -1) return false;
  const isAlone = isAll && head.slice(feed).trim() === '';
  return !isAlone && isObjectLine(head.slice(start, feed));
}

/** Whether any line that starts with a brace is a whole object; the last line counts only when it ended. */
function hasObjectLine(head: string, isAll: boolean): boolean {
  const lines = head.split('\n');
  if (!isAll) lines.pop();
  return lines.some((line) => isObjectLine(line));
}

function isObjectLine(line: string): boolean {
  if (!line.startsWith('{')) return false;
  try {
    return isObject(JSON.parse(line));
  } catch {
    return false;
  }
}

function firstByte(window: ByteWindow): number {
  let at = window.start;
  while (isBlank(window.bytes, at, at + 1)) at += 1;
  return window.bytes[at] ?? 0;
}
