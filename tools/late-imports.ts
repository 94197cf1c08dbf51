import { isBuiltin } from 'node:module';
import { parseSync } from 'oxc-parser';
import type { StaticImport, StaticImportEntry } from 'oxc-parser';

/** Modules that take milliseconds to load, and that a small check does not need or needs only in part. */
const HEAVY = ['node:crypto', 'node:fs/promises', 'node:https', 'node:os', 'node:v8', 'yaml', 'smol-toml'];

/**
 * The text of a file with its imports of built-in and heavy modules written as declarations that load as late as they can. Built-in modules
 * are asked of the process: `import 'node:http'` would read every export, wake undici behind one of them, and cost 60 ms. What
 * comes from a heavy module becomes a function that loads the module when it is called.
 */
export async function withLateImports(file: string, text: string): Promise<string> {
  const { staticImports } = parseSync(file, text).module;
  let changed = text;
  for (const statement of staticImports.toReversed()) {
    const declarations = await declarationsFor(statement, text);
    if (declarations !== null)
      changed = `${changed.slice(0, statement.start)}${declarations}${changed.slice(statement.end)}`;
  }
  return changed;
}

async function declarationsFor(
  { moduleRequest, entries }: StaticImport,
  text: string,
): Promise<string | null> {
  const specifier = moduleRequest.value;
  const isHeavy = HEAVY.includes(specifier);
  if (!isHeavy && !isBuiltin(specifier)) return null;
  const used = entries.filter((entry) => !entry.isType);
  if (used.length === 0) return '';
  const from = isBuiltin(specifier) ? builtin(specifier) : `require(${JSON.stringify(specifier)})`;
  const exported = isHeavy ? ((await import(specifier)) as Readonly<Record<string, unknown>>) : {};
  return used.map((entry) => declaration(entry, from, exported, text)).join(' ');
}

function declaration(
  { importName, localName: { value: local } }: StaticImportEntry,
  from: string,
  exported: Readonly<Record<string, unknown>>,
  text: string,
): string {
  const { name } = importName;
  // The default of a built-in module is the module; so is `* as`.
  if (name === null) return `const ${local} = ${from};`;
  const isAskedFor = new RegExp(String.raw`\b(?:instanceof|extends|promisify\()\s*${local}\b`).test(text);
  if (typeof exported[name] !== 'function' || isAskedFor) return `const ${local} = ${from}.${name};`;
  // Called or constructed, it is the real one that runs.
  const call = `new.target ? new ${local}$(...words) : ${local}$(...words)`;
  return `let ${local}$; function ${local}(...words) { ${local}$ ??= ${from}.${name}; return ${call}; }`;
}

/** The expression for a built-in module. */
export function builtin(specifier: string): string {
  // Asking for node:process loads a module around what is there already.
  if (/^(?:node:)?process$/.test(specifier)) return 'globalThis.process';
  return `globalThis.process.getBuiltinModule(${JSON.stringify(specifier)})`;
}
