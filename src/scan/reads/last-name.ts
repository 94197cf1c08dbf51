/** The last name of an expression: `this.ui?.flags` → flags. What a call is given is no part of its name: `drawn(this.features)` has none. */
export function lastName(expression: string): string {
  const bare = expression.replace(/(?:\s+as\s+[\w.<>[\]]+\)*|[!?)\s]|\(\))+$/, '');
  if (bare.length < expression.length && isGivenToCall(expression)) return '';
  return /([A-Za-z_$][\w$]*)$/.exec(bare)?.[1] ?? '';
}

/** Does the bracket that ends an expression close the arguments of a call, and is there one? */
function isGivenToCall(expression: string): boolean {
  const text = expression.replace(/[!?\s]+$/, '');
  if (!text.endsWith(')') || text.endsWith('()')) return false;
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    if (text[at] === ')') depth += 1;
    else if (text[at] === '(') depth -= 1;
    if (depth === 0) return /[\w$\])>]/.test(text[at - 1] ?? ' ');
  }
  return false;
}
