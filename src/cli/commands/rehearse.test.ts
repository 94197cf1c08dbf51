import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Values } from '../command.ts';
import { rehearse } from './rehearse.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'haunted-rehearse-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

async function run(values: Values, words: readonly string[], signal: AbortSignal): Promise<number> {
  return await rehearse.run(values, words, {
    stdout: () => {},
    stderr: () => {},
    stdin: () => Readable.from([]),
    isStdoutTty: false,
    isStderrTty: false,
    env: { XDG_CACHE_HOME: path.join(scratch, 'cache') },
    cwd: scratch,
    now: Date.now,
    signal,
  });
}

describe('haunted rehearse', () => {
  const quiet = new AbortController().signal;

  it.each([
    ['no scenario', {}, []],
    ['an unknown scenario', {}, ['fastly-2021']],
    ['two scenarios', {}, ['knight-2012', 'knight-2012']],
    ['an unknown format', { format: 'sarif' }, ['knight-2012']],
  ])('refuses %s and makes nothing', async (_, values, words) => {
    await expect(run(values, words, quiet)).rejects.toMatchObject({ code: 'BAD_USAGE' });
    expect(readdirSync(scratch)).toEqual([]);
  });

  it('refuses a folder that holds something', async () => {
    writeFileSync(path.join(scratch, 'mine.txt'), '');
    await expect(run({ out: '.' }, ['knight-2012'], quiet)).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
    expect(readdirSync(scratch)).toEqual(['mine.txt']);
  });

  it('starts nothing once it has been told to stop', async () => {
    const attempt = run({ out: 'out' }, ['knight-2012'], AbortSignal.abort('SIGINT'));
    await expect(attempt).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
