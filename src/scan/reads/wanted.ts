import type { Node } from 'web-tree-sitter';
import { lookForConstants } from './alias-sites.ts';
import type { Found, Wanted } from './found.ts';
import type { SourceText } from './source-text.ts';

type Unknown = Omit<Wanted, 'file'> & { readonly isLocal: boolean };

/** Remembers that the value of a constant is needed before a call can be told. */
export function wantConstant(found: Found, source: SourceText, unknown: Unknown, root: () => Node): void {
  const { name, container, isLocal, isMade } = unknown;
  const id = `${source.family} ${container ?? ''} ${name} ${isLocal ? source.file : ''} ${isMade === true}`;
  if (found.wanted.has(id)) return;
  const wanted = { name, container, file: source.file, isMade: isMade === true };
  found.wanted.set(id, wanted);
  // A name that only this file can know is looked up here and now.
  if (isLocal) lookForConstants(found, source, [wanted], root);
  else {
    found.news.wanted.push(wanted);
    found.news.families.add(source.family);
  }
}

// The question first: it begins with a sign that is found fast, and is rare.
const ASKED = /\.(?:is_?[eE]nabled|is_?[aA]ctive|is_?[oO]n|IsEnabled|enabled)\(/g;
const CONSTANT_BEFORE = /(?<![\w$])(?:[a-z_]\w*\.)?([A-Z][A-Z0-9_]+)$/;
const LONGEST_CONSTANT = 600;

/** `NEW_CART.is_enabled()`: was it made by something that says that it is a flag? */
export function lookAtAskedConstants(found: Found, source: SourceText, root: () => Node): void {
  for (const { index } of source.text.matchAll(ASKED)) {
    const before = source.text.slice(Math.max(0, index - LONGEST_CONSTANT), index);
    const name = CONSTANT_BEFORE.exec(before)?.[1];
    if (name !== undefined)
      wantConstant(found, source, { name, container: null, isLocal: false, isMade: true }, root);
  }
}
