import type { CodeSite } from '../model/flag.ts';
import { nameOf } from './code-functions.ts';

/** A function that evaluates a flag, in the parts by which another may be told to be the same one. */
type Reader = {
  readonly file: string;
  readonly name: string;
  /** The class or type it belongs to, without regard to how it is written; empty for a plain function. */
  readonly type: string;
  readonly words: readonly string[];
};

// What people add to a name, and take away again, while they replace a function by its next version.
const AFFIXES = new Set(['async', 'impl', 'inner', 'internal', 'legacy', 'new', 'old']);

// Words that say nothing of what a function is about: two that share only these have nothing in common.
const PLAIN = new Set(
  'get set is has use on off do run handle check make create update show render load with for to of by from and enabled flag feature'.split(
    ' ',
  ),
);

// One word, such as `validate`, is shared by functions that have nothing to do with each other; two, by the classes of one interface.
const TELLING_WORDS = 2;
const TELLING_WORDS_OF_ANOTHER_TYPE = 3;

/**
 * Which functions that evaluate a flag now are so like one that did before that it is one function, reworked? Always one of the same name
 * in another spelling (`flood_home`, `floodHome`) or version (`NewStrategyForm`, `StrategyForm`). Of a flag that was awake and is, also one
 * in the same file whose name shares a word that tells something, unless the two belong to different types, and one of the same long name that moved to another type. A flag that wakes
 * up gets no such favour: Knight's had slept (SEC 34-70694, para 13-14). Names as they are now, each once, sorted.
 */
export function alikeFunctions(
  before: readonly CodeSite[] | undefined,
  now: readonly CodeSite[] | undefined,
  wasAndIsAwake: boolean,
): string[] {
  const known = readersOf(before);
  const alike = readersOf(now).filter((reader) => known.some((old) => isAlike(old, reader, wasAndIsAwake)));
  return [...new Set(alike.map(({ name }) => name))].sort();
}

function isAlike(one: Reader, other: Reader, isAwake: boolean): boolean {
  const typesFit = one.type === other.type || one.type === '' || other.type === '';
  if (isAwake && typesFit && one.file === other.file && sharesWord(one, other)) return true;
  if (one.words.join(' ') !== other.words.join(' ')) return false;
  if (typesFit) return one.words.length >= TELLING_WORDS;
  return isAwake && one.words.length >= TELLING_WORDS_OF_ANOTHER_TYPE;
}

function sharesWord(one: Reader, other: Reader): boolean {
  return one.words.some((word) => !PLAIN.has(word) && other.words.includes(word));
}

function readersOf(where: readonly CodeSite[] | undefined): Reader[] {
  return (where ?? []).flatMap((site) => {
    const name = nameOf(site);
    if (name === null) return [];
    const parts = name.split(/::|[.#]/);
    const type = wordsOf(parts.slice(0, -1).join(' ')).join('');
    return [{ file: site.file, name, type, words: plainWords(parts.slice(-1).join('')) }];
  });
}

function plainWords(name: string): string[] {
  return wordsOf(name.replace(/(?:_v|V)(?:\d+|[Nn]ext)$/, '')).filter((word) => !AFFIXES.has(word));
}

/** The words of a name, in small letters, however it joins them. */
function wordsOf(name: string): string[] {
  return (name.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+|\p{Lo}+|\d+/gu) ?? []).map((word) =>
    word.toLowerCase(),
  );
}
