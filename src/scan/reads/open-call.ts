import type { Callee } from './call-words.ts';
import { calledThrough } from './callee.ts';

const LONGEST_RECEIVER = 80;

/** What a call is made on whose name begins at this offset, by the text alone; empty for a call that stands by itself. */
export function receiverBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - LONGEST_RECEIVER), at);
  if (!/(?:\.|::|->)\s*$/.test(before)) return '';
  const whole = before.replaceAll(/\s+(?=\.|->|::|\?\.)/g, '');
  return /[^;{}=&|,\n]*\n?\s*$/.exec(whole.replaceAll('->', '.'))?.[0] ?? '';
}

/** A callee without its type arguments and the signs that may stand behind it: `get<T>`, `get?.`, `get!`. */
function withoutTypes(head: string): string {
  const open = head.endsWith('>') ? openingOf(head) : head.length;
  return head
    .slice(0, open)
    .trimEnd()
    .replace(/(?:\?\.|!|::)$/, '')
    .trimEnd();
}

/** Where the angle bracket opens that closes at the end; the end itself where none does. */
function openingOf(head: string): number {
  let depth = 0;
  for (let at = head.length - 1; at >= 0; at -= 1) {
    const char = head[at];
    if (char === '>') depth += 1;
    else if (char === '(' || char === ')' || char === ';') return head.length;
    else if (char === '<') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return head.length;
}

/** The call whose bracket is open just before here, by its text alone. */
export function openCall(before: string): Callee | null {
  let depth = 0;
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const char = before[at];
    if (char === ')') depth += 1;
    else if (char === '(') {
      if (depth === 0) {
        const head = calledThrough(withoutTypes(before.slice(0, at).trimEnd()));
        const name = /([A-Za-z_$][\w$]*[?!$]?)$/.exec(head)?.[1] ?? '';
        return { name, receiver: receiverBefore(head, head.length - name.length) };
      }
      depth -= 1;
    }
  }
  // Ruby calls without brackets.
  const bare = /(?:^|[^\w.:])((?:\w+[.:]+)*)(\w+[?!]?)\s+$/.exec(before.slice(-160));
  return bare === null ? null : { name: bare[2] ?? '', receiver: bare[1] ?? '' };
}
