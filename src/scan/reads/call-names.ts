import { escaped } from './registry.ts';

/** A name in a text, and where it begins. */
export type NamedAt = { readonly name: string; readonly index: number };

/**
 * Which names in this text have one of these pieces in them? The pieces are those that were found to stand in the file: looking for
 * two or three is much faster than for all that any SDK has, and both are much faster than looking at every word.
 */
export function* callNamesIn(text: string, pieces: readonly string[]): Generator<NamedAt> {
  if (pieces.length === 0) return;
  let last = -1;
  for (const match of text.matchAll(patternOf(pieces))) {
    const found = nameAround(text, match.index, match[0]);
    if (found === null || found.index === last) continue;
    last = found.index;
    yield found;
  }
}

const patterns = new Map<string, RegExp>();

function patternOf(pieces: readonly string[]): RegExp {
  const longestFirst = pieces.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const source = longestFirst.map(escaped).join('|');
  const known = patterns.get(source) ?? new RegExp(source, 'g');
  if (patterns.size < MOST_PATTERNS) patterns.set(source, known);
  return known;
}

// Files say the same few things.
const MOST_PATTERNS = 1_000;

const IN_NAME = /[\w$]/;

/** The whole name that a piece belongs to: `isOn(` ends it, `Feature::` stands before it. */
function nameAround(text: string, at: number, piece: string): NamedAt | null {
  const isBefore = /(?:::|\.)$/.test(piece);
  const inner = isBefore ? '' : (/[\w$]+(?=[^\w$]*$)/.exec(piece)?.[0] ?? '');
  if (!isBefore && inner === '') return null;
  let start = isBefore ? at + piece.length : at + piece.lastIndexOf(inner);
  if (!isBefore) while (start > 0 && IN_NAME.test(text[start - 1] ?? '')) start -= 1;
  let end = isBefore ? start : at + piece.lastIndexOf(inner) + inner.length;
  while (end < text.length && IN_NAME.test(text[end] ?? '')) end += 1;
  if (text[end] === '?') end += 1;
  const name = text.slice(start, end);
  return /^[A-Za-z_$]/.test(name) ? { name, index: start } : null;
}
