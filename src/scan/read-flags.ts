import { setImmediate } from 'node:timers/promises';
import type { Node, Tree } from 'web-tree-sitter';
import { lookAtAliases, lookForConstants } from './reads/alias-sites.ts';
import { isSdkPiece, SDK_PIECES } from './reads/call-words.ts';
import { lookAtCalls } from './reads/call-sites.ts';
import { lookAtCamelFlags } from './reads/camel-flags.ts';
import { type Found, type News, noNews } from './reads/found.ts';
import { keeper, type Keeper } from './reads/keeper.ts';
import { familyOf, type Grammar, grammarOf, isMentionable, templateFamily } from './reads/languages.ts';
import { lookAtNames } from './reads/literal-sites.ts';
import { isNestedTooDeep, MOST_NESTED } from './reads/nesting.ts';
import { type TreeMaker, treeMaker } from './reads/parser.ts';
import { emptyRegistry } from './reads/registry.ts';
import { type SourceText, sourceText } from './reads/source-text.ts';
import { wordFinder } from './reads/word-finder.ts';
import type { DeclaredCall, Reading, Site, SourceFile, SourceTree, Unreadable } from './source-tree.ts';

/** What is asked of a source tree. `names` are the flags that are defined; none means: every flag that is seen read. */
export type ReadRequest = {
  readonly tree: SourceTree;
  readonly names: readonly string[];
  readonly declared: readonly DeclaredCall[];
  /** Files that define the flags: a name in them is no use of it. */
  readonly definitionFiles: readonly string[];
  readonly onProgress?: (done: number, total: number) => void;
  /** Told of each read as soon as it is found, so that other work on it can begin. */
  readonly onRead?: (site: Site) => void;
  /** Told when all files were looked at once; more reads may follow. */
  readonly onRound?: () => void;
  /** Once aborted no further file is read, and what is answered is not whole. */
  readonly signal?: AbortSignal | undefined;
};

// A constant of a constant of a wrapper of a wrapper; a tree that goes on learning after this is no honest one.
const ROUNDS = 6;
const REST_EVERY_MS = 50;
// In characters. A tree takes some thirty times as much memory as its text.
const KEPT_TEXT = 32 * 1024 * 1024;
const KEPT_PARSED = 3 * 1024 * 1024;
const TOO_DEEP = `Brackets are nested deeper than ${MOST_NESTED} levels, so it was not parsed; flags in it count as mentioned.`;

/**
 * Which flags does this source tree read, and where? Every file is searched once for the flags' names and the names of SDKs; those that could hold a
 * read are parsed. Constants and wrappers that are found are looked for in turn, until nothing new turns up. What could not be
 * read or parsed is told and never passed over.
 */
export async function readFlags(request: ReadRequest): Promise<Reading> {
  const { files, unreadable: left } = request.tree.list();
  const unreadable = new Map(left.map((entry) => [entry.file, entry.reason]));
  const look: Look = {
    ...request,
    unreadable,
    found: emptyFound(request),
    makers: new Map(),
    sources: keeper(KEPT_TEXT),
    trees: keeper(KEPT_PARSED, (tree: Tree) => {
      tree.delete();
    }),
  };
  try {
    return await looked(look, files);
  } finally {
    look.trees.clear();
  }
}

async function looked(look: Look, files: readonly SourceFile[]): Promise<Reading> {
  const { unreadable } = look;
  // Definitions in code are looked at all the same: their constants are what the rest of the code uses.
  const isData = (path: string): boolean => grammarOf(path) === null && look.definitionFiles.includes(path);
  const sources = files.filter(({ path }) => isMentionable(path) && !isData(path));
  const names = new Set(look.names);
  const declared = new Set(look.declared.map(({ call }) => lastPart(call)));
  await round(look, sources, [...names, ...SDK_PIECES, ...declared], (source, hits, root) => {
    const pieces = hits.filter((hit) => isSdkPiece(hit) || declared.has(hit));
    if (pieces.length > 0) lookAtCalls(look.found, source, pieces, null, root);
    lookAtCamelFlags(look.found, source, root);
    lookAtNames(
      look.found,
      source,
      hits.filter((hit) => names.has(hit)),
      root,
    );
  });
  look.onRound?.();
  const code = sources.filter(({ path }) => isCode(path));
  for (let turn = 1; turn < ROUNDS; turn += 1) {
    const { news } = look.found;
    look.found.news = noNews();
    const words = wordsOf(news);
    if (words.length === 0) break;
    const callable = code.filter(({ path }) => news.families.has(familyOfPath(path)));
    await round(look, callable, words, (source, hits, root) => {
      const called = hits.filter((hit) => news.wrappers.has(hit));
      lookAtCalls(look.found, source, called, news.wrappers, root);
      lookForConstants(look.found, source, news.wanted, root);
      lookAtAliases(look.found, source, news.aliases, root);
    });
  }
  for (const [file, line] of look.found.broken)
    if (!unreadable.has(file))
      unreadable.set(
        file,
        `What stands around line ${line} could not be parsed; a read there may be missing.`,
      );
  return { sites: sorted(look.found.sites.values()), unreadable: listed(unreadable) };
}

