import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { boundFlagsIn } from '../../adapters/flag-files/bound-flags.ts';
import { parseDotenv } from '../../adapters/flag-files/dotenv.ts';
import { parseProperties } from '../../adapters/flag-files/properties.ts';
import { parseToml } from '../../adapters/flag-files/toml.ts';
import { parseYaml } from '../../adapters/yaml/parse.ts';
import { Fault } from '../../fault.ts';
import type { BoundFlag } from '../../model/node-report.ts';
import { readJson } from '../../seal/json.ts';

const MAX_BYTES = 4 * 1024 * 1024;

/** The switches set in a service's flag files, in the files' order. Faults: BAD_INPUT naming file and line, and what reading throws. */
export async function flagsInFiles(files: readonly string[]): Promise<BoundFlag[]> {
  const lists = await Promise.all(files.map((file) => flagsInFile(file)));
  return lists.flat();
}

async function flagsInFile(file: string): Promise<BoundFlag[]> {
  parserOf(file);
  return flagsInBytes(file, await readDocument(file, { what: 'flag file', maxBytes: MAX_BYTES }));
}

/** The switches set in a flag file whose bytes are at hand; `file` is its path on its own server. Fault: BAD_INPUT naming file and line. */
export function flagsInBytes(file: string, bytes: Uint8Array): BoundFlag[] {
  return boundFlagsIn({ value: parserOf(file)(bytes, shownPath(file)), file });
}

type Parse = (bytes: Uint8Array, file: string) => unknown;

const PARSERS: Readonly<Record<string, Parse>> = {
  '.json': jsonOf,
  '.yaml': (bytes, file) => parseYaml(textOf(bytes, file), file).value,
  '.yml': (bytes, file) => parseYaml(textOf(bytes, file), file).value,
  '.toml': (bytes, file) => parseToml(textOf(bytes, file), file),
  '.env': (bytes, file) => parseDotenv(textOf(bytes, file), file),
  '.properties': (bytes, file) => parseProperties(textOf(bytes, file), file),
};

/** By the end of the name; `.env` and `.env.production` are of one kind. */
function parserOf(file: string): Parse {
  const name = path.basename(file);
  const kind = /^\.env(?:\.|$)/.test(name) ? '.env' : path.extname(name).toLowerCase();
  const parse = PARSERS[kind];
  if (parse !== undefined) return parse;
  throw new Fault(
    'BAD_INPUT',
    `The flag file ${shownPath(file)} is of no kind haunted reads; its name must end in ${Object.keys(PARSERS).join(', ')}.`,
    { file },
  );
}

function jsonOf(bytes: Uint8Array, file: string): unknown {
  const read = readJson(bytes);
  if (!read.ok) throw new Fault('BAD_INPUT', `The flag file ${file} ${read.detail}.`, { file });
  return read.value;
}

function textOf(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new Fault(
      'BAD_INPUT',
      `The flag file ${file} is not UTF-8 text; save it as UTF-8.`,
      { file },
      error,
    );
  }
}
