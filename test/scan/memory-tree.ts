import { readFlags } from '../../src/scan/read-flags.ts';
import type { DeclaredCall, Reading, SourceTree } from '../../src/scan/source-tree.ts';

/** One case of a table: files in which a mark stands before each site that has to be found. */
export type ScanCase = {
  readonly title: string;
  /** A path, or several, with what stands in the file. */
  readonly files: Readonly<Record<string, string>>;
  readonly names?: readonly string[];
  readonly declared?: readonly DeclaredCall[];
};

/** The flag of every case that names no other. */
export const FLAG = 'new-checkout';

// «read», «mention», «read Symbol», «read Symbol other-flag»; `_` stands for a symbol that does not matter.
const MARK = /«(read|mention)(?: ([^\s»]+))?(?: ([^»]+))?»/g;

/** A source tree whose files are in memory. */
function memoryTree(files: Readonly<Record<string, string | Buffer>>): SourceTree {
  const held = new Map(
    Object.entries(files).map(([path, content]) => [
      path,
      typeof content === 'string' ? Buffer.from(content, 'utf8') : content,
    ]),
  );
  return {
    list: () => ({
      files: [...held.keys()].sort().map((path) => ({ path, bytes: held.get(path)?.length ?? 0 })),
      unreadable: [],
    }),
    read: (path) => {
      const bytes = held.get(path);
      return bytes === undefined ? { ok: false, reason: 'There is no such file.' } : { ok: true, bytes };
    },
  };
}

/** What the engine finds in these files. */
export async function readingOf(
  files: Readonly<Record<string, string | Buffer>>,
  names: readonly string[] = [FLAG],
  declared: readonly DeclaredCall[] = [],
): Promise<Reading> {
  return readFlags({ tree: memoryTree(files), names, declared, definitionFiles: [] });
}

/** What a case expects and what was found, a line for each site: place, kind, flag and the symbol where the mark names one. */
export async function compared(
  scanCase: ScanCase,
): Promise<{ readonly expected: readonly string[]; readonly found: readonly string[] }> {
  const clean: Record<string, string> = {};
  const expected = new Map<string, string>();
  for (const [file, marked] of Object.entries(scanCase.files)) {
    clean[file] = marked.replaceAll(MARK, '');
    for (const { place, symbol } of marksIn(file, marked)) expected.set(place, symbol);
  }
  const { sites } = await readingOf(clean, scanCase.names, scanCase.declared);
  return {
    expected: [...expected].map(([place, symbol]) => withSymbol(place, symbol)).sort(),
    found: sites
      .map(({ flag, file, line, column, kind, symbol }) => {
        const place = `${file}:${line}:${column} ${kind} ${flag}`;
        return withSymbol(place, (expected.get(place) ?? '') === '' ? '' : (symbol ?? 'none'));
      })
      .sort(),
  };
}

function marksIn(
  file: string,
  marked: string,
): readonly { readonly place: string; readonly symbol: string }[] {
  return [...marked.matchAll(MARK)].map(({ 1: kind = '', 2: symbol = '_', 3: flag = FLAG, index }) => {
    const before = marked.slice(0, index).replaceAll(MARK, '');
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    return { place: `${file}:${line}:${column} ${kind} ${flag}`, symbol: symbol === '_' ? '' : symbol };
  });
}

function withSymbol(place: string, symbol: string): string {
  return symbol === '' ? place : `${place} in ${symbol}`;
}
