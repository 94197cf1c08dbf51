import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'esbuild';
import type { $ZodType } from 'zod/v4/core';
import { compileSchemas, IS_PLAIN } from './compile-schema.ts';

const LAZY_SCHEMA = path.join(import.meta.dirname, 'lazy-schema.ts');
const WHOLE = 'whole-model';

/**
 * Gives the build two copies of src/model: the whole one with zod, which is evaluated only when something has to be explained,
 * and in front of it one with compiled schemas and constants, which the program starts with. A command then pays for zod only when
 * it meets a document that is wrong.
 */
export function leanModel(root: string): Plugin {
  const folder = path.join(root, 'src', 'model');
  return {
    name: 'lean-model',
    async setup(build) {
      const sources = await leanSources(folder);
      build.onResolve({ filter: /\.ts$/ }, ({ path: specifier, resolveDir, namespace }) => {
        const file = path.resolve(resolveDir, specifier);
        const isModel = path.dirname(file) === folder && sources.has(file);
        return isModel && namespace === WHOLE ? { path: file, namespace: WHOLE } : undefined;
      });
      build.onResolve({ filter: /^whole-model:/ }, ({ path: specifier }) => ({
        path: specifier.slice(`${WHOLE}:`.length),
        namespace: WHOLE,
      }));
      build.onLoad({ filter: /\.ts$/, namespace: WHOLE }, async ({ path: file }) => ({
        contents: await readText(file),
        loader: 'ts',
        resolveDir: folder,
      }));
      build.onLoad({ filter: /src\/model\/[^/]+\.ts$/ }, ({ path: file }) => {
        const contents = sources.get(file);
        return contents === undefined ? undefined : { contents, loader: 'js', resolveDir: folder };
      });
    },
  };
}

async function readText(file: string): Promise<string> {
  const { readFile } = await import('node:fs/promises');
  return readFile(file, 'utf8');
}

/** The lean text of every model file that makes schemas, by its path. Files without schemas are bundled as they are. */
async function leanSources(folder: string): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const name of globSync('*.ts', { cwd: folder }).toSorted()) {
    if (name.endsWith('.test.ts')) continue;
    const file = path.join(folder, name);
    const exported = (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    const contents = leanSource(file, exported);
    if (contents !== null) sources.set(file, contents);
  }
  return sources;
}

function leanSource(file: string, exported: Readonly<Record<string, unknown>>): string | null {
  const schemas = new Map(
    Object.entries(exported).filter((entry): entry is [string, $ZodType] => isSchema(entry[1])),
  );
  if (schemas.size === 0) return null;
  const { source, functionByExport } = compileSchemas(schemas);
  const lines = [...schemas.keys()].map(
    (name) =>
      `export const ${name} = /* @__PURE__ */ lazySchema(() => require(${JSON.stringify(`${WHOLE}:${file}`)}).${name}, ${functionByExport.get(name) ?? 'undefined'});`,
  );
  const constants = Object.entries(exported)
    .filter(([name]) => !schemas.has(name))
    .map(([name, value]) => `export const ${name} = ${constantText(file, name, value)};`);
  return [
    `import { lazySchema } from ${JSON.stringify(LAZY_SCHEMA)};`,
    IS_PLAIN,
    source,
    ...lines,
    ...constants,
  ].join('\n');
}

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && '_zod' in value;
}

function constantText(file: string, name: string, value: unknown): string {
  const text = JSON.stringify(value);
  if (typeof value === 'function' || text === undefined)
    throw new Error(`${path.basename(file)} exports ${name}, which is neither a schema nor plain data.`);
  return text;
}
