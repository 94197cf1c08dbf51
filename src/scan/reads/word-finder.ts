/** Which of the words stand anywhere in these bytes, each once. */
export type WordFinder = (bytes: Buffer) => readonly string[];

/** Shorter words have a table of their own: the shortest word of a table says how far a look may leap. */
const SHORT = 5;
/** So many short words are sooner looked for one by one. */
const FEW = 8;
const LONGEST_WINDOW = 16;
const BLOCK = 3;
/** So few that the table of leaps lies in the nearest cache. */
const SLOTS = 1 << 15;

type Word = { readonly word: string; readonly bytes: Buffer };

/** A word, and how many of its bytes stand before the last one of its window. */
type Anchored = Word & { readonly before: number };

/**
 * Finds which of many words a file holds, in one pass that leaves most bytes alone. Each word has a window, as long as the shortest word:
 * where the three bytes looked at are in no window, none can end before those bytes have been left behind, so the look leaps (Wu and Manber;
 * docs/decisions/0013). Words are compared as UTF-8, so that no file has to be decoded before it is known to hold one.
 */
export function wordFinder(words: readonly string[]): WordFinder {
  const known = [...new Set(words)]
    .filter((word) => word !== '')
    .map((word): Word => ({ word, bytes: Buffer.from(word, 'utf8') }));
  const short = known.filter(({ bytes }) => bytes.length < SHORT);
  const long = known.filter(({ bytes }) => bytes.length >= SHORT);
  const isFew = short.length <= FEW;
  const tables = (isFew ? [long] : [short, long]).filter((group) => group.length > 0).map(tableOf);
  return (bytes) => {
    const found = new Set<string>();
    if (isFew) for (const { word, bytes: whole } of short) if (bytes.includes(whole)) found.add(word);
    for (const table of tables) search(table, bytes, found);
    return [...found];
  };
}

type Table = {
  readonly window: number;
  /** Which bits of the byte before the last, and of the one before that, are looked at: none where the window is shorter. */
  readonly masks: readonly [number, number];
  /** How far the look may leap from a block in this slot; 0 where a window may end with it. */
  readonly leaps: Uint8Array;
  /** By slot: the words whose window may end with such a block. */
  readonly ends: ReadonlyMap<number, readonly Anchored[]>;
};

function search({ window, masks, leaps, ends }: Table, bytes: Buffer, found: Set<string>): void {
  const { length } = bytes;
  const [nearer, farther] = masks;
  for (let at = window - 1; at < length;) {
    // A byte before the first is nothing, and a mask makes it zero.
    const slot = slotOf(
      (bytes[at - 2] as number) & farther,
      (bytes[at - 1] as number) & nearer,
      bytes[at] as number,
    );
    const leap = leaps[slot] as number;
    at += leap;
    if (leap > 0) continue;
    for (const { word, bytes: whole, before } of ends.get(slot) ?? [])
      if (!found.has(word) && standsAt(bytes, at - before, whole)) found.add(word);
    at += 1;
  }
}

function slotOf(first: number, second: number, third: number): number {
  return ((first << 10) ^ (second << 5) ^ third) & (SLOTS - 1);
}

function standsAt(bytes: Buffer, start: number, word: Buffer): boolean {
  for (let at = 0; at < word.length; at += 1) if (bytes[start + at] !== word[at]) return false;
  return true;
}

function tableOf(words: readonly Word[]): Table {
  const window = Math.min(LONGEST_WINDOW, ...words.map(({ bytes }) => bytes.length));
  const block = Math.min(BLOCK, window);
  const masks = [block > 1 ? 0xff : 0, block > 2 ? 0xff : 0] as const;
  const slotAt = (bytes: Buffer, at: number): number =>
    slotOf((bytes[at - 2] ?? 0) & masks[1], (bytes[at - 1] ?? 0) & masks[0], bytes[at] ?? 0);
  const usual = usualSlots(words, window, slotAt);
  const leaps = new Uint8Array(SLOTS).fill(window - block + 1);
  const ends = new Map<number, Anchored[]>();
  for (const word of words) {
    const before = rarestEnd(word, window, (at) => usual.get(slotAt(word.bytes, at)) ?? 0);
    const end = slotAt(word.bytes, before);
    ends.set(end, [...(ends.get(end) ?? []), { ...word, before }]);
    for (let leap = 0; leap <= window - block; leap += 1) {
      const slot = slotAt(word.bytes, before - leap);
      leaps[slot] = Math.min(leaps[slot] ?? 0, leap);
    }
  }
  return { window, masks, leaps, ends };
}

/** In how many places of the words a window could end with each block. */
function usualSlots(
  words: readonly Word[],
  window: number,
  slotAt: (bytes: Buffer, at: number) => number,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { bytes } of words)
    for (let at = window - 1; at < bytes.length; at += 1) {
      const slot = slotAt(bytes, at);
      counts.set(slot, (counts.get(slot) ?? 0) + 1);
    }
  return counts;
}

/** Where the window of a word had best end: with what fewest words have in common, such as `Enabl` and not `Featu`. */
function rarestEnd({ bytes }: Word, window: number, countAt: (at: number) => number): number {
  let best = window - 1;
  for (let at = window; at < bytes.length; at += 1) if (countAt(at) < countAt(best)) best = at;
  return best;
}
