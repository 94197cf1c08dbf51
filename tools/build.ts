import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { programSource } from './program-source.ts';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Writes a program as one script, the same bytes for the same sources wherever it is built. Parts behind `import()` sleep until asked for.
 * A script and no module, because only a script's compiled code can be kept after it ran (bin/run-build.js); ASCII, because V8 holds
 * that in half the memory.
 */
async function buildProgram(outfile: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/cli/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    define: { 'import.meta.url': 'programUrl' },
    banner: { js: `const programUrl=require('node:url').pathToFileURL(__filename).href;` },
    minify: true,
    legalComments: 'none',
    charset: 'ascii',
    metafile: true,
    logLevel: 'warning',
    plugins: [await programSource(ROOT)],
  });
  return metafile;
}

/** Fills `folder` with what is published as dist: the program, and what it reads as text. */
export async function buildDist(folder: string): Promise<Metafile> {
  rmSync(folder, { recursive: true, force: true });
  const metafile = await buildProgram(path.join(folder, 'haunted.cjs'));
  const from = path.join(ROOT, 'src');
  // The rehearsal makes executables of its programs on the reader's machine.
  cpSync(path.join(from, 'rehearsal', 'programs'), path.join(folder, 'programs'), { recursive: true });
  // What `haunted collect` gives to a shell on each server.
  cpSync(path.join(from, 'adapters', 'ssh', 'probe.sh'), path.join(folder, 'probe.sh'));
  return metafile;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { outputs } = await buildDist(path.join(ROOT, 'dist'));
  for (const [file, { bytes }] of Object.entries(outputs)) console.log(`${file} ${bytes} bytes`);
}
