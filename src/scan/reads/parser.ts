import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';
import { Fault } from '../../fault.ts';
import type { Grammar } from './languages.ts';

/** Makes syntax trees. The tree belongs to the caller, who deletes it. */
export type TreeMaker = { parse(grammar: Grammar, text: string): Tree };

let ready: Promise<void> | null = null;
const languages = new Map<Grammar, Promise<Language>>();

/** A tree maker with these grammars loaded. Fault UNSUPPORTED when a grammar's file is not there: the program was not packed whole. */
export async function treeMaker(grammars: Iterable<Grammar>): Promise<TreeMaker> {
  const loaded = await awake(() => loadAll(grammars));
  const parser = new Parser();
  return {
    parse: (grammar, text) => {
      parser.setLanguage(loaded.get(grammar) ?? null);
      const tree = parser.parse(text);
      if (tree === null) throw new Fault('UNSUPPORTED', `The grammar for ${grammar} is not loaded.`);
      return tree;
    },
  };
}

async function loadAll(grammars: Iterable<Grammar>): Promise<ReadonlyMap<Grammar, Language>> {
  ready ??= start();
  await ready;
  const loaded = new Map<Grammar, Language>();
  for (const grammar of grammars) {
    const known = languages.get(grammar) ?? Language.load(readFileSync(grammarFile(grammar)));
    languages.set(grammar, known);
    loaded.set(grammar, await known);
  }
  return loaded;
}

/** Node ends a process whose only work left is V8's own, such as compiling WebAssembly: it waits here as long as a timer runs. */
async function awake<T>(work: () => Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 60_000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** Trees of fewer files are read before an optimized engine has paid. */
const MANY_FILES = 1_500;
let isEngineOptimized = false;

/** Says, before any tree is made, how many files there are: for many it pays to optimize the parsers' engine. */
export function prepareFor(files: number): void {
  isEngineOptimized = files >= MANY_FILES;
}

async function start(): Promise<void> {
  // V8's optimizing compiler takes up to 600 MB and half a second for the one huge function that each grammar has, and a scan is
  // over before that pays; the small functions of the engine can be worth it (docs/decisions/0013). Whether a function may be
  // optimized is settled when it is first compiled: so that engine is compiled whole before the switch, and the grammars after it.
  if (isEngineOptimized) {
    setFlagsFromString('--no-wasm-lazy-compilation');
    await loadEngine();
    setFlagsFromString('--wasm-lazy-compilation');
  }
  // Both words are needed: the first implies the second only on a command line.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  // V8 takes kept code (bin/run-build.js) only under the very switches it was compiled under, and those of the next start are these.
  process.prependOnceListener('exit', () => {
    setFlagsFromString('--wasm-tier-up');
    setFlagsFromString('--wasm-dynamic-tiering');
  });
  if (!isEngineOptimized) await loadEngine();
}

async function loadEngine(): Promise<void> {
  await Parser.init({ wasmBinary: readFileSync(wasmFile('web-tree-sitter', 'web-tree-sitter.wasm')) });
}

function grammarFile(grammar: Grammar): string {
  const file = `tree-sitter-${grammar}.wasm`;
  return grammar === 'kotlin'
    ? wasmFile('@tree-sitter-grammars/tree-sitter-kotlin', file)
    : wasmFile('@vscode/tree-sitter-wasm', `wasm/${file}`);
}

/** In the published program the grammars lie beside it; in the checkout they are in their packages. */
function wasmFile(name: string, file: string): string {
  const packed = fileURLToPath(new URL(`grammars/${path.basename(file)}`, import.meta.url));
  if (existsSync(packed)) return packed;
  try {
    const require = createRequire(import.meta.url);
    return path.join(path.dirname(packageFile(require, name)), file);
  } catch (error) {
    throw new Fault(
      'UNSUPPORTED',
      `The grammar ${path.basename(file)} is missing beside the program: install haunted again.`,
      { file },
      error,
    );
  }
}

function packageFile(require: NodeJS.Require, name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    const file = path.join(folder, name, 'package.json');
    if (existsSync(file)) return file;
  }
  throw new Error(`${name} is not installed`);
}

/** The children of a node that have a name, without comments. */
export function partsOf(node: Node): readonly Node[] {
  return node.namedChildren.filter((child) => !child.type.includes('comment'));
}

/** Are these the same node? Handles differ from one look to the next; ids do not. */
export function isSame(a: Node | null, b: Node | null): boolean {
  return a !== null && b !== null && a.id === b.id;
}
