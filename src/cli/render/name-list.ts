import { printable } from './terminal-text.ts';

/** Names in one phrase: all of them, or the first `most` and how many more there are; never a silent cut. */
export function listNames(names: readonly string[], most: number): string {
  if (names.length <= most + 1) return names.map(printable).join(', ');
  return `${names.slice(0, most).map(printable).join(', ')} and ${names.length - most} more`;
}

/** `1 server`, `2 servers`. */
export function countServers(count: number): string {
  return count === 1 ? '1 server' : `${count} servers`;
}
