/** A path as a sentence may show it: as typed, or quoted and escaped when it is empty or holds characters a terminal would obey. */
export function shownPath(path: string): string {
  return /^[^\u0000-\u0020\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+$/.test(path)
    ? path
    : JSON.stringify(path).replaceAll(
        /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g,
        (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
}

/** The errno name of a file system error, such as ENOENT; an empty text for anything else. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}
