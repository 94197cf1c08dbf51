// Control characters move the cursor; bidirectional overrides, zero-width characters and lone surrogates make one name look
// like another. A line feed is among them: a rendered value is always one line.
const DISTURBING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** What a name looks like where it must not disturb a terminal: characters that could are written as `\u{202e}`. */
export function printable(text: string): string {
  return text.replaceAll(DISTURBING, (found) => `\\u{${(found.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The first 12 characters of a digest; a table for people has no room for 64. */
export function shortDigest(digest: string | null): string {
  return digest === null ? 'unknown' : `${digest.slice(0, 12)}…`;
}

/** The text with every sha256 in it cut to 12 characters. */
export function shortDigests(text: string): string {
  return text.replaceAll(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g, (digest) => shortDigest(digest));
}

/** The words of a text in lines of at most `width` characters; a word longer than a line stays whole. */
export function wrapText(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width - indent.length) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, indent + line];
}

export type Paint = (style: 'bad' | 'warn' | 'good' | 'dim' | 'strong', text: string) => string;

const STYLES = { bad: '1;31', warn: '1;33', good: '1;32', dim: '2', strong: '1' } as const;

/** Colours for a terminal that wants them; without colour every style is plain text. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => `\u001b[${STYLES[style]}m${text}\u001b[0m` : (_, text) => text;
}
