import { stat } from 'node:fs/promises';
import { openFile, streamSource, type ByteSource } from '../../adapters/files/byte-source.ts';
import { eachLine, windowOn } from '../../adapters/files/byte-window.ts';
import { cannotRead } from '../../adapters/files/cannot-read.ts';
import { shapeOf } from '../../adapters/files/evidence-shape.ts';
import { evidenceFiles } from '../../adapters/files/read-evidence.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { CollectFailure, Collected } from '../../model/collected.ts';
import { LIMITS } from '../../model/limits.ts';
import { NodeReport } from '../../model/node-report.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { checkValue } from '../../seal/parse-document.ts';
import { claimedHostname, hostnameIn } from '../../seal/proof-payload.ts';
import type { Io } from '../io.ts';

/** One document that was left somewhere, as it is passed on. */
type FoundLine = {
  /** The host it speaks for; null when that cannot be read. */
  readonly hostname: string | null;
  /** A failure that somebody else recorded is passed on, and is no answer. */
  readonly isAnswer: boolean;
  /** The document on one line. */
  readonly text: string;
};

/** Something that was there and is no report. */
export type Unreadable = { readonly source: string; readonly detail: string };

export type Found = { readonly lines: readonly FoundLine[]; readonly unreadable: readonly Unreadable[] };

/**
 * The reports others left in these files and folders: JSON, JSON lists and NDJSON, told apart by content; of a folder its *.json,
 * *.ndjson and *.jsonl files. Signed proofs pass as they are, for their bytes are what was signed; nothing is verified here. Faults:
 * NOT_FOUND, NO_PERMISSION, BAD_INPUT for an empty file or folder, TOO_LARGE.
 */
export async function linesInFiles(paths: readonly string[], io: Io): Promise<Found> {
  const lines: FoundLine[] = [];
  const unreadable: Unreadable[] = [];
  const take = (value: unknown, source: string): void => {
    const read = readEntry(value);
    if (typeof read === 'string') unreadable.push({ source, detail: read });
    else lines.push({ ...read, text: JSON.stringify(value) });
  };
  const refuse = (source: string, detail: string): void => void unreadable.push({ source, detail });
  for (const given of paths) {
    if (given === '-') await readSource(streamSource('stdin', io.stdin()), { take, refuse });
    else
      for (const file of await filesAt(given))
        await readSource(await openFile(file, 'evidence'), { take, refuse });
  }
  return { lines, unreadable };
}

type Use = {
  readonly take: (value: unknown, source: string) => void;
  readonly refuse: (source: string, detail: string) => void;
};

async function filesAt(given: string): Promise<readonly string[]> {
  const info = await stat(given).catch((error: unknown) => {
    throw cannotRead(given, 'evidence', error);
  });
  if (!info.isDirectory()) return [given];
  const files = evidenceFiles(given);
  if (files.length > 0) return files;
  throw new Fault(
    'BAD_INPUT',
    `The evidence folder ${shownPath(given)} holds no .json, .ndjson or .jsonl file.`,
  );
}

async function readSource(source: ByteSource, { take, refuse }: Use): Promise<void> {
  const { name } = source;
  try {
    const window = windowOn(source);
    const shape = await shapeOf(window, `The evidence ${name}`);
    if (shape.kind === 'unreadable') return refuse(name, shape.detail);
    if (shape.kind === 'value') {
      if (!Array.isArray(shape.value)) return take(shape.value, name);
      for (const [at, value] of shape.value.entries()) take(value, `${name}[${at}]`);
      return undefined;
    }
    await eachLine(window, LIMITS.line_bytes, {
      line: (bytes, start, end, line) => {
        const read = readJson(bytes.subarray(start, end));
        if (read.ok) take(read.value, `${name}:${line}`);
        else refuse(`${name}:${line}`, read.detail);
        return undefined;
      },
      overlong: (line) => refuse(`${name}:${line}`, 'is longer than a line may be'),
    });
    return undefined;
  } finally {
    source.close();
  }
}

const DOCUMENTS = {
  'haunted.node-report/v1': NodeReport,
  'haunted.collected/v1': Collected,
  'haunted.collect-failure/v1': CollectFailure,
} as const;

/** Whose document this is, or a clause that says why it is none. */
function readEntry(value: unknown): Omit<FoundLine, 'text'> | string {
  if (!isObject(value)) return 'is not a JSON object';
  const { payload, schema } = value;
  if (typeof payload === 'string' && value['signatures'] !== undefined)
    return { hostname: claimedHostname(Buffer.from(payload, 'base64')), isAnswer: true };
  const known = Object.entries(DOCUMENTS).find(([name]) => name === schema);
  if (known === undefined) return 'is neither a report nor a signed proof';
  const checked = checkValue<unknown>(known[1], value);
  if (!checked.ok) return checked.detail;
  return {
    hostname: hostnameIn(value) ?? hostnameIn(value['report']),
    isAnswer: schema !== 'haunted.collect-failure/v1',
  };
}
