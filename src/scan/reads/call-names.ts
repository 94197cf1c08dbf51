import { SDK_PIECES } from './call-words.ts';
import { escaped, type Registry } from './registry.ts';

/** A name in a text, and where it begins. */
export type NamedAt = { readonly name: string; readonly index: number };

const patterns = new WeakMap<object, RegExp>();

/**
 * Which names in this text could be those of calls that ask for a flag? With `only` the names of the set, else every name that has
 * a piece of an SDK's name in it or is declared in haunted.yaml. Looking at the pieces alone is much faster than at every word.
 */
export function* callNamesIn(
  text: string,
  only: ReadonlySet<string> | null,
  registry: Registry,
): Generator<NamedAt> {
  let last = -1;
  for (const match of text.matchAll(patternOf(only, registry))) {
    const found = nameAround(text, match.index, match[0]);
    if (found === null || found.index === last) continue;
    last = found.index;
    yield found;
  }
}

function patternOf(only: ReadonlySet<string> | null, registry: Registry): RegExp {
  const owner = only ?? registry;
  const known = patterns.get(owner);
  if (known !== undefined) return known;
  const declared = registry.declared.map(({ call }) => call.split(/\.|::|->/).at(-1) ?? call);
  const words = only === null ? [...SDK_PIECES, ...declared] : [...only];
  const longestFirst = words.toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1));
  const pattern = new RegExp(longestFirst.map(escaped).join('|'), 'g');
  patterns.set(owner, pattern);
  return pattern;
}

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
