import { LIMITS } from './limits.ts';

const CONTROL = /[\u0000-\u0008\u000a-\u001f\u007f]/g;

/** What somebody else said, as a `Text` may hold it: on one line, and not longer than that. */
export function oneLine(said: string): string {
  return said.replaceAll(CONTROL, ' ').slice(0, LIMITS.text).toWellFormed();
}
