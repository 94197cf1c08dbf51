import { execFileSync } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';

/** What programs import, by subpath of the package. */
const ENTRIES = ['guard', 'messages'] as const;

/**
 * Writes what programs import from the package, as modules with their types. OpenFeature stays the program's own; all else is
 * inside, so that the guard brings nothing along.
 */
export async function buildLibrary(root: string, folder: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((entry) => `src/exports/${entry}.ts`),
    outdir: folder,
    bundle: true,
    splitting: true,
    chunkNames: 'library-[hash]',
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['@openfeature/*'],
    // When a guard refuses to start, Node prints the line that threw: it must be a line, not the whole file.
    minifySyntax: true,
    // A stack trace and `error.name` are read by people.
    keepNames: true,
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
  });
  writeTypes(root, path.join(folder, 'types'));
  return metafile;
}

function writeTypes(root: string, folder: string): void {
  const all = mkdtempSync(path.join(tmpdir(), 'haunted-types-'));
  const settings = {
    declaration: true,
    emitDeclarationOnly: true,
    noEmit: false,
    rootDir: path.join(root, 'src'),
    outDir: all,
  };
  const config = {
    extends: path.join(root, 'tsconfig.json'),
    compilerOptions: { ...settings, typeRoots: [path.join(root, 'node_modules', '@types')] },
    include: [],
    files: ENTRIES.map((entry) => path.join(root, 'src', 'exports', `${entry}.ts`)),
  };
  try {
    const project = path.join(all, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(config));
    const compiler = createRequire(import.meta.url).resolve('typescript/package.json');
    execFileSync(process.execPath, [path.join(path.dirname(compiler), 'bin', 'tsc'), '-p', project], {
      stdio: 'inherit',
    });
    for (const file of reachable(all)) {
      const text = readFileSync(path.join(all, file), 'utf8');
      cpSync(path.join(all, file), path.join(folder, file), { recursive: true });
      writeFileSync(path.join(folder, file), withCompiledEndings(text));
    }
  } finally {
    rmSync(all, { recursive: true });
  }
}

/** The declarations that the entries need, and no more: who imports the guard should not see the whole of haunted. */
function reachable(folder: string): readonly string[] {
  const known = new Set(globSync('**/*.d.ts', { cwd: folder }));
  const found = new Set<string>();
  const todo: string[] = ENTRIES.map((entry) => path.join('exports', `${entry}.d.ts`));
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (found.has(file) || !known.has(file)) continue;
    found.add(file);
    const text = readFileSync(path.join(folder, file), 'utf8');
    for (const [, specifier = ''] of text.matchAll(OWN_IMPORT))
      todo.push(path.join(path.dirname(file), specifier.replace(/\.ts$/, '.d.ts')));
  }
  return [...found];
}

const OWN_IMPORT = /(?:from |import\()["'](\.[^"']+\.ts)["']/g;

/** Compilers older than 5.7 know a declaration only by the name of the compiled file. */
function withCompiledEndings(text: string): string {
  return text.replaceAll(OWN_IMPORT, (whole) => whole.replace(/\.ts(["'])$/, '.js$1'));
}
