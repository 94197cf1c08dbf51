import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { consoleBlocks, withOutputs } from './console-blocks.ts';
import { type Printed, runExamples } from './run-examples.ts';

const DOCS = path.join(import.meta.dirname, '..', 'docs');

/** The page about manifests. */
export const MANIFEST_PAGE = path.join(DOCS, 'manifest.md');

/**
 * What the worked examples of the page print, run one after another in a copy of the folder that the page tells the reader to copy.
 * A terminal shows stderr and stdout alike, and so does the page.
 */
export async function runManifestPage(page: string): Promise<readonly Printed[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-manual-'));
  try {
    cpSync(path.join(DOCS, 'examples', 'manifest'), folder, { recursive: true });
    const lines = consoleBlocks(page).map(({ words }) => words);
    return await runExamples(lines, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// `node tools/manifest-page.ts` writes what the examples print now into the page. Read the difference before committing.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const page = readFileSync(MANIFEST_PAGE, 'utf8');
  writeFileSync(MANIFEST_PAGE, withOutputs(page, await runManifestPage(page)));
}
