import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readRegistry } from '../src/cli/incidents/registry.ts';
import { consoleBlocks, withOutputs } from './console-blocks.ts';
import { incidentTables, withTables } from './incident-tables.ts';
import { runExamples } from './run-examples.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** The pages with tables from the registry. */
export const TABLE_PAGES = ['docs/second-specimen.md', 'docs/rollback-types.md'] as const;

/** The manual, whose examples are run in a folder of their own. */
export const MANUAL = path.join(ROOT, 'docs', 'incidents.md');
export const MANUAL_FOLDER = path.join(ROOT, 'docs', 'examples', 'incidents');

/** What each page with tables should be now, by its path in the repository. */
export async function tablePages(): Promise<ReadonlyMap<string, string>> {
  const tables = incidentTables(await readRegistry(path.join(ROOT, 'incidents'), ROOT));
  return new Map(
    TABLE_PAGES.map((page) => [page, withTables(readFileSync(path.join(ROOT, page), 'utf8'), tables)]),
  );
}

// `node tools/incident-pages.ts` writes the tables and what the examples print now. Read the difference before committing.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const [page, text] of await tablePages()) writeFileSync(path.join(ROOT, page), text);
  const manual = readFileSync(MANUAL, 'utf8');
  const lines = consoleBlocks(manual).map(({ words }) => words);
  writeFileSync(MANUAL, withOutputs(manual, await runExamples(lines, MANUAL_FOLDER)));
}
