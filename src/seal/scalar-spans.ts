/** Where one text or number stands in the bytes of a JSON document: without the quotes, `end` exclusive. */
export type ScalarSpan = {
  /** Keys joined by dots, `[]` for any place in a list: `received_flags[].last_seen_at`. */
  readonly path: string;
  /** As `path`, with the place in each list: `received_flags[3].last_seen_at`. */
  readonly place: string;
  readonly kind: 'text' | 'number';
  readonly start: number;
  readonly end: number;
};

type Walk = {
  readonly bytes: Uint8Array;
  readonly isWanted: (path: string) => boolean;
  readonly spans: ScalarSpan[];
  at: number;
};

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Where the texts and numbers at the wanted paths stand. The bytes must have been read as strict JSON before; nothing is checked here. */
export function scalarSpans(bytes: Uint8Array, isWanted: (path: string) => boolean): readonly ScalarSpan[] {
  const walk: Walk = { bytes, isWanted, spans: [], at: 0 };
  walkValue(walk, '', '');
  return walk.spans;
}

function walkValue(walk: Walk, path: string, place: string): void {
  skipSpace(walk);
  const first = walk.bytes[walk.at];
  if (first === OPEN_BRACE) walkObject(walk, path, place);
  else if (first === OPEN_BRACKET) walkArray(walk, path, place);
  else {
    const kind = first === QUOTE ? 'text' : 'number';
    const start = kind === 'text' ? walk.at + 1 : walk.at;
    const end = kind === 'text' ? endOfText(walk) : endOfWord(walk);
    const isNumber =
      kind === 'text' || (first !== undefined && (first === 0x2d || (first >= 0x30 && first <= 0x39)));
    if (isNumber && walk.isWanted(path)) walk.spans.push({ path, place, kind, start, end });
  }
}

function walkObject(walk: Walk, path: string, place: string): void {
  walk.at += 1;
  skipSpace(walk);
  while (walk.bytes[walk.at] !== CLOSE_BRACE) {
    const start = walk.at;
    endOfText(walk);
    const key = JSON.parse(Buffer.from(walk.bytes.subarray(start, walk.at)).toString()) as string;
    skipSpace(walk);
    walk.at += 1;
    walkValue(walk, path === '' ? key : `${path}.${key}`, place === '' ? key : `${place}.${key}`);
    skipComma(walk);
  }
  walk.at += 1;
}

function walkArray(walk: Walk, path: string, place: string): void {
  walk.at += 1;
  skipSpace(walk);
  for (let index = 0; walk.bytes[walk.at] !== CLOSE_BRACKET; index += 1) {
    walkValue(walk, `${path}[]`, `${place}[${index}]`);
    skipComma(walk);
  }
  walk.at += 1;
}

/** Moves past a text in quotes, and answers where it ends. */
function endOfText(walk: Walk): number {
  walk.at += 1;
  while (walk.bytes[walk.at] !== QUOTE) walk.at += walk.bytes[walk.at] === BACKSLASH ? 2 : 1;
  walk.at += 1;
  return walk.at - 1;
}

function endOfWord(walk: Walk): number {
  while (isWordByte(walk.bytes[walk.at])) walk.at += 1;
  return walk.at;
}

function isWordByte(byte: number | undefined): boolean {
  return (
    byte !== undefined && byte > 0x20 && byte !== COMMA && byte !== CLOSE_BRACKET && byte !== CLOSE_BRACE
  );
}

function skipComma(walk: Walk): void {
  skipSpace(walk);
  if (walk.bytes[walk.at] === COMMA) walk.at += 1;
  skipSpace(walk);
}

function skipSpace(walk: Walk): void {
  for (;;) {
    const byte = walk.bytes[walk.at];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d) return;
    walk.at += 1;
  }
}
