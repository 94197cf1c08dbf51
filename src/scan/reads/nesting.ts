/** How many brackets may be open at once in a file that is parsed. */
export const MOST_NESTED = 1_000;

/**
 * Are more brackets open at once somewhere in this text than any person or tool writes? Looking at a place in a syntax tree takes
 * the longer the deeper it lies, so such a file is not parsed. Brackets in texts that end on their line do not count.
 */
export function isNestedTooDeep(text: string): boolean {
  let open = 0;
  let quote = '';
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at] ?? '';
    if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote || char === '\n') quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '(' || char === '[' || char === '{') {
      open += 1;
      if (open > MOST_NESTED) return true;
    } else if ((char === ')' || char === ']' || char === '}') && open > 0) open -= 1;
  }
  return false;
}
