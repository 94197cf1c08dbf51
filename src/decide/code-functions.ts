import type { CodeSite, FlagOwnership } from '../model/flag.ts';

// Names that many functions share say nothing about which function it is, unless the file is the same too.
const GENERIC = new Set(
  'main init run start handle handler execute process apply call get set new constructor setup default render configure update test lambda anonymous <anonymous> <module> <init>'.split(
    ' ',
  ),
);

/** The functions that evaluate a flag, as they are known wherever their files go: each once, sorted. */
export function functionsOf(flag: Pick<FlagOwnership, 'where'>): string[] {
  return [...new Set(flag.where?.flatMap(functionIds))].sort();
}

/** Which functions stand in both lists? As they are known wherever their files go: each once, sorted. */
export function functionsInCommon(
  before: readonly CodeSite[] | undefined,
  now: readonly CodeSite[] | undefined,
): string[] {
  const known = new Set(before?.flatMap(functionIds));
  return [...new Set(now?.flatMap(functionIds))].filter((id) => known.has(id)).sort();
}

/** What is the function at a place in the code called? Null when nobody said it. */
export function nameOf(site: CodeSite): string | null {
  return saidWords(site.symbol);
}

/** Words with their spaces evened out; null for what was not said. */
export function saidWords(words: string | null | undefined): string | null {
  const even = (words ?? '').replaceAll(/\s+/g, ' ').trim();
  return even === '' ? null : even;
}

/** A function is known by its name wherever its file goes; a name that many share only together with its file. */
function functionIds(site: CodeSite): string[] {
  const name = nameOf(site);
  if (name === null) return [];
  return [GENERIC.has(name.toLowerCase()) ? `${site.file} ${name}` : name];
}
