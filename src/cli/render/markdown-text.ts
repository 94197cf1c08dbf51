import { printable } from './terminal-text.ts';

const LONGEST_CELL = 400;

// An underscore inside a word, a colon before a blank and the dots of a file name are text to every Markdown reader.
const MARKUP = /[\\`*[\]<>#|~&$@]|(?<![a-z0-9])_|_(?![a-z0-9])|:(?=\S)|(?<=\bwww)\./gi;

function clip(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest)}…`;
}

function entity(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

/**
 * Text from outside in a comment on GitHub or GitLab: no markup, no link, no picture, no HTML, and nobody is mentioned.
 * CommonMark never reads an entity as markup. `@name` and `#12` are looked for in the finished page, where an entity is a
 * character again, so a zero-width space (U+200B) parts them. Over-long text is cut, with an ellipsis.
 */
export function markdownText(text: string, longest = LONGEST_CELL): string {
  return printable(clip(text, longest))
    .replaceAll(MARKUP, entity)
    .replaceAll(/&#(?:64|35);/g, '$&&#8203;');
}

/** A name as code, shown as it is, without any markup in it, also inside a table. */
export function markdownCode(text: string): string {
  return `<code>${printable(clip(text, LONGEST_CELL)).replaceAll(MARKUP, entity)}</code>`;
}
