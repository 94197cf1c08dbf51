import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, closeSync, constants, existsSync, openSync, readSync, statSync } from 'node:fs';
import { access, copyFile, link, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import process from 'node:process';
import { Fault } from '../fault.ts';
import { type Crew, runOnce } from './crew.ts';
import { wholeProgram } from './program-text.ts';

// The mark in a Node executable behind which Node looks for a program: https://nodejs.org/api/single-executable-applications.html
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/** A router as one executable file: Node itself with the program inside. */
export type Executable = {
  readonly version: string;
  readonly program: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** False when an earlier rehearsal had built it. */
  readonly isBuiltNow: boolean;
};

/**
 * The single executable for a router program, from the cache or built now: about 7 s and 127 MB each. A cached one is used only
 * if its bytes are those that were built and run once. Throws UNSUPPORTED when this Node cannot be made into one.
 */
export async function obtainExecutable(
  crew: Crew,
  program: string,
  { cacheFolder, onBuild }: { readonly cacheFolder: string; readonly onBuild: () => void },
): Promise<Executable> {
  const source = wholeProgram(program);
  const key = createHash('sha256')
    .update(hashFile(process.execPath))
    .update('\n')
    .update(source)
    .digest('hex');
  const stem = path.parse(program).name;
  const folder = path.join(cacheFolder, `${stem}-${key.slice(0, 16)}`);
  const known = await readCached(folder, program);
  if (known !== null) return known;
  onBuild();
  await openCache(cacheFolder, stem);
  const scratch = path.join(cacheFolder, `.building-${randomUUID()}`);
  try {
    await mkdir(scratch, { mode: 0o700 });
    await build(crew, source, scratch);
    // Another rehearsal may have built the same meanwhile and be at work with it; what does not hold its bytes nobody uses.
    if ((await readCached(folder, program)) === null) {
      await rm(folder, { recursive: true, force: true });
      await rename(scratch, folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      });
    }
  } catch (error) {
    throw isOutOfSpace(error) ? cannotCache(cacheFolder, error) : error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const built = await readCached(folder, program);
  if (built === null) throw new Error(`the executable just built in ${folder} is not what was written`);
  return { ...built, isBuiltNow: true };
}

// What an older version or another Node left, and what a killed rehearsal had half built: a day later nobody needs it.
async function openCache(cacheFolder: string, stem: string): Promise<void> {
  try {
    await mkdir(cacheFolder, { recursive: true, mode: 0o700 });
    await access(cacheFolder, constants.W_OK);
  } catch (error) {
    throw cannotCache(cacheFolder, error);
  }
  for (const name of await readdir(cacheFolder)) {
    const file = path.join(cacheFolder, name);
    const isOurs = name.startsWith('.building-') || name.startsWith(`${stem}-`);
    if (isOurs && Date.now() - statSync(file).mtimeMs > 86_400_000)
      await rm(file, { recursive: true, force: true });
  }
}

function isOutOfSpace(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

function cannotCache(cacheFolder: string, error: unknown): Fault {
  return new Fault(
    'CANNOT_WRITE',
    `The cache folder ${cacheFolder} cannot be written; point XDG_CACHE_HOME at one with 500 MB to spare.`,
    {},
    error,
  );
}

/** The same executable under a name in `folder`, where hard links to it cost nothing; across file systems it is copied once. */
export async function bringNear(executable: Executable, folder: string): Promise<Executable> {
  const near = path.join(folder, executable.sha256.slice(0, 12), 'smars');
  await mkdir(path.dirname(near), { recursive: true });
  await link(executable.path, near).catch(
    async () => await copyFile(executable.path, near, constants.COPYFILE_FICLONE),
  );
  return { ...executable, path: near };
}

/** sha256 of a file in lower-case hex, in constant memory. */
export function hashFile(file: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(256 * 1024);
  const handle = openSync(file, 'r');
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer))
      hash.update(buffer.subarray(0, read));
  } finally {
    closeSync(handle);
  }
  return hash.digest('hex');
}

async function readCached(folder: string, program: string): Promise<Executable | null> {
  const file = path.join(folder, 'smars');
  const note = path.join(folder, 'built.json');
  if (!existsSync(file) || !existsSync(note)) return null;
  const built = await readNote(note);
  const sha256 = hashFile(file);
  if (built.sha256 !== sha256 || typeof built.version !== 'string') return null;
  return {
    version: built.version,
    program,
    path: file,
    sha256,
    bytes: statSync(file).size,
    isBuiltNow: false,
  };
}

async function readNote(file: string): Promise<{ readonly sha256?: unknown; readonly version?: unknown }> {
  const text = await readFile(file, 'utf8');
  try {
    return JSON.parse(text) as { sha256?: unknown; version?: unknown };
  } catch {
    return {};
  }
}

async function build(crew: Crew, source: string, scratch: string): Promise<void> {
  const file = path.join(scratch, 'smars');
  await writeFile(path.join(scratch, 'main.cjs'), source);
  await writeFile(
    path.join(scratch, 'sea.json'),
    JSON.stringify({
      main: 'main.cjs',
      output: 'program.blob',
      disableExperimentalSEAWarning: true,
      useCodeCache: true,
    }),
  );
  await mustRun(crew, process.execPath, ['--experimental-sea-config', 'sea.json'], scratch);
  await copyFile(process.execPath, file, constants.COPYFILE_FICLONE);
  chmodSync(file, 0o755);
  const require = createRequire(import.meta.url);
  const postject = require.resolve('postject/dist/cli.js');
  const words = [postject, 'smars', 'NODE_SEA_BLOB', 'program.blob', '--sentinel-fuse', FUSE];
  await mustRun(crew, process.execPath, words, scratch);
  const version = await mustRun(crew, file, ['--version'], scratch);
  await writeFile(
    path.join(scratch, 'built.json'),
    `${JSON.stringify({ version: version.trim(), sha256: hashFile(file) })}\n`,
  );
  await rm(path.join(scratch, 'program.blob'));
}

async function mustRun(crew: Crew, file: string, args: readonly string[], cwd: string): Promise<string> {
  const outcome = await runOnce(crew, file, args, cwd);
  if (outcome.exit === 0) return outcome.stdout;
  throw new Fault(
    'UNSUPPORTED',
    `The rehearsal could not build its servers with ${process.execPath}: ${lastLine(outcome.stderr) || lastLine(outcome.stdout)}; an official build of Node 24 or newer is needed.`,
    { args, exit: outcome.exit },
  );
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
