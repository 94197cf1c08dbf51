/** Whose rules a CODEOWNERS file is written by. They differ in how a path is anchored, and only GitLab knows sections and `!`. */
export type OwnersDialect = 'github' | 'gitlab';

type Rule = {
  readonly pattern: readonly string[];
  readonly isAnchored: boolean;
  readonly isExclusion: boolean;
  readonly owners: readonly string[];
};

/** The rules of one section in the order of the file. GitHub knows one section without a name. */
type Section = { readonly defaults: readonly string[]; readonly rules: Rule[] };

/** Who owns a path, from the top of the repository; empty when nobody does. */
export type OwnersOf = (path: string) => readonly string[];

const LONGEST_LINE = 4_096;

/** Where the file may lie, in the order in which it is looked for (GitHub's own order first). */
export const CODEOWNERS_PLACES: readonly (readonly [string, OwnersDialect | null])[] = [
  ['.github/CODEOWNERS', 'github'],
  ['.gitlab/CODEOWNERS', 'gitlab'],
  ['CODEOWNERS', null],
  ['docs/CODEOWNERS', null],
];

/**
 * What a CODEOWNERS file says. In every section the last rule that matches wins, also when it names nobody; owners of several
 * sections are put together. GitLab: sections with default owners, optional sections, and `!` for paths that a section leaves
 * alone. Sources: GitHub, "About code owners"; GitLab, "Code Owners syntax". Without a dialect a section heading decides it.
 */
export function readCodeowners(text: string, dialect: OwnersDialect | null): OwnersOf {
  const lines = text.split(/\r?\n/).filter((line) => line.length <= LONGEST_LINE);
  const isGitlab =
    dialect === 'gitlab' || (dialect === null && lines.some((line) => headingOf(line) !== null));
  const sections = new Map<string, Section>([['', { defaults: [], rules: [] }]]);
  let section = sections.get('');
  for (const line of lines) {
    const heading = isGitlab ? headingOf(line) : null;
    if (heading === null) {
      const rule = ruleOf(line, section?.defaults ?? [], isGitlab);
      if (rule !== null) section?.rules.push(rule);
      continue;
    }
    // Sections of the same name are one, and the first one's default owners stand.
    section = sections.get(heading.name) ?? { defaults: heading.owners, rules: [] };
    sections.set(heading.name, section);
  }
  return (path) => [...new Set([...sections.values()].flatMap(({ rules }) => lastWord(rules, path)))];
}

function lastWord(rules: readonly Rule[], path: string): readonly string[] {
  const parts = path.split('/');
  const matching = rules.filter((rule) => matches(rule, parts));
  // What a section once leaves alone cannot be taken back in the same section.
  return matching.some(({ isExclusion }) => isExclusion) ? [] : (matching.at(-1)?.owners ?? []);
}

/** `[Name]`, `^[Name][2] @owner`. */
function headingOf(line: string): { name: string; owners: string[] } | null {
  const [, name, rest = ''] = /^\s*\^?\[([^\]]+)\](?:\[\d+\])?\s*(.*)$/.exec(line) ?? [];
  return name === undefined ? null : { name: name.trim().toLowerCase(), owners: ownersIn(words(rest)) };
}

function ruleOf(line: string, defaults: readonly string[], isGitlab: boolean): Rule | null {
  const [first, ...rest] = words(line);
  if (first === undefined || first === '') return null;
  const isExclusion = isGitlab && first.startsWith('!');
  // GitHub has neither `!` nor `[a-z]`, and passes over such a line.
  if (!isGitlab && /^!|\[/.test(first)) return null;
  const named = ownersIn(rest);
  const path = isExclusion ? first.slice(1) : first;
  const inner = path.replace(/^\//, '').replace(/\/$/, '');
  return {
    pattern: patternOf(inner, path.endsWith('/'), isGitlab),
    isAnchored: path.startsWith('/') || (!isGitlab && inner.includes('/')),
    isExclusion,
    owners: named.length === 0 ? defaults : named,
  };
}

/** The names of a path, with what stands for everything below it. */
function patternOf(inner: string, isFolder: boolean, isGitlab: boolean): readonly string[] {
  const parts = inner.split('/');
  const last = parts.at(-1);
  if (isFolder) return [...parts, '**', '*'];
  if (last === '**') return [...parts, '*'];
  // `docs/*` is the files right there; a plain name may be a folder, for GitHub.
  return isGitlab || (last === '*' && parts.length > 1) ? parts : [...parts, '**'];
}

function ownersIn(parts: readonly string[]): string[] {
  return parts.filter((part) => part.includes('@'));
}

/** The words of a line up to a comment; a backslash keeps a blank or a `#` in a word. */
function words(line: string): string[] {
  const found: string[] = [];
  let word = '';
  for (let at = 0; at < line.length; at += 1) {
    const character = line.charAt(at);
    const next = line.charAt(at + 1);
    if (character === '\\' && (next === ' ' || next === '#' || next === '\\' || next === '!')) {
      word += next;
      at += 1;
    } else if (/\s/.test(character)) {
      if (word !== '') found.push(word);
      word = '';
    } else if (character === '#' && word === '') return found;
    else word += character;
  }
  return word === '' ? found : [...found, word];
}

function matches({ pattern, isAnchored }: Rule, parts: readonly string[]): boolean {
  return matchesNames(isAnchored ? pattern : ['**', ...pattern], parts);
}

/** `**` stands for any number of names. */
function matchesNames(pattern: readonly string[], parts: readonly string[]): boolean {
  return matchesRun(pattern, parts, '**', matchesName);
}

/** `*` stands for any characters of one name, `?` for one. */
function matchesName(pattern: string, name: string): boolean {
  return matchesRun(pattern, name, '*', (wanted, found) => wanted === '?' || wanted === found);
}

/** Is this the run that the pattern means, where `many` stands for any number? Going back to the last one only keeps hostile patterns cheap. */
function matchesRun(
  pattern: ArrayLike<string>,
  run: ArrayLike<string>,
  many: string,
  isMeant: (wanted: string, found: string) => boolean,
): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let mark = 0;
  while (at < run.length) {
    const wanted = pattern[next];
    if (wanted === many) {
      star = next;
      mark = at;
      next += 1;
    } else if (wanted !== undefined && isMeant(wanted, run[at] ?? '')) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      mark += 1;
      at = mark;
      next = star + 1;
    } else return false;
  }
  while (pattern[next] === many) next += 1;
  return next === pattern.length;
}
