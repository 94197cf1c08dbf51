import { readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'esbuild';
import { builtin, withLateImports } from './late-imports.ts';
import { leanModel, WHOLE_MODEL, wholeModel } from './lean-model.ts';

/**
 * Gives esbuild the sources as the published program has them: a lean model in front of the whole one, and imports of other people's
 * modules as late as can be. Of the commands only those whose files match `commands` are in it.
 */
export async function programSource(root: string, commands: RegExp): Promise<Plugin> {
  const folder = path.join(root, 'src', 'model');
  const [lean, whole] = [await leanModel(folder), await wholeModel(folder)];
  return {
    name: 'program-source',
    setup(build) {
      build.onResolve({ filter: /^whole-model$/ }, () => ({ path: WHOLE_MODEL, namespace: WHOLE_MODEL }));
      build.onResolve({ filter: /^zod$/ }, () => ({ path: 'zod', namespace: WHOLE_MODEL }));
      build.onLoad({ filter: /^/, namespace: WHOLE_MODEL }, ({ path: name }) => ({
        contents: name === 'zod' ? `module.exports = require('${WHOLE_MODEL}').zod;` : whole,
        loader: 'js',
      }));
      // Packages ask for built-in modules themselves.
      build.onResolve({ filter: /^[a-z_:/]+$/ }, ({ path: specifier }) =>
        isBuiltin(specifier) ? { path: specifier, namespace: 'builtin' } : undefined,
      );
      build.onLoad({ filter: /^/, namespace: 'builtin' }, ({ path: name }) => ({
        contents: `module.exports = ${builtin(name)};`,
        loader: 'js',
      }));
      // bin/run-build.js runs the part that has the command, so nobody comes to one that is not there.
      build.onResolve({ filter: /^\.\/commands\/.+\.ts$/ }, ({ path: specifier }) =>
        commands.test(specifier) ? undefined : { path: specifier, namespace: 'elsewhere' },
      );
      build.onLoad({ filter: /^/, namespace: 'elsewhere' }, ({ path: specifier }) => ({
        contents: `throw new Error('${specifier} is in another part of the program');`,
        loader: 'js',
      }));
      build.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => ({
        contents: await withLateImports(file, lean.get(file) ?? (await readFile(file, 'utf8'))),
        loader: 'ts',
      }));
    },
  };
}
