import { cpSync, globSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { GRAMMARS } from '../src/scan/reads/languages.ts';
import { apart, buildApart } from './apart.ts';
import { buildLibrary } from './build-library.ts';
import { programSource } from './program-source.ts';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Writes the program, or the part of it that has some commands, as one script, the same bytes for the same sources wherever it is built. Parts behind `import()` sleep until asked for.
 * A script and no module, because only a script's compiled code can be kept after it ran (bin/run-build.js); ASCII, because V8 holds
 * that in half the memory.
 */
async function buildProgram(
  outfile: string,
  commands: RegExp,
  plugins: readonly Plugin[] = [],
  entry = 'src/cli/main.ts',
): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
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
    plugins: [...plugins, await programSource(ROOT, commands)],
  });
  return metafile;
}

/** Writes another program, by its path below the root, as the published one is written: benchmarks measure what people run. */
export async function buildAsPublished(entry: string, outfile: string): Promise<void> {
  await buildProgram(outfile, /^/, [], entry);
}

/** Fills `folder` with what is published as dist: the program, what it reads as text, and what programs import. */
export async function buildDist(folder: string): Promise<readonly Metafile[]> {
  rmSync(folder, { recursive: true, force: true });
  const whole = await buildProgram(path.join(folder, 'haunted.cjs'), /^/);
  // The gate stands in front of every button, so it has a program of its own: V8 pays for each function in a file, called or not, and half of
  // this one would be what explains a wrong document.
  const check = await buildProgram(path.join(folder, 'check.cjs'), /\/check-[a-z]+\.ts$/, [apart]);
  // A scan of a small tree is over in a quarter of a second, and a tenth of that would go into reading the rest of the program.
  const scan = await buildProgram(path.join(folder, 'scan.cjs'), /\/flags-scan\.ts$/, [apart]);
  // An agent lives for months beside the service it answers for, and carries its program around in memory.
  const agent = await buildProgram(path.join(folder, 'agent.cjs'), /\/agent(?:-join)?\.ts$/, [apart]);
  // The thread of the control plane that appends to the ledger.
  const writer = await buildProgram(
    path.join(folder, 'ledger-writer.cjs'),
    /^/,
    [apart],
    'src/adapters/sqlite/ledger-writer.ts',
  );
  await buildApart(ROOT, folder);
  const from = path.join(ROOT, 'src');
  // The rehearsal makes executables of its programs on the reader's machine.
  cpSync(path.join(from, 'rehearsal', 'programs'), path.join(folder, 'programs'), { recursive: true });
  // What `haunted collect` gives to a shell on each server.
  cpSync(path.join(from, 'adapters', 'ssh', 'probe.sh'), path.join(folder, 'probe.sh'));
  copyGrammars(path.join(folder, 'grammars'));
  copyRecords(path.join(folder, 'incidents'));
  return [whole, check, scan, agent, writer, await buildLibrary(ROOT, folder)];
}

/** The registry of incidents and their replays, without the tests of the gate that lie beside it. */
function copyRecords(to: string): void {
  const from = path.join(ROOT, 'incidents');
  for (const file of globSync(['*/record.yaml', '*/replay/*', 'fog.yaml'], { cwd: from }))
    cpSync(path.join(from, file), path.join(to, file));
}

/** The grammars that `haunted flags scan` reads source code with, and their licences: no package has to be built where haunted is installed. */
function copyGrammars(to: string): void {
  const from = path.join(ROOT, 'node_modules');
  const kotlin = path.join(from, '@tree-sitter-grammars', 'tree-sitter-kotlin');
  const many = path.join(from, '@vscode', 'tree-sitter-wasm');
  const engine = path.join(from, 'web-tree-sitter');
  mkdirSync(to, { recursive: true });
  for (const grammar of GRAMMARS.filter((name) => name !== 'kotlin'))
    cpSync(
      path.join(many, 'wasm', `tree-sitter-${grammar}.wasm`),
      path.join(to, `tree-sitter-${grammar}.wasm`),
    );
  cpSync(path.join(kotlin, 'tree-sitter-kotlin.wasm'), path.join(to, 'tree-sitter-kotlin.wasm'));
  cpSync(path.join(engine, 'web-tree-sitter.wasm'), path.join(to, 'web-tree-sitter.wasm'));
  for (const [name, folder] of [
    ['kotlin', kotlin],
    ['others', many],
    ['engine', engine],
  ] as const)
    for (const file of globSync('LICENSE*', { cwd: folder }))
      cpSync(path.join(folder, file), path.join(to, `${file}.${name}`));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { outputs } of await buildDist(path.join(ROOT, 'dist')))
    for (const [file, { bytes }] of Object.entries(outputs)) console.log(`${file} ${bytes} bytes`);
}
