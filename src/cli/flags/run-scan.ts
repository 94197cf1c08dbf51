import { shownPath } from '../../adapters/files/shown-path.ts';
import { Fault } from '../../fault.ts';
import type { FlagScan } from '../../model/flag-scan.ts';
import type { FlagOwnership } from '../../model/flag.ts';
import type { Io } from '../io.ts';
import { readSoundManifest } from '../manifest/read-manifest.ts';
import { printable } from '../render/terminal-text.ts';
import { placeDefinitions, readDefinitionText } from './definition-files.ts';
import { openSource, type Source } from './open-source.ts';
import { contradictionsIn } from './merge-definitions.ts';
import { readingProgress } from './progress.ts';
import { readAllDefinitions } from './read-all-definitions.ts';
import { type ReadFlags, type ScanRequest, scanSource } from './scan-source.ts';
import type { SourceSettings } from './scan-words.ts';

/** What is to be scanned: a folder as typed and absolute, and how. */
export type SourceWords = {
  readonly folder: string;
  readonly root: string;
  readonly settings: SourceSettings;
  readonly withHistory: boolean;
};

/** A scan, and everything it was made from. */
export type Scanned = { readonly scan: FlagScan; readonly source: Source; readonly request: ScanRequest };

/**
 * Opens a source folder, reads its definitions and scans it. Progress and notes go to stderr. Throws what reading the folder and
 * the definitions throws.
 */
export async function scanFolder(
  words: SourceWords,
  previous: readonly FlagOwnership[],
  io: Io,
): Promise<Scanned> {
  const { folder, root, settings } = words;
  const note = (sentence: string): void => io.stderr(`haunted: ${printable(sentence)}\n`);
  const places = placeDefinitions(settings.definitions, io.cwd, root);
  const [source, texts, { readFlags, prepareFor }] = await Promise.all([
    openSource(root, folder, settings.ignore, io),
    Promise.all(places.map(readDefinitionText)),
    loadReader(),
  ]);
  if (source.note !== null) note(source.note);
  prepareFor(source.tree.list().files.length);
  if (words.withHistory && source.git?.isShallow === true) note(cutOff(folder));
  const definitions = await readAllDefinitions(texts, note);
  for (const sentence of contradictionsIn(definitions)) note(sentence);
  const progress = readingProgress(io);
  const request: ScanRequest = {
    source,
    texts,
    definitions,
    declared: settings.declared,
    previous,
    withHistory: words.withHistory,
    readFlags,
    onProgress: progress.step,
    signal: io.signal,
  };
  try {
    const scan = await scanSource(request);
    // The children of git end with us, and what they did not say must not look like what nobody knows.
    if (io.signal.aborted) throw new Fault('INTERRUPTED', 'The scan was interrupted; nothing was printed.');
    return { scan, source, request };
  } finally {
    progress.clear();
  }
}

function cutOff(folder: string): string {
  return `the history of ${shownPath(folder)} is cut off (a shallow clone): who touched a line last and who works on a file stays unknown where it cannot tell; fetch the rest with \`git fetch --unshallow\`, in CI with \`fetch-depth: 0\`.`;
}

/** The rows of the manifest before; none without one. */
export async function previousRows(file: string | undefined, io: Io): Promise<readonly FlagOwnership[]> {
  return file === undefined ? [] : (await readSoundManifest(file, io.cwd, null)).flag_ownership_table;
}

/** Only a scan wakes the reader and its parsers, and does so while git is asked. Definitions in code are parsed too, so the parsers are told of the tree before. */
async function loadReader(): Promise<{
  readonly readFlags: ReadFlags;
  readonly prepareFor: (files: number) => void;
}> {
  const [{ readFlags }, { prepareFor }] = await Promise.all([
    import('../../scan/read-flags.ts'),
    import('../../scan/reads/parser.ts'),
  ]);
  return { readFlags, prepareFor };
}
