import { quoted } from '../../model/quoted.ts';

/** A path as a sentence may show it: as typed, or in quotes when it is empty or holds spaces or disturbing characters. */
export function shownPath(path: string): string {
  return /^[\p{L}\p{N}\p{P}\p{S}]+$/u.test(path) ? path : quoted(path, 4096);
}

/** The errno name of a file system error, such as ENOENT; an empty text for anything else. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}
