import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';
import { consoleBlocks, withOutputs } from './console-blocks.ts';

const DOCS = path.join(import.meta.dirname, '..', 'docs');

/** The page about manifests. */
export const MANIFEST_PAGE = path.join(DOCS, 'manifest.md');

export type Printed = { readonly stdout: string; readonly exit: number };

/**
 * What the worked examples of the page print, run one after another in a copy of the folder that the page tells the reader to copy.
 * A terminal shows stderr and stdout alike, and so does the page.
 */
export async function runManifestPage(page: string): Promise<Printed[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-manual-'));
  try {
    cpSync(path.join(DOCS, 'examples', 'manifest'), folder, { recursive: true });
    const printed: Printed[] = [];
    for (const { words } of consoleBlocks(page)) {
      const out: string[] = [];
      const exit = await runCommandLine(words, COMMANDS, VERSION, {
        stdout: (text) => void out.push(text),
        stderr: (text) => void out.push(text),
        stdin: () => Readable.from([]),
        isStdoutTty: false,
        isStderrTty: false,
        env: {},
        cwd: folder,
        now: Date.now,
        signal: new AbortController().signal,
      });
      printed.push({ stdout: out.join(''), exit });
    }
    return printed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// `node tools/manifest-page.ts` writes what the examples print now into the page. Read the difference before committing.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const page = readFileSync(MANIFEST_PAGE, 'utf8');
  writeFileSync(MANIFEST_PAGE, withOutputs(page, await runManifestPage(page)));
}
