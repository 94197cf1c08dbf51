import { type Dirent, existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { cannotRead } from '../../adapters/files/cannot-read.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';

/** A file that defines flags, and its text. */
export type DefinitionText = {
  /** As people see it: below the source root for a file inside it, else as it was typed. */
  readonly path: string;
  /** From the source root, with forward slashes; begins with `../` for a file outside. */
  readonly fromRoot: string;
  readonly text: string;
  /** Whether it was found in a folder: then it may also be something else, and is passed over. */
  readonly isFound: boolean;
};

/** Where a definition file lies, before it is read. */
export type DefinitionPlace = Omit<DefinitionText, 'text'> & { readonly file: string };

const DATA_ENDINGS = new Set(['.json', '.json5', '.jsonc', '.yaml', '.yml', '.toml', '.csv']);
const MOST_FILES = 20_000;

/**
 * The files that `--definitions` names, each once and in the order given; of a folder every data file in it, and in its folders,
 * in the order of their paths. Throws NOT_FOUND, NO_PERMISSION, TOO_LARGE.
 */
export function placeDefinitions(
  words: readonly string[],
  cwd: string,
  root: string,
): readonly DefinitionPlace[] {
  const places = words.flatMap((word) => {
    const file = foundAt(word, cwd, root);
    if (!isFolder(file, word)) return [placeOf(file, word, root, false)];
    const inside = dataFilesIn(file, word);
    if (inside.length > MOST_FILES)
      throw new Fault('TOO_LARGE', `The folder ${shownPath(word)} holds more than ${MOST_FILES} data files.`);
    return inside.map((each) => placeOf(path.join(file, each), path.join(word, each), root, true));
  });
  return [...new Map(places.map((place) => [place.file, place])).values()];
}

/** The text of a definition file on disk. Throws what reading a file throws, and BAD_INPUT for what is not UTF-8. */
export async function readDefinitionText(place: DefinitionPlace): Promise<DefinitionText> {
  const bytes = await readDocument(place.file, { what: 'definition file' });
  return { ...place, text: definitionText(bytes, place.path) };
}

/** Bytes as the text of a definition file; `shown` names it in sentences. */
export function definitionText(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    const sentence = `The definition file ${shownPath(shown)} is not UTF-8 text; save it as UTF-8.`;
    throw new Fault('BAD_INPUT', sentence, { file: shown }, error);
  }
}

/** Says of a definition file, named as people see it, which path leads to it from the source root. */
export function fromRootOf(texts: readonly DefinitionText[]): (file: string) => string {
  const known = new Map(texts.map((text) => [text.path, text.fromRoot]));
  return (file) => known.get(file) ?? file;
}

/** A path is meant from where one stands; one that leads nowhere from there may be meant from the tree that is scanned. */
function foundAt(word: string, cwd: string, root: string): string {
  const here = path.resolve(cwd, word);
  const there = path.resolve(root, word);
  return !existsSync(here) && existsSync(there) ? there : here;
}

function placeOf(file: string, typed: string, root: string, isFound: boolean): DefinitionPlace {
  const fromRoot = path.relative(root, file).split(path.sep).join('/');
  const isInside = fromRoot !== '..' && !fromRoot.startsWith('../') && !path.isAbsolute(fromRoot);
  return { file, fromRoot, path: isInside ? fromRoot : typed, isFound };
}

function isFolder(file: string, word: string): boolean {
  try {
    return statSync(file).isDirectory();
  } catch (error) {
    throw cannotRead(word, 'definition file', error);
  }
}

/** Below a folder, without hidden ones and links. */
function dataFilesIn(folder: string, word: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  } catch (error) {
    throw cannotRead(word, 'folder of definitions', error);
  }
  return entries
    .filter((entry) => entry.isFile() && DATA_ENDINGS.has(path.extname(entry.name).toLowerCase()))
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.split(path.sep).some((part) => part.startsWith('.') || part === 'node_modules'))
    .sort();
}
