import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import type { OpenedManifest } from '../../model/verified.ts';
import { openManifest } from '../../seal/open.ts';
import type { Door } from '../../seal/open.ts';
import { typedPath } from './typed-path.ts';

/** A manifest named on the command line: what the door said, and where it came from. */
export type ManifestFile = {
  readonly opened: OpenedManifest;
  readonly bytes: Uint8Array;
  /** As a report for other programs names it: relative to the working directory, or a file: URL when it lies elsewhere. */
  readonly uri: string;
};

/** Opens the manifest in a file. A refused one is an answer; Faults are for what cannot be read or understood at all. */
export async function loadManifest(file: string, door: Door, cwd: string): Promise<ManifestFile> {
  const bytes = await readDocument(typedPath(file, cwd), { what: 'manifest' });
  return {
    opened: openManifest(bytes, shownPath(file), door),
    bytes,
    uri: uriOf(path.resolve(cwd, file), cwd),
  };
}

/** The URI of a file as SARIF wants it: stable between machines where it can be. */
export function uriOf(absolute: string, cwd: string): string {
  const below = path.relative(cwd, absolute);
  if (below === '' || below.startsWith('..') || path.isAbsolute(below)) return pathToFileURL(absolute).href;
  return below.split(path.sep).map(encodeURIComponent).join('/');
}
