import { SDK_KINDS, type SdkKind } from './sdk-kinds.ts';

/** The names that a file takes from flag SDKs. */
export type SdkImports = {
  /** Names of a package itself or of what it exports by default. */
  readonly modules: ReadonlyMap<string, SdkKind>;
  /** Names taken from a module of the team's own that is called like an SDK. */
  readonly members: ReadonlyMap<string, SdkKind>;
  /** Single exports of a package. */
  readonly functions: ReadonlyMap<string, SdkKind>;
};

const ES_IMPORT = /\bimport\s{1,9}([^;'"()]{1,600})\sfrom\s{0,9}["']([^"'\n]{1,200})["']/g;
const REQUIRED =
  /\b(?:const|let|var)\s{1,9}(\{[^{}=]{1,400}\}|[\w$]+)\s{0,9}=\s{0,9}(?:await\s{1,9})?(?:require|import)\(\s{0,9}["']([^"'\n]{1,200})["']/g;
const FROM_IMPORT =
  /^[ \t]{0,40}from[ \t]{1,9}([\w.]+)[ \t]{1,9}import[ \t]{1,9}(\([^()]{0,600}\)|[^\n#(]{1,300})/gm;
const MODULE_IMPORT = /^[ \t]{0,40}import[ \t]{1,9}([^\n#;(]{1,300})/gm;
const GO_IMPORT =
  /^[ \t]{0,40}(?:import[ \t]{1,9})?(?:([\w.]{1,80})[ \t]{1,9})?"([\w./-]{1,200})"[ \t]{0,40}$/gm;

/** Which names does this file take from flag SDKs? Of languages that name classes alone it takes none. */
export function sdkImports(text: string, family: string): SdkImports {
  const modules = new Map<string, SdkKind>();
  const members = new Map<string, SdkKind>();
  const functions = new Map<string, SdkKind>();
  const add = (from: string, whole: readonly string[], single: readonly string[]): void => {
    const kind = SDK_KINDS.find(({ packages }) => packages.test(from));
    if (kind === undefined) return;
    const isOwn = /^(?:[.~#]|@\/)/.test(from);
    for (const name of whole) (isOwn ? members : modules).set(name, kind);
    for (const name of single) (isOwn ? members : functions).set(name, kind);
  };
  if (family === 'javascript')
    for (const pattern of [ES_IMPORT, REQUIRED])
      for (const [, taken = '', from = ''] of text.matchAll(pattern)) add(from, ...namesTaken(taken));
  if (family === 'python') {
    for (const [, from = '', taken = ''] of text.matchAll(FROM_IMPORT)) add(from, [], listed(taken));
    for (const [, taken = ''] of text.matchAll(MODULE_IMPORT))
      for (const part of taken.split(',')) add(part.trim().split(/[\s.]/)[0] ?? '', listed(part), []);
  }
  if (family === 'go')
    for (const [, name, path = ''] of text.matchAll(GO_IMPORT))
      add(
        path,
        [
          name ??
            path
              .replace(/\/v\d+$/, '')
              .split('/')
              .at(-1) ??
            '',
        ],
        [],
      );
  return { modules, members, functions };
}

/** `X, { a, b as c }` and `* as X`: what stands for the whole module, and what for a part of it. */
function namesTaken(taken: string): readonly [readonly string[], readonly string[]] {
  const braces = /\{([^{}]*)\}/.exec(taken)?.[1] ?? '';
  return [listed(taken.replace(/\{[^{}]*\}/, '').replace(/^type\s/, '')), listed(braces)];
}

/** The local names of a list of imports. */
function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((part) => /([A-Za-z_$][\w$]*)[\s()]*$/.exec(part.replace(/\.[\w.]+(?=\s*$)/, ''))?.[1] ?? '')
    .filter((name) => name !== '');
}
