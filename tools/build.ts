import { cpSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { programSource } from './program-source.ts';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Writes the program, or the part of it that has some commands, as one script, the same bytes for the same sources wherever it is built. Parts behind `import()` sleep until asked for.
 * A script and no module, because only a script's compiled code can be kept after it ran (bin/run-build.js); ASCII, because V8 holds
 * that in half the memory.
 */
async function buildProgram(outfile: string, commands: RegExp): Promise<Metafile> {
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
    plugins: [await programSource(ROOT, commands)],
  });
  return metafile;
}

/** Fills `folder` with what is published as dist: the program, and what it reads as text. */
export async function buildDist(folder: string): Promise<readonly Metafile[]> {
  rmSync(folder, { recursive: true, force: true });
  const whole = await buildProgram(path.join(folder, 'haunted.cjs'), /^/);
  // The gate stands in front of every button, so it has a program of its own: V8 pays for each function in a file, called or not.
  const check = await buildProgram(path.join(folder, 'check.cjs'), /\/check-[a-z]+\.ts$/);
  const from = path.join(ROOT, 'src');
  // The rehearsal makes executables of its programs on the reader's machine.
  cpSync(path.join(from, 'rehearsal', 'programs'), path.join(folder, 'programs'), { recursive: true });
  // What `haunted collect` gives to a shell on each server.
  cpSync(path.join(from, 'adapters', 'ssh', 'probe.sh'), path.join(folder, 'probe.sh'));
  return [whole, check];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { outputs } of await buildDist(path.join(ROOT, 'dist')))
    for (const [file, { bytes }] of Object.entries(outputs)) console.log(`${file} ${bytes} bytes`);
}
