import { cpSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { Metafile, Plugin } from 'esbuild';
import { leanModel } from './lean-model.ts';

const ROOT = path.join(import.meta.dirname, '..');

/**
 * Built-in modules are taken when they are first used. `import 'node:http'` at the top of an ES module reads every export, wakes
 * undici behind one of them, and costs 60 ms even in commands that never speak HTTP.
 */
const lateBuiltins: Plugin = {
  name: 'late-builtins',
  setup(setup) {
    const bare = builtinModules.filter((name) => !name.startsWith('_')).join('|');
    setup.onResolve({ filter: new RegExp(`^(?:node:.+|${bare})$`) }, ({ path: specifier }) => ({
      path: specifier.startsWith('node:') ? specifier : `node:${specifier}`,
      namespace: 'builtin',
      sideEffects: false,
    }));
    setup.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
      loader: 'js',
    }));
  },
};

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
    plugins: [lateBuiltins, englishOnly, leanModel(ROOT)],
  });
  return metafile;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const metafile = await buildProgram('src/cli/main.ts', path.join(ROOT, 'dist', 'haunted.js'));
  // The rehearsal reads its programs as text, beside itself: it makes executables of them on the reader's machine.
  cpSync(path.join(ROOT, 'src', 'rehearsal', 'programs'), path.join(ROOT, 'dist', 'programs'), {
    recursive: true,
  });
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) console.log(`${file} ${bytes} bytes`);
}
