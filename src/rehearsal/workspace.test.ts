import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clearFolder, layOutFolder } from './workspace.ts';

let scratch = '';
beforeEach(() => {
  scratch = mkdtempSync(path.join(os.tmpdir(), 'haunted-workspace-'));
});
afterEach(() => rmSync(scratch, { recursive: true, force: true }));

describe('the folder of a rehearsal', () => {
  it('is a fresh one that nobody else may enter, when none is named', async () => {
    const [one, two] = [await layOutFolder(null, scratch), await layOutFolder(null, scratch)];
    expect(one).not.toBe(two);
    expect(statSync(one).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.join(one, 'programs'))).toContain('router-old.cjs');
  });

  it('is made where it is named, and may be there when it is empty', async () => {
    mkdirSync(path.join(scratch, 'empty'));
    for (const name of ['empty', path.join('new', 'deep')])
      expect(await layOutFolder(path.join(scratch, name), os.tmpdir())).toBe(path.join(scratch, name));
  });

  it('is refused when it holds something, and that is left alone', async () => {
    writeFileSync(path.join(scratch, 'mine.txt'), 'mine');
    await expect(layOutFolder(scratch, os.tmpdir())).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
    expect(readdirSync(scratch)).toEqual(['mine.txt']);
  });

  it('is refused when it is a file', async () => {
    const file = path.join(scratch, 'file');
    writeFileSync(file, '');
    await expect(layOutFolder(file, os.tmpdir())).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
  });

  it('loses keys and install folders at the end, and keeps the documents', async () => {
    const folder = await layOutFolder(null, scratch);
    mkdirSync(path.join(folder, 'private-keys'));
    writeFileSync(path.join(folder, 'verdicts', 'deploy.json'), '{}');
    await clearFolder(folder);
    expect(existsSync(path.join(folder, 'private-keys'))).toBe(false);
    expect(existsSync(path.join(folder, 'servers'))).toBe(false);
    expect(existsSync(path.join(folder, 'verdicts', 'deploy.json'))).toBe(true);
  });
});
