/** The grammars, by the name their files carry: `tree-sitter-<name>.wasm`. */
export const GRAMMARS = [
  'bash',
  'c-sharp',
  'cpp',
  'go',
  'java',
  'javascript',
  'kotlin',
  'php',
  'python',
  'ruby',
  'rust',
  'tsx',
  'typescript',
] as const;
export type Grammar = (typeof GRAMMARS)[number];

// C has no grammar of its own among those that are shipped; that of C++ reads it.
const GRAMMAR_BY_ENDING: Readonly<Record<string, Grammar>> = {
  __proto__: null as never,
  sh: 'bash',
  bash: 'bash',
  cs: 'c-sharp',
  c: 'cpp',
  cc: 'cpp',
  cpp: 'cpp',
  cxx: 'cpp',
  h: 'cpp',
  hh: 'cpp',
  hpp: 'cpp',
  hxx: 'cpp',
  go: 'go',
  java: 'java',
  js: 'javascript',
  cjs: 'javascript',
  mjs: 'javascript',
  jsx: 'tsx',
  kt: 'kotlin',
  kts: 'kotlin',
  php: 'php',
  py: 'python',
  pyi: 'python',
  rb: 'ruby',
  rake: 'ruby',
  rs: 'rust',
  ts: 'typescript',
  cts: 'typescript',
  mts: 'typescript',
  tsx: 'tsx',
  // The script of a component is read; its markup is blanked out first.
  vue: 'typescript',
  svelte: 'typescript',
};

// Code stands between the markup of these; what it calls is judged by its text.
const TEMPLATES: Readonly<Record<string, string>> = {
  __proto__: null as never,
  cshtml: 'c-sharp',
  razor: 'c-sharp',
  erb: 'ruby',
  svelte: 'javascript',
  vue: 'javascript',
};

/** The family whose calls stand in the markup of this file; null when it is no template. */
export function templateFamily(path: string): string | null {
  return TEMPLATES[endingOf(path)] ?? null;
}

/** Whose code stands in a page of markup: Django's and Jinja's tags, or what Angular binds; null for a page without any. */
export function pageFamily(path: string, text: string): string | null {
  if (!/^(?:html?|jinja2?|j2)$/.test(endingOf(path))) return null;
  if (text.includes('{%')) return 'python';
  return /\s(?:\*[A-Za-z]\w*|\[[\w.]+\]|\(\w+\))="|@if\s*\(/.test(text) ? 'javascript' : null;
}

// Not read as syntax trees: a flag's name in them is a mention.
const TEXT_ENDINGS = new Set(
  'astro cshtml dart erb ex exs groovy gradle html htm j2 jinja jinja2 json jsonc lua m mm razor scala sql swift tf toml xml yaml yml properties env'.split(
    ' ',
  ),
);

/** Which grammar reads this file? Null for a file that is no source in a language the scan knows. */
export function grammarOf(path: string): Grammar | null {
  return GRAMMAR_BY_ENDING[endingOf(path)] ?? null;
}

/** Can a flag's name in this file be worth telling, though no syntax tree is made of it? */
export function isMentionable(path: string): boolean {
  return grammarOf(path) !== null || TEXT_ENDINGS.has(endingOf(path));
}

// Tests say what a flag would do; they are no part of the binary that reads it.
const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|__mocks__|testing|testdata|test-utils|e2e|spec|specs|cypress|playwright|fixtures)(?:\/|$)|(?:^|\/)[^/]*(?:\.(?:test|spec|story|stories|e2e|cy)\.[cm]?[jt]sx?|_test\.(?:go|py|rb|exs)|_spec\.rb|Tests?\.(?:cs|java|kt|php)|Spec\.kt)$|(?:^|\/)(?:test_[^/]*|conftest|tests)\.py$|(?:^|\/)[^/]*\.?Tests?\//;

/** Is this a test and so no part of what is deployed? */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

/** Files whose calls can call each other: the ECMAScript grammars are one family, every other grammar is its own. */
export function familyOf(grammar: Grammar): string {
  return grammar === 'tsx' || grammar === 'typescript' ? 'javascript' : grammar;
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).toLowerCase();
}
