import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Unreadable } from '../../scan/source-tree.ts';
import { LINK, systemWords } from './file-bytes.ts';
import type { Listing } from './folder-tree.ts';
import { ignoreFile, type IgnoreFile, isIgnored } from './ignoring.ts';

// Never source of the tree itself: git's own store, and packages that an install puts back.
const NEVER = new Set(['.git', '.hg', '.svn', 'node_modules']);
const MAX_IGNORE_BYTES = 1024 * 1024;
// The system itself refuses longer paths; a tree this deep is a loop that some mount made.
const MAX_DEPTH = 200;

const LEADS_OUT = `${LINK}; it leads out of the source tree`;

type Found = { readonly paths: string[]; readonly unreadable: Unreadable[] };

/**
 * The files of a folder that is no git work tree: all but .git, node_modules and what its .gitignore files leave out. A link is
 * never followed, so a loop of links ends nothing; it is told of only when it leads out of the folder, because what it leads to
 * inside is found there. A folder that may not be read is told of, and the walk goes on.
 */
export function walkFolder(root: string): Listing {
  const found: Found = { paths: [], unreadable: [] };
  walk(root, '', [], found, 0);
  return found;
}

/** `base` is the folder's own path below the root: empty, or ending with a slash. */
function walk(root: string, base: string, outer: readonly IgnoreFile[], found: Found, depth: number): void {
  const entries = entriesOf(root, base, found);
  const files = entries.some(({ name }) => name === '.gitignore')
    ? [...outer, ...ownRules(root, base)]
    : outer;
  for (const entry of entries) {
    const at = base + entry.name;
    if (entry.isFile()) {
      if (!isIgnored(at, files)) found.paths.push(at);
    } else if (entry.isDirectory()) {
      if (NEVER.has(entry.name) || isIgnored(`${at}/`, files)) continue;
      if (depth < MAX_DEPTH) walk(root, `${at}/`, files, found, depth + 1);
      else found.unreadable.push({ file: at, reason: `it lies more than ${MAX_DEPTH} folders deep` });
    } else if (entry.isSymbolicLink() && !isIgnored(at, files) && leadsOut(root, at)) {
      found.unreadable.push({ file: at, reason: LEADS_OUT });
    }
  }
}

function entriesOf(root: string, base: string, found: Found): Dirent[] {
  try {
    return readdirSync(`${root}/${base}`, { withFileTypes: true });
  } catch (error) {
    found.unreadable.push({ file: base === '' ? '.' : base.slice(0, -1), reason: systemWords(error) });
    return [];
  }
}

function ownRules(root: string, base: string): IgnoreFile[] {
  try {
    const file = `${root}/${base}.gitignore`;
    const info = statSync(file);
    return info.isFile() && info.size <= MAX_IGNORE_BYTES
      ? [ignoreFile(base, readFileSync(file, 'utf8'))]
      : [];
  } catch {
    // Nothing is left out then, which reads more and loses nothing.
    return [];
  }
}

/** Of links that somebody else found, those that are told of. */
export function linksOut(root: string, links: readonly string[]): readonly Unreadable[] {
  return links.filter((at) => leadsOut(root, at)).map((file) => ({ file, reason: LEADS_OUT }));
}

/** Whether a link leads to something outside of the root; a link to nothing, or to itself, does not. */
function leadsOut(root: string, at: string): boolean {
  try {
    const inside = path.relative(realpathSync(root), realpathSync(`${root}/${at}`));
    return inside === '..' || inside.startsWith(`..${path.sep}`) || path.isAbsolute(inside);
  } catch {
    return false;
  }
}