type Look = ReadRequest & {
  readonly unreadable: Map<string, string>;
  readonly found: Found;
  readonly makers: Map<Grammar, TreeMaker>;
  /** What a round has decoded or parsed and the next may need again. */
  readonly sources: Keeper<SourceText>;
  readonly trees: Keeper<Tree>;
};

function emptyFound({ declared, names, onRead }: ReadRequest): Found {
  return {
    registry: emptyRegistry(declared),
    names: new Set(names),
    sites: new Map(),
    broken: new Map(),
    wanted: new Map(),
    news: noNews(),
    onRead: onRead ?? (() => undefined),
  };
}

async function round(
  look: Look,
  files: readonly SourceFile[],
  words: readonly string[],
  lookAt: (source: SourceText, hits: readonly string[], root: () => Node) => void,
): Promise<void> {
  const find = wordFinder(words);
  let done = 0;
  let rested = performance.now();
  for (const { path } of files) {
    // Signals and timers of the process wait for us.
    if (performance.now() - rested > REST_EVERY_MS) {
      await setImmediate();
      rested = performance.now();
    }
    if (look.signal?.aborted === true) return;
    done += 1;
    if (done % 64 === 0) look.onProgress?.(done, files.length);
    const read = look.tree.read(path);
    if (!read.ok) {
      look.unreadable.set(path, read.reason);
      continue;
    }
    const hits = find(read.bytes);
    if (hits.length === 0 || isOwnDocument(path, read.bytes)) continue;
    const source = look.sources.get(path) ?? sourceText(path, read.bytes);
    look.sources.keep(path, source, source.text.length);
    if (source.grammar !== null && !look.makers.has(source.grammar))
      look.makers.set(source.grammar, await treeMaker([source.grammar]));
    const reason = withTree(look, source, (root) => {
      lookAt(source, hits, root);
    });
    if (reason === null) continue;
    look.unreadable.set(path, reason);
    const unparsed = { ...source, grammar: null };
    lookAt(unparsed, hits, () => {
      throw new Error(`${path} is not parsed`);
    });
  }
  look.onProgress?.(files.length, files.length);
}

/** Is this a document that haunted wrote, such as the last scan? It names every flag, and is no source of anything. */
function isOwnDocument(path: string, bytes: Buffer): boolean {
  return (
    /\.(?:json|ndjson)$/.test(path) &&
    /^\s*\{\s*"schema":\s*"haunted\./.test(bytes.toString('latin1', 0, 200))
  );
}

/** Hands a look a tree that is made when it is first asked for, or says why there can be none. */
function withTree(look: Look, source: SourceText, use: (root: () => Node) => void): string | null {
  const kept = look.trees.get(source.file) ?? null;
  const made: { tree: Tree | null; reason: string | null } = { tree: kept, reason: null };
  try {
    use(() => {
      made.tree ??= parsed(look, source, made);
      return made.tree.rootNode;
    });
  } catch (error) {
    if (made.reason === null) throw error;
  } finally {
    if (
      made.tree !== null &&
      made.tree !== kept &&
      !look.trees.keep(source.file, made.tree, source.text.length)
    )
      made.tree.delete();
  }
  return made.reason;
}

function parsed(look: Look, { file, grammar, text }: SourceText, made: { reason: string | null }): Tree {
  const maker = grammar === null ? undefined : look.makers.get(grammar);
  if (grammar === null || maker === undefined) throw new Error(`${file} has no grammar`);
  if (isNestedTooDeep(text)) {
    made.reason = TOO_DEEP;
    throw new Error(TOO_DEEP);
  }
  try {
    return maker.parse(grammar, text);
  } catch (error) {
    made.reason = `The parser gave up on it (${(error as Error).message}); flags in it count as mentioned.`;
    throw error;
  }
}

/** What other files may call the things just learned: members are found by what they are members of. */
function wordsOf({ aliases, wrappers, wanted }: News): readonly string[] {
  return [
    ...new Set([
      ...aliases.map(({ name, container }) => (container === null || container === '' ? name : container)),
      ...wrappers,
      ...wanted.map(({ name, container }) => container ?? name),
    ]),
  ];
}

function isCode(path: string): boolean {
  return familyOfPath(path) !== '';
}

/** The languages whose calls this file's can call; empty for what is no code. */
function familyOfPath(path: string): string {
  const grammar = grammarOf(path);
  return grammar === null ? (templateFamily(path) ?? '') : familyOf(grammar);
}

function lastPart(call: string): string {
  return call.split(/\.|::|->/).at(-1) ?? call;
}

function sorted(sites: Iterable<Site>): readonly Site[] {
  return [...sites].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.flag, b.flag),
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function listed(unreadable: ReadonlyMap<string, string>): readonly Unreadable[] {
  return [...unreadable].map(([file, reason]) => ({ file, reason })).sort((a, b) => compare(a.file, b.file));
}
