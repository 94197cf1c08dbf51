// What JSON leaves as it is and a terminal obeys or hides: C1 controls, joiners and marks of no width, line separators,
// bidirectional overrides, tags. They can make one name look like another.
const DISTURBING =
  /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** A foreign text as a sentence may show it: in quotes, on one line, its disturbing characters escaped, and not too long. */
export function quoted(text: string, longest = 80): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return JSON.stringify(short).replaceAll(DISTURBING, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, at) => unitEscape(character.charCodeAt(at))).join('');
}

function unitEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
