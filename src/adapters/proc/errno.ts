/** The errno name of a system call that failed, such as ENOENT; an empty text for anything else. */
export function errnoOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Whether the thing asked about is not there (any more): no such file, no such process. */
export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'ENOTDIR'].includes(errnoOf(error));
}

/** Whether the kernel said that we may not. */
export function isForbidden(error: unknown): boolean {
  return ['EACCES', 'EPERM'].includes(errnoOf(error));
}
