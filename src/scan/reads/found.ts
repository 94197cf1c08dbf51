import type { Node } from 'web-tree-sitter';
import type { Site } from '../source-tree.ts';
import { isInBrokenPart } from './ancestors.ts';
import { addAlias, addWrapper, type Alias, type CallSite, type Registry, type Wrapper } from './registry.ts';
import { positionOf, type SourceText } from './source-text.ts';
import { symbolAround } from './symbol.ts';
import type { Use } from './verdict.ts';

/** What one look at a source tree has gathered. It only grows; a read is never taken back to a mention. */
export type Found = {
  readonly registry: Registry;
  /** The flags that are defined. */
  readonly names: ReadonlySet<string>;
  readonly sites: Map<string, Site>;
  /** Files with a flag in a part that could not be parsed, and the first line of such a place. */
  readonly broken: Map<string, number>;
  /** Constants whose value has to be looked up before a call can be understood: name, container. */
  readonly wanted: Map<string, Wanted>;
  /** What was learned since the last round, and has still to be looked for. */
  news: News;
  readonly onRead: (site: Site) => void;
};

/** A constant whose value a call needs. */
export type Wanted = {
  readonly name: string;
  readonly container: string | null;
  readonly file: string;
  /** Whether only a flag made by a class that says so will do: `X = WaffleSwitch("x")`. */
  readonly isMade?: boolean;
};

export type News = {
  readonly aliases: Alias[];
  readonly wrappers: Set<string>;
  readonly wanted: Wanted[];
  /** The languages in which something was learned. */
  readonly families: Set<string>;
};

export function noNews(): News {
  return { aliases: [], wrappers: new Set(), wanted: [], families: new Set() };
}

/** Remembers a name that stands for a flag. */
export function learnAlias(found: Found, alias: Alias): void {
  if (!addAlias(found.registry, alias)) return;
  found.news.aliases.push(alias);
  found.news.families.add(alias.family);
}

/** Remembers a function that hands its argument on. */
export function learnWrapper(found: Found, wrapper: Wrapper): void {
  if (!addWrapper(found.registry, wrapper)) return;
  found.news.wrappers.add(wrapper.name);
  found.news.families.add(wrapper.family);
}

/** Writes down one use of a flag at an offset of a file; a constant that stands for the flag is remembered as well. */
export function note(
  found: Found,
  source: SourceText,
  flag: string,
  offset: number,
  node: Node | null,
  use: Use,
): void {
  const isRead = use.kind === 'read' && !source.isTest && offset < source.testsFrom;
  if (use.kind === 'alias') rememberAlias(found, source, flag, offset, use);
  const { line, column } = positionOf(source, offset);
  if (!isRead && node !== null) noteBroken(found, source, offset, node);
  const key = `${source.file}\0${line}\0${column}\0${flag}`;
  const before = found.sites.get(key);
  if (before !== undefined && (before.kind === 'read' || !isRead) && before.symbol !== null) return;
  const site: Site = {
    flag,
    file: source.file,
    line,
    column,
    symbol: node === null ? null : symbolAround(node),
    kind: isRead || before?.kind === 'read' ? 'read' : 'mention',
    via: use.kind === 'read' ? use.via : use.kind === 'alias' ? use.name : null,
    type: use.kind === 'read' ? use.type : null,
  };
  found.sites.set(key, site);
  if (isRead && before?.kind !== 'read') found.onRead(site);
}

/** Remembers that a flag, or a call that asks for one, stands where the file could not be parsed: a read may be missed there. */
export function noteBroken(found: Found, source: SourceText, offset: number, node: Node): void {
  if (found.broken.has(source.file) || node.type.includes('comment') || !isInBrokenPart(node)) return;
  found.broken.set(source.file, positionOf(source, offset).line);
}

/** Is this text written by a program that saves on lines? */
function isMinified(text: string): boolean {
  const head = text.slice(0, 20_000);
  return head.length > 2_000 && head.length / head.split('\n').length > 300;
}

function rememberAlias(
  found: Found,
  source: SourceText,
  flag: string,
  origin: number,
  use: Extract<Use, { kind: 'alias' }>,
): void {
  // In minified text a name of one or two letters stands for something else on the next line.
  if (use.name.length <= 2 && isMinified(source.text)) return;
  if (source.isTest) return;
  const { name, container, scope } = use;
  const { file, family } = source;
  learnAlias(found, { name, container, flag, file, family, scope, origin, isAccessor: false });
}

/** A file's place in the eyes of the registry. */
export function callSite(source: SourceText): CallSite {
  return source;
}
