import ignore from 'ignore';

// As git on Linux: `Build` is not `build`.
const OPTIONS = { allowRelativePaths: true, ignorecase: false };

/** Whether a path, relative and with forward slashes, matches one of the patterns, which are written as in .gitignore. */
export function ignoring(patterns: readonly string[]): (path: string) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = ignore(OPTIONS).add(patterns);
  return (path) => path !== '' && rules.ignores(path);
}

/** The rules of one .gitignore and the folder it lies in, as a path that is empty or ends with a slash. */
export type IgnoreFile = {
  readonly base: string;
  readonly rules: ReturnType<typeof ignore>;
  /** False for a path that no rule can be about, which is nearly every path: asking all rules one by one costs far more. */
  readonly mayConcern: (path: string) => boolean;
};

/** The rules that the text of a .gitignore gives for the folder `base`. */
export function ignoreFile(base: string, text: string): IgnoreFile {
  return { base, rules: ignore(OPTIONS).add(text), mayConcern: concernOf(text) };
}

/** What git would say: the nearest file that has a word on the path wins. A folder's path ends with a slash. */
export function isIgnored(path: string, files: readonly IgnoreFile[]): boolean {
  if (!files.some((file) => file.mayConcern(path))) return false;
  for (let at = files.length - 1; at >= 0; at -= 1) {
    const file = files[at];
    if (file === undefined) continue;
    const { ignored, unignored } = file.rules.test(path.slice(file.base.length));
    if (ignored || unignored) return ignored;
  }
  return false;
}

/**
 * A rule can only be about a path that ends with its last name, or with a name of the shape of it; where that says nothing, as in
 * `packages/**`, about a path that holds its longest plain text. It may say yes too often. Folders above were asked before.
 */
function concernOf(text: string): (path: string) => boolean {
  const names = new Set<string>();
  const endings = new Set<string>();
  const shapes: string[] = [];
  const texts: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    if (line === '' || line.startsWith('#') || line.startsWith('!')) continue;
    const rule = line.trimEnd().replace(/\/+$/, '');
    const name = rule.slice(rule.lastIndexOf('/') + 1);
    // A space that is a part of a name is too rare to be followed.
    if (/\\\s+$/.test(line)) texts.push('');
    else if (!/[*?[\\]/.test(line)) names.add(name);
    else if (/^\*\.[\w-]+$/.test(name)) endings.add(name.slice(1));
    else if (name.replaceAll(/[*?\\]|\[[^\]]*\]?/g, '') !== '') shapes.push(shapeOf(name));
    else texts.push(longestText(rule));
  }
  const shape = shapes.length === 0 ? null : new RegExp(`^(?:${shapes.join('|')})$`, 's');
  return (path) => {
    const end = path.endsWith('/') ? path.length - 1 : path.length;
    const name = path.slice(path.lastIndexOf('/', end - 1) + 1, end);
    if (names.has(name) || endings.has(name.slice(name.lastIndexOf('.')))) return true;
    return shape?.test(name) === true || texts.some((part) => path.includes(part));
  };
}

function shapeOf(name: string): string {
  return name.replaceAll(/\*+|\[[^\]]*\]?|\\.?|[^*[\\]/gs, (part) => {
    if (part.startsWith('*')) return '.*';
    if (part.startsWith('[') || part === '?') return '.';
    return (part.startsWith('\\') ? part.slice(1) : part).replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
  });
}

function longestText(rule: string): string {
  const parts = rule.split(/[*?/]|\[[^\]]*\]?|\\./);
  return parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
}
