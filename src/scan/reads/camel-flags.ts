import type { Node } from 'web-tree-sitter';
import { type Found, note } from './found.ts';
import { escaped } from './registry.ts';
import type { SourceText } from './source-text.ts';

const TAKES_FLAGS =
  /\{[^{}]{0,400}\b(?:useFlags|withLDConsumer|LDConsumer)\b[^{}]{0,400}\}\s{0,9}from\s{0,9}["'][^"'\n]{0,200}launch-?darkly/i;
const BOUND =
  /\b(?:const|let|var)\s{1,9}(\{[^{};]{1,1000}\}|[\w$]{1,80})\s{0,9}(?::[^=;\n]{0,80})?=\s{0,9}useFlags(?:<[^<>()]{0,80}>)?\(\)(\.[A-Za-z_$][\w$]*)?/g;
const ASKED_AT_ONCE = /\buseFlags(?:<[^<>()]{0,80}>)?\(\)[?!]?\.([A-Za-z_$][\w$]*)/g;

/**
 * Looks at the properties that a file reads from LaunchDarkly's table of flags for React, in which `new-checkout` is called
 * `newCheckout`: the SDK writes every key so unless it is told not to. Only flags that are defined can be told from them.
 */
export function lookAtCamelFlags(found: Found, source: SourceText, root: () => Node): void {
  if (source.family !== 'javascript' || source.grammar === null || source.isTest) return;
  const { text } = source;
  if (found.names.size === 0 || !/useFlags|LDConsumer/.test(text) || !TAKES_FLAGS.test(text)) return;
  const camel = camelNames(found.names);
  for (const { name, at } of propertiesIn(text))
    for (const flag of found.names.has(name) ? [name] : (camel.get(name) ?? [])) {
      const node = root().descendantForIndex(at, at + name.length);
      if (node !== null && (/comment/.test(node.type) || (/string/.test(node.type) && name !== flag)))
        continue;
      note(found, source, flag, at, node, { kind: 'read', via: 'useFlags()', type: null });
    }
}

type Property = { readonly name: string; readonly at: number };

function* propertiesIn(text: string): Generator<Property> {
  const tables = new Set(/LDConsumer\b/.test(text) ? ['flags'] : []);
  for (const match of text.matchAll(BOUND)) {
    const [, taken = '', member] = match;
    if (member !== undefined) continue;
    if (taken.startsWith('{')) yield* membersOf(taken, match.index + match[0].indexOf('{'));
    else tables.add(taken);
  }
  for (const match of text.matchAll(ASKED_AT_ONCE)) yield lastOf(match);
  for (const table of tables) {
    for (const match of text.matchAll(
      new RegExp(String.raw`(?<![\w$])${escaped(table)}[?!]?\.([A-Za-z_$][\w$]*)`, 'g'),
    ))
      yield lastOf(match);
    const unpacked = new RegExp(
      String.raw`\b(?:const|let|var)\s{1,9}(\{[^{};]{1,1000}\})\s{0,9}=\s{0,9}(?:(?:this\.)?props\.)?${escaped(table)}(?![\w$.([])`,
      'g',
    );
    for (const match of text.matchAll(unpacked))
      yield* membersOf(match[1] ?? '', match.index + match[0].indexOf('{'));
  }
}

function lastOf(match: RegExpExecArray): Property {
  const name = match[1] ?? '';
  return { name, at: match.index + match[0].length - name.length };
}

/** The keys of `{ a, b: c, 'd-e': f, g = false }`. */
function* membersOf(braces: string, start: number): Generator<Property> {
  for (const match of braces.matchAll(/[{,]\s{0,200}(?:([A-Za-z_$][\w$]*)|["']([^"'\n]{1,200})(?=["']))/g)) {
    const name = match[1] ?? match[2] ?? '';
    yield { name, at: start + match.index + match[0].length - name.length };
  }
}

const known = new WeakMap<ReadonlySet<string>, ReadonlyMap<string, readonly string[]>>();

/** What the SDK calls the flags whose keys are written otherwise. */
function camelNames(names: ReadonlySet<string>): ReadonlyMap<string, readonly string[]> {
  const before = known.get(names);
  if (before !== undefined) return before;
  const camel = new Map<string, string[]>();
  for (const flag of names) {
    const name = (flag.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [])
      .map((word, index) =>
        index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
      )
      .join('');
    if (name !== flag && !names.has(name)) camel.set(name, [...(camel.get(name) ?? []), flag]);
  }
  known.set(names, camel);
  return camel;
}
