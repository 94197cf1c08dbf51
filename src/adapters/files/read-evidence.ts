import { readdirSync, statSync } from 'node:fs';
import type { Stats } from 'node:fs';
import path from 'node:path';
import { Fault } from '../../fault.ts';
import { LIMITS } from '../../model/limits.ts';
import type { Evidence } from '../../model/verified.ts';
import type { Door } from '../../seal/open.ts';
import { openFile, streamSource } from './byte-source.ts';
import type { ByteSource } from './byte-source.ts';
import { eachLine, windowOn } from './byte-window.ts';
import { cannotRead } from './cannot-read.ts';
import { claimedIn, evidenceIntake, unreadable } from './evidence-intake.ts';
import type { Entry, Intake, Unreadable } from './evidence-intake.ts';
import { shapeOf } from './evidence-shape.ts';

import { shownPath } from './shown-path.ts';

const EVIDENCE_FILE = /\.(?:json|ndjson|jsonl)$/;

/**
 * What do these files, folders and `-` (standard input) say? Reads JSON objects, JSON arrays and NDJSON, told apart by their content; in a
 * folder the `*.json`, `*.ndjson` and `*.jsonl` files, in the order of their names. The door decides what is let in.
 *
 * What cannot be read among other entries becomes a Refused: one garbled proof neither blinds us to the rest nor passes unmentioned.
 * Faults: BAD_INPUT when a file holds one document and it cannot be read, when nothing in a set can be read, and for an empty file or
 * folder; NOT_FOUND, NO_PERMISSION, TOO_LARGE.
 */
export async function readEvidence(
  paths: readonly string[],
  door: Door,
  stdin: () => AsyncIterable<Uint8Array>,
): Promise<Omit<Evidence, 'history' | 'standing'>> {
  const gathered: Gathered = { reports: [], refused: [], unreachable: [] };
  for (const given of paths) {
    const intake = evidenceIntake(door);
    const isSet =
      given === '-' ? await readOne(streamSource('stdin', stdin()), intake) : await readPath(given, intake);
    gather(await intake.entries(), isSet, given === '-' ? 'stdin' : shownPath(given), gathered);
  }
  return gathered;
}

type Gathered = { readonly [K in keyof Omit<Evidence, 'history' | 'standing'>]: Evidence[K][number][] };

/** Whether what was read is a set of entries, of which some may be unreadable. */
async function readPath(given: string, intake: Intake): Promise<boolean> {
  const info = statOf(given);
  if (!info.isDirectory()) return readOne(await openFile(given, 'evidence'), intake);
  const files = evidenceFiles(given);
  const [only] = files;
  if (only === undefined)
    throw new Fault(
      'BAD_INPUT',
      `The evidence folder ${shownPath(given)} holds no .json, .ndjson or .jsonl file.`,
    );
  if (files.length === 1) return readOne(await openFile(only, 'evidence'), intake);
  for (const file of files) await readMember(file, intake);
  return true;
}

function statOf(given: string): Stats {
  try {
    return statSync(given);
  } catch (error) {
    throw cannotRead(given, 'evidence', error);
  }
}

/** The folder's evidence files, without those of folders in it. A link that leads nowhere is listed, so that it is not passed over. */
export function evidenceFiles(folder: string): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    throw cannotRead(folder, 'evidence', error);
  }
  return names
    .filter((name) => EVIDENCE_FILE.test(name))
    .toSorted()
    .map((name) => path.join(folder, name))
    .filter((file) => !isFolder(file));
}

function isFolder(file: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch {
    // Whoever opens it says what is wrong.
    return false;
  }
}

/** One file of several. That it cannot be opened is an entry too. */
async function readMember(file: string, intake: Intake): Promise<void> {
  try {
    await readOne(await openFile(file, 'evidence'), intake);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const detail = `cannot be read: ${error.message.replace(/\.$/, '')}`;
    intake.refuse(unreadable('malformed', detail, shownPath(file), null));
  }
}

/** Whether the source holds a set. */
async function readOne(source: ByteSource, intake: Intake): Promise<boolean> {
  try {
    return await readSource(source, intake);
  } finally {
    source.close();
  }
}

async function readSource(source: ByteSource, intake: Intake): Promise<boolean> {
  const { name } = source;
  const window = windowOn(source);
  const shape = await shapeOf(window, `The evidence ${name}`);
  if (shape.kind === 'unreadable') {
    const head = window.bytes.subarray(window.start, Math.min(window.end, window.start + LIMITS.line_bytes));
    intake.refuse(unreadable(shape.reason, shape.detail, name, claimedIn(head)));
    return false;
  }
  if (shape.kind === 'value') {
    if (!Array.isArray(shape.value)) {
      await intake.takeValue(shape.value, name);
      return false;
    }
    if (shape.value.length === 0) throw new Fault('BAD_INPUT', `The evidence ${name} is an empty list.`);
    for (const [index, value] of shape.value.entries()) await intake.takeValue(value, `${name}[${index}]`);
    return true;
  }
  const most = `is longer than the ${LIMITS.line_bytes / (1024 * 1024)} MiB that a line may have`;
  await eachLine(window, LIMITS.line_bytes, {
    line: (bytes, start, end, line) => intake.takeBytes(bytes, start, end, `${name}:${line}`),
    overlong: (line) => intake.refuse(unreadable('malformed', most, `${name}:${line}`, null)),
  });
  return true;
}

/** Sorts the entries of one path. What cannot be read is refused among others, and a fault when it is all there is. */
function gather(entries: readonly Entry[], isSet: boolean, name: string, gathered: Gathered): void {
  let readable = 0;
  let first: Unreadable | null = null;
  for (const entry of entries) {
    if (entry.kind === 'unreadable') {
      first ??= entry;
      if (!isSet) continue;
      const { reason, detail, source, claimed } = entry;
      gathered.refused.push({ reason, detail: `it ${detail}`, source, claimed_hostname: claimed });
      continue;
    }
    readable += 1;
    if (entry.kind === 'report') gathered.reports.push(entry.report);
    else if (entry.kind === 'refused') gathered.refused.push(entry.refused);
    else gathered.unreachable.push(entry.unreachable);
  }
  if (readable > 0 || first === null) return;
  const { source, detail, reason } = first;
  const all =
    entries.length === 1
      ? ''
      : `Nothing in the evidence ${name} can be read: the first of ${entries.length} entries, `;
  const subject = all === '' ? `The evidence ${source} ${detail}` : `${all}${source}, ${detail}`;
  throw new Fault('BAD_INPUT', `${subject}.`, { source, reason });
}
