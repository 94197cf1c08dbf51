import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';

const ROOT = path.join(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, 'schemas');
const BASE = 'https://haunted-server-detector.dev/schemas/';
const DOCUMENT = /^haunted\.([a-z-]+)\/v1$/;

export type Document = { readonly noun: string; readonly schema: z.ZodType };

/** Every document of src/model: the schemas whose title is `haunted.<noun>/v1`, by noun. */
export async function documents(): Promise<readonly Document[]> {
  const found = new Map<string, z.ZodType>();
  for (const file of globSync('src/model/*.ts', { cwd: ROOT }).toSorted()) {
    if (file.endsWith('.test.ts')) continue;
    const exported = (await import(pathToFileURL(path.join(ROOT, file)).href)) as Record<string, unknown>;
    for (const value of Object.values(exported)) {
      if (!(value instanceof z.ZodType)) continue;
      const noun = DOCUMENT.exec(value.meta()?.title ?? '')?.[1];
      if (noun !== undefined) found.set(noun, value);
    }
  }
  return [...found]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([noun, schema]) => ({ noun, schema }));
}

/** The JSON Schema 2020-12 of a document as a writer of it needs it: fields with a default may be left out. */
export function jsonSchemaOf({ noun, schema }: Document): Readonly<Record<string, unknown>> {
  const generated = z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
  const { $schema, $ref, $defs = {} } = generated;
  // zod puts the document itself among its parts, because it has an id; readers look for it at the top.
  const own = $ref?.slice('#/$defs/'.length) ?? '';
  const { [own]: root, ...parts } = $defs;
  if (root === undefined) throw new Error(`The schema of ${noun} has no id in its meta.`);
  const { title, description, ...rest } = root as Record<string, unknown>;
  const top = {
    $schema,
    $id: `${BASE}${noun}.schema.json`,
    title: `haunted.${noun}/v1`,
    description: description ?? title,
  };
  return Object.keys(parts).length === 0 ? { ...top, ...rest } : { ...top, ...rest, $defs: sorted(parts) };
}

function sorted(parts: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(parts).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

/** The text of each file in schemas/, by file name. */
export async function schemaFiles(): Promise<ReadonlyMap<string, string>> {
  const files = (await documents()).map(
    (document) =>
      [`${document.noun}.schema.json`, `${JSON.stringify(jsonSchemaOf(document), null, 2)}\n`] as const,
  );
  return new Map(files);
}

/** Names of the files in schemas/ that are missing, changed or left over. */
export function staleFiles(files: ReadonlyMap<string, string>): readonly string[] {
  const present = globSync('*.schema.json', { cwd: FOLDER });
  const changed = [...files].filter(
    ([name, text]) => !present.includes(name) || readFileSync(path.join(FOLDER, name), 'utf8') !== text,
  );
  return [...changed.map(([name]) => name), ...present.filter((name) => !files.has(name))].toSorted();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = await schemaFiles();
  const stale = staleFiles(files);
  if (process.argv.includes('--check')) {
    if (stale.length > 0) {
      console.error(`schemas/ is stale: ${stale.join(', ')}. Run \`npm run schemas\`.`);
      process.exitCode = 1;
    }
  } else {
    mkdirSync(FOLDER, { recursive: true });
    for (const name of stale) {
      const text = files.get(name);
      if (text === undefined) rmSync(path.join(FOLDER, name));
      else writeFileSync(path.join(FOLDER, name), text);
      console.log(`schemas/${name}`);
    }
  }
}
