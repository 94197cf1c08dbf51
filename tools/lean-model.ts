import { globSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import type { $ZodType } from 'zod/v4/core';
import { compileSchemas, IS_PLAIN } from './compile-schema.ts';

const LAZY_SCHEMA = path.join(import.meta.dirname, 'lazy-schema.ts');

/** What a lean file asks for the model as it is written, with zod. */
export const WHOLE_MODEL = 'whole-model';

type Exported = Readonly<Record<string, unknown>>;

/**
 * The lean text of every file of src/model that makes schemas, by its path. The build carries two copies of the model: the whole one,
 * evaluated only when a document is wrong and that has to be explained, and in front of it this one with compiled schemas and
 * constants, which the program starts with. Files without schemas are bundled as they are.
 */
export async function leanModel(folder: string): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>();
  for (const file of modelFiles(folder)) {
    const contents = leanSource(file, (await import(pathToFileURL(file).href)) as Exported);
    if (contents !== null) sources.set(file, contents);
  }
  return sources;
}

/** The text of the whole model and zod as one CommonJS module; what each file exports is under its base name, and zod under `zod`. */
export async function wholeModel(folder: string): Promise<string> {
  const lines = modelFiles(folder).map((file) => {
    return `export * as ${nameOf(file)} from ${JSON.stringify(`./${path.basename(file)}`)};`;
  });
  const { outputFiles } = await build({
    stdin: {
      contents: [`export * as zod from 'zod';`, ...lines].join('\n'),
      resolveDir: folder,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    minify: true,
    legalComments: 'none',
    write: false,
    plugins: [
      {
        // zod carries its messages in fifty languages; our sentences are made from issue codes, and English is the fallback.
        name: 'english-only',
        setup: (setup) => {
          setup.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
            contents: `export { default as en } from './en.js';`,
          }));
        },
      },
    ],
  });
  return outputFiles.map((file) => file.text).join('');
}

function modelFiles(folder: string): readonly string[] {
  return globSync('*.ts', { cwd: folder })
    .filter((name) => !name.endsWith('.test.ts'))
    .toSorted()
    .map((name) => path.join(folder, name));
}

/** `node-report.ts` as an identifier. */
function nameOf(file: string): string {
  return path.basename(file, '.ts').replaceAll('-', '_');
}

function leanSource(file: string, exported: Exported): string | null {
  const schemas = new Map(
    Object.entries(exported).filter((entry): entry is [string, $ZodType] => isSchema(entry[1])),
  );
  if (schemas.size === 0) return null;
  const { source, functionByExport } = compileSchemas(schemas);
  const whole = `require(${JSON.stringify(WHOLE_MODEL)}).${nameOf(file)}`;
  const lines = [...schemas.keys()].map((name) => {
    const accept = functionByExport.get(name) ?? 'undefined';
    return `export const ${name} = /* @__PURE__ */ lazySchema(() => ${whole}.${name}, ${accept});`;
  });
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
