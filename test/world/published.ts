import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildDist } from '../../tools/build.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

/** The package as a stranger gets it, unpacked into an empty folder. */
export type Published = {
  /** A folder of its own for this package; removed with it. */
  readonly folder: string;
  /** What is in the package, by path. */
  readonly files: readonly string[];
  /** bin/haunted.js of the unpacked package. */
  readonly command: string;
  readonly remove: () => void;
};

export type Ran = { readonly exit: number | null; readonly stdout: string; readonly stderr: string };

/** Builds, packs and unpacks the package without touching the checkout. None of its dependencies is there. */
export async function published(): Promise<Published> {
  const folder = mkdtempSync(path.join(tmpdir(), 'haunted-package-'));
  const draft = path.join(folder, 'draft');
  for (const name of [
    'package.json',
    'bin',
    'schemas',
    'docs',
    'packaging',
    'README.md',
    'CHANGELOG.md',
    'SECURITY.md',
    'LICENSE',
  ])
    cpSync(path.join(ROOT, name), path.join(draft, name), { recursive: true });
  await buildDist(path.join(draft, 'dist'));
  const packed = execFileSync(
    'npm',
    ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', folder],
    {
      cwd: draft,
      encoding: 'utf8',
    },
  );
  const [{ filename, files }] = JSON.parse(packed) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  execFileSync('tar', ['-xzf', path.join(folder, filename), '-C', folder]);
  rmSync(draft, { recursive: true });
  return {
    folder,
    files: files.map((file) => file.path).toSorted(),
    command: path.join(folder, 'package', 'bin', 'haunted.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Runs the published command; what it keeps for itself goes under `cacheHome`. */
export function runPublished(
  { command, folder }: Published,
  words: readonly string[],
  cacheHome: string,
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...words], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], XDG_CACHE_HOME: cacheHome },
  });
  return { exit: status, stdout, stderr };
}
