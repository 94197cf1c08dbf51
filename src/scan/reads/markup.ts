import { asksForFlag, tokensOf } from './call-words.ts';
import type { SourceText } from './source-text.ts';

/** `{% flag "x" %}` of Django, with or without quotes; `{% switch %}` and `{% sample %}` where the page loads waffle's. */
export function tagBefore({ family, whole }: SourceText, before: string): string | null {
  const tag = family === 'python' ? /\{%-?\s{0,9}(\w{1,60})\s{1,9}["']?$/.exec(before)?.[1] : undefined;
  if (tag === undefined) return null;
  const asks =
    asksForFlag({ name: tag, receiver: '' }) || (/^(?:switch|sample)$/.test(tag) && loadsWaffle(whole));
  return asks ? tag : null;
}

/** Does a page take the tags of waffle, Django's flags? */
export function loadsWaffle(page: string): boolean {
  return page.includes('waffle_tags');
}

/** `*appFeatureFlag="'x'"` of Angular shows its element while the flag is on. */
export function directiveBefore(before: string): string | null {
  const name = /\s\*(\w{1,60})=["']\s{0,9}['`]$/.exec(before)?.[1];
  return name !== undefined && tokensOf(name).some((word) => /^(?:features?|flag|toggle)$/.test(word))
    ? name
    : null;
}

/** The element and the attribute whose text is open here: `<feature name="@(`. */
export function attributeBefore(
  before: string,
): { readonly element: string; readonly attribute: string } | null {
  const [, element, attribute] = ATTRIBUTE.exec(before) ?? [];
  return element === undefined || attribute === undefined ? null : { element, attribute };
}

const ATTRIBUTE = /<([\w.-]+)\b[^<>]*?\s([\w:.-]+)=["'](?:[^"'<>]*,\s*)?@?\(?(?:nameof\()?$/;

const COMMENTS = [
  ['@*', '*@'],
  ['<!--', '-->'],
  ['<%#', '%>'],
  ['{#', '#}'],
  ['{% comment', 'endcomment %}'],
] as const;

/** Does this place of a page lie in a comment? */
export function isInComment({ whole }: SourceText, at: number): boolean {
  const line = whole.slice(whole.lastIndexOf('\n', at - 1) + 1, at);
  // Angular's directives begin with a star, too.
  if (/^\s*(?:\/\/|\*(?=\s|$))/.test(line)) return true;
  return COMMENTS.some(([open, close]) => {
    const start = whole.lastIndexOf(open, at);
    return start !== -1 && whole.indexOf(close, start + open.length) > at;
  });
}
