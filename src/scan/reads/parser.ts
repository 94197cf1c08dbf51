import { closeSync, existsSync, fstatSync, openSync, read, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { Language, type Node, Parser, type Tree } from 'web-tree-sitter';
import { Fault } from '../../fault.ts';
import type { Grammar } from './languages.ts';

/** Makes syntax trees. The tree belongs to the caller, who deletes it. */
export type TreeMaker = { parse(grammar: Grammar, text: string): Tree };

declare global {
  // The types of Node know what WebAssembly makes, and not WebAssembly itself.
  const WebAssembly: { compile(bytes: Buffer<ArrayBuffer>): Promise<WebAssembly.Module> };
}

let ready: Promise<void> | null = null;
const loading = new Map<Grammar, Promise<Language>>();
const loaded = new Set<Grammar>();
let fetching = 0;

/** A tree maker with these grammars loaded. Fault UNSUPPORTED when a grammar's file is not there: the program was not packed whole. */
export async function treeMaker(grammars: Iterable<Grammar>): Promise<TreeMaker> {
  const languages = await awake(() => loadAll(grammars));
  const parser = new Parser();
  return {
    parse: (grammar, text) => {
      parser.setLanguage(languages.get(grammar) ?? null);
      const tree = parser.parse(text);
      if (tree === null) throw new Fault('UNSUPPORTED', `The grammar for ${grammar} is not loaded.`);
      return tree;
    },
  };
}

/** Begins to load a grammar on other threads, while the caller goes on. What goes wrong is told to who asks for a tree maker. */
export function fetchGrammar(grammar: Grammar): void {
  if (!loading.has(grammar)) languageOf(grammar).catch(() => undefined);
}

/** Whether a tree maker with this grammar can be had without waiting. */
export function isLoaded(grammar: Grammar): boolean {
  return loaded.has(grammar);
}

/** Whether a grammar that was asked for is not there yet. */
export function isFetching(): boolean {
  return fetching > 0;
}

async function loadAll(grammars: Iterable<Grammar>): Promise<ReadonlyMap<Grammar, Language>> {
  const languages = new Map<Grammar, Language>();
  for (const grammar of grammars) languages.set(grammar, await languageOf(grammar));
  return languages;
}

function languageOf(grammar: Grammar): Promise<Language> {
  const known = loading.get(grammar);
  if (known !== undefined) return known;
  fetching += 1;
  const begun = load(grammar).finally(() => {
    fetching -= 1;
  });
  loading.set(grammar, begun);
  return begun;
}

async function load(grammar: Grammar): Promise<Language> {
  const [module] = await Promise.all([compiled(grammarFile(grammar)), wakeEngine()]);
  const language = Language.loadSync(module);
  loaded.add(grammar);
  return language;
}

/** Read and compiled by other threads. Compiled whole: what is left for later would be compiled here, where the trees are waited for. */
async function compiled(file: string): Promise<WebAssembly.Module> {
  const bytes = await readWhole(file);
  await switches.promise;
  return await WebAssembly.compile(bytes);
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

function wakeEngine(): Promise<void> {
  ready ??= start();
  return ready;
}

async function start(): Promise<void> {
  // V8 takes kept code (bin/run-build.js) only under the very switches it was compiled under, and those of the next start are these.
  process.prependOnceListener('exit', () => {
    setFlagsFromString('--wasm-lazy-compilation');
    setFlagsFromString('--wasm-tier-up');
    setFlagsFromString('--wasm-dynamic-tiering');
  });
  // What is compiled when it is first called is compiled here, while the trees are waited for; what is compiled whole, on other threads.
  setFlagsFromString('--no-wasm-lazy-compilation');
  // V8's optimizing compiler takes up to 600 MB and half a second for the one huge function that each grammar has, and a scan is
  // over before that pays; the small functions of the engine can be worth it (docs/decisions/0013). Whether a function may be
  // optimized is settled when it is first compiled: so that engine is compiled whole before the switch, and the grammars after it.
  if (isEngineOptimized) await loadEngine();
  // Both words are needed: the first implies the second only on a command line.
  setFlagsFromString('--no-wasm-tier-up');
  setFlagsFromString('--no-wasm-dynamic-tiering');
  switches.resolve();
  if (!isEngineOptimized) await loadEngine();
}

/** Kept once V8 is told how to compile grammars. */
const switches = Promise.withResolvers<void>();

async function loadEngine(): Promise<void> {
  await Parser.init({ wasmBinary: readFileSync(wasmFile('web-tree-sitter', 'web-tree-sitter.wasm')) });
}

/** All bytes of a file, read by another thread into one piece. */
async function readWhole(file: string): Promise<Buffer<ArrayBuffer>> {
  const handle = openSync(file, 'r');
  try {
    const bytes = Buffer.allocUnsafeSlow(fstatSync(handle).size);
    let length = 0;
    while (length < bytes.length) {
      const { bytesRead } = await readInto(handle, bytes, length, bytes.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return bytes.subarray(0, length);
  } finally {
    closeSync(handle);
  }
}

const readInto = promisify(read);

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
