import path from 'node:path';
import { fillOwnFolder, type Marker } from '../../adapters/files/own-folder.ts';
import { readDocument } from '../../adapters/files/read-document.ts';
import { shownPath } from '../../adapters/files/shown-path.ts';
import { Site } from '../../model/site.ts';
import { parseDocument } from '../../seal/parse-document.ts';

const MARKER = 'haunted-site.json';
const MAX_BYTES = 4 * 1024 * 1024;

/** Writes the pages into the folder, and what was written beside them. Faults: those of fillOwnFolder, and of a marker that cannot be read. */
export async function writeSite(folder: string, pages: ReadonlyMap<string, string>): Promise<Site> {
  const site: Site = { schema: 'haunted.site/v1', pages: [...pages.keys()].toSorted() };
  const marker: Marker = {
    name: MARKER,
    text: `${JSON.stringify(site, null, 2)}\n`,
    read: async (file) => {
      const bytes = await readDocument(file, { what: 'list of pages', maxBytes: MAX_BYTES });
      return parseDocument(Site, bytes, `The list of pages ${shownPath(path.relative('.', file))}`).pages;
    },
  };
  await fillOwnFolder(folder, pages, marker);
  return site;
}
