const BLANK = /[ \t\r\n]+/y;
const HEADER = /\[\[?[ \t]*/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const LITERAL = /'[^'\n]*'/y;
const BASIC = /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y;
const COMMENT = /#[^\n]*/y;
const ORDINARY = /[^"'#[\]{}\n]+/y;

type Cursor = { readonly text: string; at: number };

/**
 * On which line, from 1, does each key of the top level stand first? `[a.b]` names `a`, and so does `a.b = 1` before any header.
 * For a text that is known to be sound TOML: the library that reads it does not tell.
 */
export function tomlKeyLines(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const cursor: Cursor = { text, at: 0 };
  let isInTable = false;
  let line = 1;
  let counted = 0;
  for (;;) {
    take(cursor, BLANK);
    if (cursor.at >= text.length) return lines;
    for (; counted < cursor.at; counted += 1) if (text.charCodeAt(counted) === 0x0a) line += 1;
    const start = cursor.at;
    const isHeader = take(cursor, HEADER) !== null;
    if (isHeader) isInTable = true;
    const key = isHeader || !isInTable ? readKey(cursor) : null;
    if (key !== null && !lines.has(key)) lines.set(key, line);
    cursor.at = start;
    skipStatement(cursor);
  }
}

function readKey(cursor: Cursor): string | null {
  const literal = take(cursor, LITERAL);
  if (literal !== null) return literal.slice(1, -1);
  const basic = take(cursor, BASIC);
  if (basic === null) return take(cursor, BARE_KEY);
  // TOML has one way of escaping that JSON has not; keys do not need it, and a key not found stands on line 1.
  const widened = basic.replaceAll(/\\U([0-9a-fA-F]{8})/g, (_all, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
  return JSON.parse(widened) as string;
}

/** Moves to the end of the statement: the first line feed outside texts and brackets. */
function skipStatement(cursor: Cursor): void {
  let open = 0;
  while (cursor.at < cursor.text.length) {
    const character = cursor.text[cursor.at] ?? '';
    if (skipLongText(cursor, '"""') || skipLongText(cursor, "'''")) continue;
    if (take(cursor, BASIC) !== null || take(cursor, LITERAL) !== null) continue;
    if (take(cursor, COMMENT) !== null || take(cursor, ORDINARY) !== null) continue;
    if (character === '\n' && open <= 0) return;
    if (character === '[' || character === '{') open += 1;
    if (character === ']' || character === '}') open -= 1;
    cursor.at += 1;
  }
}

function skipLongText(cursor: Cursor, quotes: string): boolean {
  if (!cursor.text.startsWith(quotes, cursor.at)) return false;
  let at = cursor.at + 3;
  while (at < cursor.text.length && !cursor.text.startsWith(quotes, at))
    at += quotes === '"""' && cursor.text[at] === '\\' ? 2 : 1;
  cursor.at = at + 3;
  // Up to two quotes more may end the text itself.
  while (cursor.text[cursor.at] === quotes[0] && cursor.at < at + 5) cursor.at += 1;
  return true;
}

function take(cursor: Cursor, token: RegExp): string | null {
  token.lastIndex = cursor.at;
  const match = token.exec(cursor.text);
  if (match === null) return null;
  cursor.at += match[0].length;
  return match[0];
}
