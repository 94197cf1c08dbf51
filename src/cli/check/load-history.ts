import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { errnoOf, shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { OpenedManifest } from '../../model/verified.ts';
import { isEnvelope, readEnvelope } from '../../seal/envelope.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { openManifest } from '../../seal/open.ts';
import type { Door } from '../../seal/open.ts';
import { PREDICATES, readStatement } from '../../seal/statement.ts';
import type { Io } from '../io.ts';
import { typedPath } from './typed-path.ts';

/**
 * Every earlier manifest that these files and folders hold: of a folder, each *.json in it. A file in a folder that is another
 * document of haunted is passed over with a note. One that cannot be read is a Fault, because an incomplete history must not
 * pass as a whole one; so is a named file that holds no manifest.
 */
export async function loadHistory(names: readonly string[], door: Door, io: Io): Promise<OpenedManifest[]> {
  const opened: OpenedManifest[] = [];
  for (const name of names) {
    const files = filesIn(typedPath(name, io.cwd));
    if (files === null) {
      opened.push(openManifest(await read(typedPath(name, io.cwd)), shownPath(name), door));
      continue;
    }
    if (files.length === 0) io.stderr(`haunted: the history ${shownPath(name)} holds no *.json file.\n`);
    for (const file of files) opened.push(...(await openInFolder(path.join(name, file), door, io)));
  }
  return opened;
}

/** The *.json files of a folder, sorted; null when this is no folder. What is wrong with the path is told by whoever reads it. */
function filesIn(folder: string): string[] | null {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if (errnoOf(error) === 'EACCES')
      throw new Fault(
        'NO_PERMISSION',
        `The history ${shownPath(folder)} may not be listed by this user; ask for read permission on it.`,
        { path: folder },
        error,
      );
    return null;
  }
}

async function openInFolder(name: string, door: Door, io: Io): Promise<OpenedManifest[]> {
  const bytes = await read(typedPath(name, io.cwd));
  const other = otherDocument(bytes);
  if (other === null) return [openManifest(bytes, shownPath(name), door)];
  io.stderr(`haunted: ${shownPath(name)} is ${other}, not a manifest; passed over.\n`);
  return [];
}

async function read(file: string): Promise<Uint8Array> {
  return await readDocument(file, { what: 'manifest of the history' });
}

/**
 * What else of haunted's this is; null for a manifest and for whatever is none of ours. A signed document is known by its
 * predicate before its signature is looked at: who can put a false one here could as well take the file away.
 */
function otherDocument(bytes: Uint8Array): string | null {
  const json = readJson(bytes);
  if (!json.ok) return null;
  if (!isEnvelope(json.value)) return otherSchema(Array.isArray(json.value) ? json.value[0] : json.value);
  const envelope = readEnvelope(json.value);
  if (!envelope.ok) return null;
  const statement = readStatement(envelope.payload, PREDICATES.manifest);
  return !statement.ok && statement.reason === 'wrong_predicate' ? 'another signed document' : null;
}

function otherSchema(value: unknown): string | null {
  const schema = isObject(value) ? value['schema'] : undefined;
  if (typeof schema !== 'string' || schema.startsWith('haunted.manifest/')) return null;
  return /^haunted\.[a-z-]+\/v\d+$/.test(schema) ? `a ${schema}` : null;
}
