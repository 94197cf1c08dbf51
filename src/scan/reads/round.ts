import { setImmediate } from 'node:timers/promises';
import type { Node, Tree } from 'web-tree-sitter';
import type { SourceFile, SourceTree } from '../source-tree.ts';
import type { Found } from './found.ts';
import type { Keeper } from './keeper.ts';
import type { Grammar } from './languages.ts';
import { isNestedTooDeep, MOST_NESTED } from './nesting.ts';
import { fetchGrammar, isFetching, isLoaded, type TreeMaker, treeMaker } from './parser.ts';
import { type SourceText, sourceText } from './source-text.ts';
import { wordFinder } from './word-finder.ts';

const REST_EVERY_MS = 50;
// While grammars are loaded by other threads: only a rest lets the next step of that begin.
const REST_FETCHING_MS = 2;
// In bytes of files that hold a word. Far enough for grammars to be loaded; git waits for what is found.
const MOST_AHEAD = 2 * 1024 * 1024;
const TOO_DEEP = `Brackets are nested deeper than ${MOST_NESTED} levels, so it was not parsed; flags in it count as mentioned.`;

/** What every round of looking at a source tree works with. */
export type Look = {
  readonly tree: SourceTree;
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal | undefined;
  readonly unreadable: Map<string, string>;
  readonly found: Found;
  readonly makers: Map<Grammar, TreeMaker>;
  /** What a round has decoded or parsed and the next may need again. */
  readonly sources: Keeper<SourceText>;
  readonly trees: Keeper<Tree>;
};

/** Looks at one file that holds some of the words; the tree is made when it is first asked for. */
type LookAt = (source: SourceText, hits: readonly string[], root: () => Node) => void;

/** A file that holds some of the words, and its size in bytes. */
type Hit = { readonly source: SourceText; readonly bytes: number; readonly hits: readonly string[] };

/**
 * Searches these files for the words and looks at those that hold one, in their order. The search runs ahead of the looking, so that grammars
 * are loaded by other threads meanwhile. Files that cannot be read or parsed are written down in `look.unreadable`.
 */
export async function round(
  look: Look,
  files: readonly SourceFile[],
  words: readonly string[],
  lookAt: LookAt,
): Promise<void> {
  const find = wordFinder(words);
  const waiting: Hit[] = [];
  let ahead = 0;
  let done = 0;
  let rested = performance.now();
  const isDue = (everyMs: number): boolean => performance.now() - rested > everyMs;
  // Signals and timers of the process wait for us.
  const rest = async (): Promise<void> => {
    await setImmediate();
    rested = performance.now();
  };
  const isTurnOf = ({ source: { grammar } }: Hit): boolean =>
    ahead > MOST_AHEAD || grammar === null || isLoaded(grammar);
  const isStopped = (): boolean => look.signal?.aborted === true;
  const lookAtNext = async (hit: Hit): Promise<void> => {
    if (isDue(REST_EVERY_MS)) await rest();
    if (isStopped()) return;
    waiting.shift();
    ahead -= hit.bytes;
    await lookAtFile(look, hit, lookAt);
  };
  for (const { path } of files) {
    if (isDue(isFetching() ? REST_FETCHING_MS : REST_EVERY_MS)) await rest();
    for (let [hit] = waiting; hit !== undefined && isTurnOf(hit); [hit] = waiting) {
      if (isStopped()) return;
      await lookAtNext(hit);
    }
    if (isStopped()) return;
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
    if (source.grammar !== null) fetchGrammar(source.grammar);
    waiting.push({ source, bytes: read.bytes.length, hits });
    ahead += read.bytes.length;
  }
  for (let [hit] = waiting; hit !== undefined && !isStopped(); [hit] = waiting) await lookAtNext(hit);
  if (!isStopped()) look.onProgress?.(files.length, files.length);
}

async function lookAtFile(look: Look, { source, hits }: Hit, lookAt: LookAt): Promise<void> {
  if (source.grammar !== null && !look.makers.has(source.grammar))
    look.makers.set(source.grammar, await treeMaker([source.grammar]));
  const reason = withTree(look, source, (root) => {
    lookAt(source, hits, root);
  });
  if (reason === null) return;
  look.unreadable.set(source.file, reason);
  const unparsed = { ...source, grammar: null };
  lookAt(unparsed, hits, () => {
    throw new Error(`${source.file} is not parsed`);
  });
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
