import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import type { Plugin } from 'esbuild';
import { WHOLE_MODEL, wholeModel } from './lean-model.ts';

/** What an agent needs when a document is wrong, or once at its start. */
const PACKAGES = ['yaml', 'smol-toml'] as const;

/** The file beside the program that holds this module; null for a module that is in the program itself. */
function fileOf(specifier: string): string | null {
  if (specifier === WHOLE_MODEL || specifier === 'zod') return `${WHOLE_MODEL}.cjs`;
  return PACKAGES.some((name) => name === specifier) ? `${specifier}.cjs` : null;
}

/**
 * Leaves to files of their own what a program asks for late or never. V8 keeps the whole text of a file for as long as anything in it
 * lives, and looks through all of it at the start.
 */
export const apart: Plugin = {
  name: 'apart',
  setup(setup) {
    setup.onResolve({ filter: /^[a-z-]+$/ }, ({ path: specifier }) =>
      fileOf(specifier) === null ? undefined : { path: specifier, namespace: 'apart' },
    );
    setup.onLoad({ filter: /^/, namespace: 'apart' }, ({ path: specifier }) => {
      const beside = `require(process.getBuiltinModule('node:path').join(__filename,'../${fileOf(specifier)}'))`;
      return { contents: `module.exports=${beside}${specifier === 'zod' ? '.zod' : ''};`, loader: 'js' };
    });
  },
};

/** Writes those files. */
export async function buildApart(root: string, folder: string): Promise<void> {
  writeFileSync(path.join(folder, `${WHOLE_MODEL}.cjs`), await wholeModel(path.join(root, 'src', 'model')));
  for (const name of PACKAGES)
    await build({
      absWorkingDir: root,
      stdin: { contents: `module.exports = require('${name}');`, resolveDir: root },
      outfile: path.join(folder, `${name}.cjs`),
      bundle: true,
      platform: 'node',
      target: 'node24',
      format: 'cjs',
      minify: true,
      legalComments: 'none',
      charset: 'ascii',
      logLevel: 'warning',
    });
}
