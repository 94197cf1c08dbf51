import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readDocument } from '../../adapters/files/read-document.ts';
import { errnoOf, shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import { Manifest } from '../../model/manifest.ts';
import { isEnvelope, readEnvelope } from '../../seal/envelope.ts';
import { isObject } from '../../seal/is-object.ts';
import { readJson } from '../../seal/json.ts';
import { manifestProblem } from '../../seal/manifest-problem.ts';
import { openManifest } from '../../seal/open.ts';
import type { Door } from '../../seal/open.ts';
import { parseValue } from '../../seal/parse-document.ts';
import type { Refusal } from '../../seal/refusal.ts';
import { PREDICATES, readStatement } from '../../seal/statement.ts';

/** A manifest as it lies in a file, bare or signed. That is no verdict on its signatures: only the door gives one. */
export type ReadManifest = {
  /** The file, as sentences name it. */
  readonly source: string;
  readonly manifest: Manifest;
  /** Its JSON as it was read. */
  readonly raw: unknown;
  /** The key ids its signatures name; null when it is bare. A claim that nobody checked. */
  readonly signatures: readonly string[] | null;
  /** How it contradicts itself or its own digest; null when it does not. */
  readonly problem: Refusal | null;
};

/** Who is let in; null takes every manifest on the caller's own account. */
export type MaybeDoor = Door | null;

/** The manifest in a file. Throws what reading a file throws, and BAD_INPUT when it is no manifest. Signatures are not verified. */
export async function readManifest(file: string, folder: string): Promise<ReadManifest> {
  const source = `The manifest ${shownPath(file)}`;
  return parseManifest(await readDocument(path.resolve(folder, file), { what: 'manifest' }), source);
}

/**
 * A manifest that is sound in itself and, when there is a door, signed by somebody it lets in. Throws BAD_INPUT with the reason
 * otherwise: what follows from a manifest that is not what it says is worth nothing.
 */
export async function readSoundManifest(file: string, folder: string, door: MaybeDoor): Promise<Manifest> {
  const source = `The manifest ${shownPath(file)}`;
  const bytes = await readDocument(path.resolve(folder, file), { what: 'manifest' });
  if (door !== null) {
    const opened = openManifest(bytes, source, door);
    if (opened.ok) return opened.manifest.value;
    throw new Fault('BAD_INPUT', `${source} was refused: ${opened.refused.detail}.`, {
      source,
      reason: opened.refused.reason,
    });
  }
  const { manifest, problem } = parseManifest(bytes, source);
  if (problem === null) return manifest;
  throw new Fault(
    'BAD_INPUT',
    `${source} is not sound: ${problem.detail}. Make it again or take the original.`,
    {
      source,
    },
  );
}

/**
 * The manifests of files and of folders (each *.json in one that says it is a manifest), in the order given. `note` is told of a
 * folder that holds none.
 */
export async function readSoundManifests(
  names: readonly string[],
  folder: string,
  door: MaybeDoor,
  note: (sentence: string) => void,
): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const name of names) {
    const files = await manifestFilesOf(name, folder);
    if (files.length === 0) note(`the history ${shownPath(name)} holds no manifest.`);
    for (const file of files) manifests.push(await readSoundManifest(file, folder, door));
  }
  return manifests;
}

async function manifestFilesOf(name: string, folder: string): Promise<string[]> {
  const inside = await jsonFilesIn(path.resolve(folder, name));
  if (inside === null) return [name];
  const files: string[] = [];
  for (const file of inside.map((each) => path.join(name, each)))
    if (!(await isOtherDocument(path.resolve(folder, file)))) files.push(file);
  return files;
}

function parseManifest(bytes: Uint8Array, source: string): ReadManifest {
  const { value, signatures } = unwrap(bytes, source);
  const manifest = parseValue(Manifest, value, source);
  return { source, manifest, raw: value, signatures, problem: manifestProblem(manifest, value) };
}

/** The manifest's JSON, out of its envelope when it has one. */
function unwrap(bytes: Uint8Array, source: string): Pick<ReadManifest, 'signatures'> & { value: unknown } {
  const read = readJson(bytes);
  if (!read.ok) throw new Fault('BAD_INPUT', `${source} ${read.detail}.`, { source, reason: read.reason });
  if (!isEnvelope(read.value)) return { value: read.value, signatures: null };
  const envelope = readEnvelope(read.value);
  if (!envelope.ok) throw unreadable(source, envelope.detail);
  const statement = readStatement(envelope.payload, PREDICATES.manifest);
  if (!statement.ok) throw unreadable(source, statement.detail);
  const signatures = envelope.signatures.map((signature) => signature.keyid);
  return { value: statement.predicate, signatures };
}

function unreadable(source: string, detail: string): Fault {
  return new Fault('BAD_INPUT', `${source} cannot be read: ${detail}.`, { source });
}

/** The *.json files of a folder, sorted; null when the path is no folder, and then reading it says what it is. */
async function jsonFilesIn(folder: string): Promise<string[] | null> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if (errnoOf(error) !== 'EACCES') return null;
    const clause = 'may not be listed by this user; ask for read permission on it';
    throw new Fault('NO_PERMISSION', `The folder ${shownPath(folder)} ${clause}.`, { path: folder }, error);
  }
}

/** Whether a file holds another document of haunted's, such as a proof or a plan: a folder may hold all that belongs to a cluster. */
async function isOtherDocument(file: string): Promise<boolean> {
  const read = readJson(await readDocument(file, { what: 'manifest' }));
  if (!read.ok) return false;
  if (!isEnvelope(read.value)) {
    const schema = isObject(read.value) ? read.value['schema'] : undefined;
    return typeof schema === 'string' && /^haunted\.(?!manifest\/)/.test(schema);
  }
  const envelope = readEnvelope(read.value);
  if (!envelope.ok) return false;
  const statement = readStatement(envelope.payload, PREDICATES.manifest);
  return !statement.ok && statement.reason === 'wrong_predicate';
}
