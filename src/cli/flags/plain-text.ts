import { LIMITS } from '../../model/limits.ts';
import { printable } from '../render/terminal-text.ts';

/** A path or a name of code as our documents hold it: one line, no control characters, not over-long. */
export function shortText(text: string): string {
  return cut(printable(text), LIMITS.text);
}

/** A person's or a team's name as our documents hold it; null for one that is empty. */
export function shortName(text: string): string | null {
  const name = cut(printable(text.trim()), LIMITS.name);
  return name === '' ? null : name;
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
