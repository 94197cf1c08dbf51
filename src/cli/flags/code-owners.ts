import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { LIMITS } from '../../model/limits.ts';
import { CODEOWNERS_PLACES, readCodeowners } from '../../scan/codeowners.ts';
import type { FileOwner } from '../../scan/owners.ts';
import type { Source } from './open-source.ts';
import { shortName } from './plain-text.ts';

// GitHub reads no larger one.
const MAX_BYTES = 3 * 1024 * 1024;

/**
 * Who CODEOWNERS says owns a file, by its path from the source root: the names of the last rule that matches, in one text. The
 * file lies at the top of the work tree, or of the source without git, in any of the places where GitHub and GitLab look.
 */
export function codeownerOf({ root, git }: Pick<Source, 'root' | 'git'>): FileOwner {
  const top = git?.top ?? root;
  const prefix = git?.prefix ?? '';
  for (const [place, dialect] of CODEOWNERS_PLACES) {
    const text = textOf(path.join(top, place));
    if (text === null) continue;
    const ownersOf = readCodeowners(text, dialect);
    const known = new Map<string, string | null>();
    return (file) => {
      const answer = known.get(file) ?? shortName(namesThatFit(ownersOf(path.posix.join(prefix, file))));
      known.set(file, answer);
      return answer;
    };
  }
  return () => null;
}

function textOf(file: string): string | null {
  try {
    const info = statSync(file);
    return info.isFile() && info.size <= MAX_BYTES ? readFileSync(file, 'utf8') : null;
  } catch {
    // Not there, or not ours to read: then it says nothing.
    return null;
  }
}

function namesThatFit(names: readonly string[]): string {
  return names.reduce((all, name) => {
    const next = all === '' ? name : `${all}, ${name}`;
    return next.length > LIMITS.name ? all : next;
  }, '');
}
