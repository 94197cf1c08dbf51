import { cpSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { lateImports } from './late-imports.ts';
import { leanModel } from './lean-model.ts';

const ROOT = path.join(import.meta.dirname, '..');

/** zod carries its messages in fifty languages; our sentences are made from issue codes, and English is the fallback. */
const englishOnly: Plugin = {
  name: 'english-only',
  setup(setup) {
    setup.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: `export { default as en } from './en.js';`,
      loader: 'js',
    }));
  },
};

/** Writes a program as one file, the same bytes for the same sources wherever it is built. Parts behind `import()` sleep until asked for. */
export async function buildProgram(entry: string, outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    legalComments: 'none',
    charset: 'utf8',
    metafile: true,
    logLevel: 'warning',
    plugins: [englishOnly, leanModel(ROOT), lateImports(ROOT)],
  });
  return metafile;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const metafile = await buildProgram('src/cli/main.ts', path.join(ROOT, 'dist', 'haunted.js'));
  // The rehearsal reads its programs as text, beside itself: it makes executables of them on the reader's machine.
  cpSync(path.join(ROOT, 'src', 'rehearsal', 'programs'), path.join(ROOT, 'dist', 'programs'), {
    recursive: true,
  });
  // What `haunted collect` gives to a shell on each server is read as text too.
  cpSync(path.join(ROOT, 'src', 'adapters', 'ssh', 'probe.sh'), path.join(ROOT, 'dist', 'probe.sh'));
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${file} ${bytes} bytes`);
}
