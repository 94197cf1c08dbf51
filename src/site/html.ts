/** Markup that is safe to put into a page: only `html` makes it. */
export type Html = { readonly markup: string };

/** What may stand in a template: markup, text that is escaped, a number, nothing, or a list of these. */
type Part = Html | string | number | null | readonly Part[];

/** Markup from a template. Every text in it is escaped, as text and as an attribute in double quotes. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const rest = parts.map((part, at) => `${markupOf(part)}${texts[at + 1] ?? ''}`);
  return { markup: `${texts[0] ?? ''}${rest.join('')}` };
}

function markupOf(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escaped(part);
  return 'markup' in part ? part.markup : part.map(markupOf).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

// Control characters, overrides of direction, characters of no width and lone surrogates: a reader cannot see them, and they make
// one name look like another.
const DISTURBING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** A text as it may stand in a page: no markup, and nothing that hides or turns it. */
export function escaped(text: string): string {
  return text
    .replaceAll(DISTURBING, '\ufffd')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
