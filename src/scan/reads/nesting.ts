const BACKSLASH = 0x5c;
const LINE_END = 0x0a;
const DOUBLE_QUOTE = 0x22;
const SINGLE_QUOTE = 0x27;
const isOpening = (code: number): boolean => code === 0x28 || code === 0x5b || code === 0x7b;
const isClosing = (code: number): boolean => code === 0x29 || code === 0x5d || code === 0x7d;

/** How many brackets may be open at once in a file that is parsed. */
export const MOST_NESTED = 1_000;

/**
 * Are more brackets open at once somewhere in this text than any person or tool writes? Looking at a place in a syntax tree takes
 * the longer the deeper it lies, so such a file is not parsed. Brackets in texts that end on their line do not count.
 */
export function isNestedTooDeep(text: string): boolean {
  let open = 0;
  let quote = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (quote !== 0) {
      if (code === BACKSLASH) at += 1;
      else if (code === quote || code === LINE_END) quote = 0;
    } else if (code === DOUBLE_QUOTE || code === SINGLE_QUOTE) quote = code;
    else if (isOpening(code)) {
      open += 1;
      if (open > MOST_NESTED) return true;
    } else if (isClosing(code) && open > 0) open -= 1;
  }
  return false;
}
