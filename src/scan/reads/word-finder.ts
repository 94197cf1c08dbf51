/** Which of the words stand anywhere in these bytes, each once. */
export type WordFinder = (bytes: Uint8Array) => readonly string[];

/** The beginning of a word is what the table knows; the rest is compared where that was found. It keeps the table small. */
const HEAD = 8;

type Word = { readonly word: string; readonly bytes: Uint8Array };

/**
 * Finds which of many words a file holds, in one pass whose cost does not grow with the number of words: a table says for each state
 * and each byte what the next state is (Aho and Corasick; docs/decisions/0013). Words are compared as UTF-8, so that no file has to be decoded
 * before it is known to hold one.
 */
export function wordFinder(words: readonly string[]): WordFinder {
  const known = [...new Set(words)].filter((word) => word !== '');
  if (known.length === 0) return () => [];
  const table = tableOf(known.map((word): Word => ({ word, bytes: Buffer.from(word, 'utf8') })));
  return (bytes) => searched(table, bytes);
}

/** The row of a state in `next` begins at its number, shifted. States from `firstEnd` on are ends of heads. */
type Table = {
  readonly classes: Uint8Array;
  readonly shift: number;
  /** As narrow as the number of states allows: the rows that are always asked stay in the nearest cache. */
  readonly next: Uint16Array | Uint32Array;
  readonly firstEnd: number;
  /** For each end, by its number: the words whose heads end there, and how long their heads are. */
  readonly ends: ReadonlyMap<number, readonly Word[]>;
};

function searched({ classes, shift, next, firstEnd, ends }: Table, bytes: Uint8Array): readonly string[] {
  const found = new Set<string>();
  let state = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    // Every byte has a class, and every state a row.
    state = next[(state << shift) | (classes[bytes[at] as number] as number)] as number;
    if (state < firstEnd) continue;
    for (const { word, bytes: whole } of ends.get(state) ?? [])
      if (!found.has(word) && continues(bytes, at, whole)) found.add(word);
  }
  return [...found];
}

/** Does the rest of the word follow the head that ends at this offset? */
function continues(bytes: Uint8Array, end: number, word: Uint8Array): boolean {
  const start = end + 1 - Math.min(HEAD, word.length);
  for (let at = HEAD; at < word.length; at += 1) if (bytes[start + at] !== word[at]) return false;
  return true;
}

/** A state while the table is made: the states after it by class, the state of its longest ending that is a beginning, the words. */
type State = { readonly after: Map<number, State>; readonly words: Word[]; fallback: State | null };

function newState(): State {
  return { after: new Map(), words: [], fallback: null };
}

function tableOf(words: readonly Word[]): Table {
  const classes = classesOf(words);
  const shift = Math.ceil(Math.log2(Math.max(...classes) + 1));
  const width = 1 << shift;
  const root = newState();
  for (const word of words) {
    let state = root;
    for (const byte of word.bytes.subarray(0, HEAD)) {
      const of = classes[byte] ?? 0;
      const after = state.after.get(of) ?? newState();
      state.after.set(of, after);
      state = after;
    }
    state.words.push(word);
  }
  const inOrder = withFallbacks(root);
  const [inner, last] = [inOrder.filter((state) => !endsHere(state)), inOrder.filter(endsHere)];
  const numbers = new Map([...inner, ...last].map((state, index) => [state, index]));
  const cells = numbers.size << shift;
  const next = numbers.size <= 0xffff ? new Uint16Array(cells) : new Uint32Array(cells);
  for (const state of inOrder) {
    const row = (numbers.get(state) ?? 0) << shift;
    // What a state does not know its fallback knows, and that row is filled already: it is nearer to the root.
    if (state.fallback !== null) {
      const before = (numbers.get(state.fallback) ?? 0) << shift;
      next.copyWithin(row, before, before + width);
    }
    for (const [of, after] of state.after) next[row | of] = numbers.get(after) ?? 0;
  }
  const ends = new Map(last.map((state) => [numbers.get(state) ?? 0, wordsAt(state)]));
  return { classes, shift, next, firstEnd: inner.length, ends };
}

/** The bytes that stand in heads, numbered from 1; all others are 0. */
function classesOf(words: readonly Word[]): Uint8Array {
  const classes = new Uint8Array(256);
  let count = 0;
  for (const { bytes } of words)
    for (const byte of bytes.subarray(0, HEAD)) if (classes[byte] === 0) classes[byte] = count += 1;
  return classes;
}

/** All states, those nearer to the root first, each with its fallback. */
function withFallbacks(root: State): readonly State[] {
  const inOrder = [root];
  for (const state of inOrder)
    for (const [of, after] of state.after) {
      let from = state.fallback;
      while (from !== null && !from.after.has(of)) from = from.fallback;
      after.fallback = from?.after.get(of) ?? root;
      inOrder.push(after);
    }
  return inOrder;
}

function endsHere(state: State): boolean {
  return wordsAt(state).length > 0;
}

/** The words whose heads end at a state: its own, and those of every ending of it. */
function wordsAt(state: State): readonly Word[] {
  const words: Word[] = [];
  for (let current: State | null = state; current !== null; current = current.fallback)
    words.push(...current.words);
  return words;
}
