import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Crew, gatherCrew } from './crew.ts';
import { bringNear, type Executable, hashFile, obtainExecutable } from './executables.ts';

let scratch = '';
let crew: Crew;
let first: Executable;

async function obtain(): Promise<{ executable: Executable; builds: number }> {
  let builds = 0;
  const cacheFolder = path.join(scratch, 'cache');
  const executable = await obtainExecutable(crew, 'router-new.cjs', {
    cacheFolder,
    onBuild: () => (builds += 1),
  });
  return { executable, builds };
}

beforeAll(async () => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'haunted-executables-'));
  crew = gatherCrew(new AbortController().signal, { PATH: process.env['PATH'] });
  first = (await obtain()).executable;
});
afterAll(async () => {
  await crew.dismiss();
  rmSync(scratch, { recursive: true, force: true });
});

describe('a single executable', () => {
  it('is one file that runs by itself and says what it is', () => {
    expect(first).toMatchObject({
      version: 'smars with RLP',
      isBuiltNow: true,
      sha256: hashFile(first.path),
    });
    expect(execFileSync(first.path, ['--version'], { encoding: 'utf8', env: {} })).toBe('smars with RLP\n');
  });

  it('is taken from the cache the second time', async () => {
    const { executable, builds } = await obtain();
    expect({ executable, builds }).toEqual({ executable: { ...first, isBuiltNow: false }, builds: 0 });
  });

  it('lies near its servers as the same bytes', async () => {
    const near = await bringNear(first, path.join(scratch, 'store'));
    expect(near.path).not.toBe(first.path);
    expect(hashFile(near.path)).toBe(first.sha256);
  });

  it('is built again when its cached bytes are not those that were built, and old ones are swept away', async () => {
    truncateSync(first.path, 1_000);
    const stale = path.join(scratch, 'cache', 'router-new-of-long-ago');
    writeFileSync(stale, '');
    utimesSync(stale, 0, 0);
    const { executable, builds } = await obtain();
    expect(builds).toBe(1);
    expect(executable.sha256).toBe(hashFile(executable.path));
    expect(executable.bytes).toBe(first.bytes);
    expect(readdirSync(path.join(scratch, 'cache'))).toEqual([path.basename(path.dirname(executable.path))]);
  });

  it('is refused in one sentence when the cache cannot be written', async () => {
    const file = path.join(scratch, 'file');
    writeFileSync(file, '');
    const attempt = obtainExecutable(crew, 'router-new.cjs', {
      cacheFolder: path.join(file, 'x'),
      onBuild: () => {},
    });
    await expect(attempt).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  });
});
