import { Fault } from '../../fault.ts';
import { errnoOf, shownPath } from './shown-path.ts';

/** Why the file system did not give a file, as a Fault with a sentence. */
export function cannotRead(path: string, what: string, error: unknown): Fault {
  const subject = `${what} ${shownPath(path)}`;
  switch (errnoOf(error)) {
    case 'ENOENT':
      return new Fault('NOT_FOUND', `The ${subject} does not exist; check the path.`, { path }, error);
    case 'ENOTDIR':
      return new Fault(
        'NOT_FOUND',
        `The ${subject} does not exist: a part of its path is a file and not a folder.`,
        { path },
        error,
      );
    case 'EACCES':
    case 'EPERM':
      return new Fault(
        'NO_PERMISSION',
        `The ${subject} may not be read by this user; ask for read permission on it.`,
        { path },
        error,
      );
    case 'EISDIR':
      return new Fault('BAD_INPUT', `The ${subject} is a directory; name the file itself.`, { path }, error);
    default:
      return new Fault(
        'BAD_INPUT',
        `The ${subject} cannot be read (${errnoOf(error) || 'unknown error'}).`,
        { path },
        error,
      );
  }
}
