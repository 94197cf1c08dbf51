import type { Tree } from 'web-tree-sitter';
import { lookAtAliases, lookForConstants } from './reads/alias-sites.ts';
import { isSdkPiece, SDK_PIECES } from './reads/call-words.ts';
import { lookAtCalls } from './reads/call-sites.ts';
import { lookAtCamelFlags } from './reads/camel-flags.ts';
import { type Found, type News, noNews } from './reads/found.ts';
import { keeper } from './reads/keeper.ts';
import { familyOf, grammarOf, isMentionable, templateFamily } from './reads/languages.ts';
import { lookAtNames } from './reads/literal-sites.ts';
import { emptyRegistry } from './reads/registry.ts';
import { type Look, round } from './reads/round.ts';
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
// In characters. A tree takes some thirty times as much memory as its text.
const KEPT_TEXT = 32 * 1024 * 1024;
const KEPT_PARSED = 3 * 1024 * 1024;

/**
 * Which flags does this source tree read, and where? Every file is searched once for the flags' names and the names of SDKs; those that could hold a
 * read are parsed. Constants and wrappers that are found are looked for in turn, until nothing new turns up. What could not be
 * read or parsed is told and never passed over.
 */
export async function readFlags(request: ReadRequest): Promise<Reading> {
  const { files, unreadable: left } = request.tree.list();
  const unreadable = new Map(left.map((entry) => [entry.file, entry.reason]));
  const look: Look & ReadRequest = {
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

async function looked(look: Look & ReadRequest, files: readonly SourceFile[]): Promise<Reading> {
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
