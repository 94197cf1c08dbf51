import { spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from './write-atomic.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'write-atomic-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('writeFileAtomic', () => {
  it('replaces a file whole and leaves nothing else behind', async () => {
    const file = path.join(folder, 'm.json');
    writeFileSync(file, 'a much longer text than the new one');
    await writeFileAtomic(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['m.json']);
  });

  it.each([0o600, 0o640])('writes with mode %o from the first byte', async (mode) => {
    const file = path.join(folder, 'key.json');
    await writeFileAtomic(file, new Uint8Array([1, 2]), { mode });
    expect(statSync(file).mode & 0o777).toBe(mode);
  });

  it('follows a link and leaves it a link', async () => {
    writeFileSync(path.join(folder, 'real'), 'old');
    symlinkSync('real', path.join(folder, 'link'));
    await writeFileAtomic(path.join(folder, 'link'), 'new');
    expect(readFileSync(path.join(folder, 'real'), 'utf8')).toBe('new');
    expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true);
  });

  it('writes to a device and does not replace it', async () => {
    await writeFileAtomic('/dev/null', 'x');
    expect(lstatSync('/dev/null').isCharacterDevice()).toBe(true);
  });

  it('says when the device is full', async () => {
    await expect(writeFileAtomic('/dev/full', 'x')).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('the disk is full'),
    });
  });

  it('takes a name of the greatest length', async () => {
    const file = path.join(folder, 'n'.repeat(255));
    await writeFileAtomic(file, 'x');
    expect(readdirSync(folder)).toEqual(['n'.repeat(255)]);
  });

  it.each([
    ['a missing folder', 'absent/m.json', 'its folder does not exist'],
    ['a path through a file', 'file/m.json', 'a part of its path is a file'],
    ['a folder of that name', 'a-folder', 'there is a folder of that name'],
    ['a name that is too long', 'n'.repeat(256), 'its name is too long'],
    ['a name with a NUL', 'a\u0000b', 'the system said ERR_INVALID_ARG_VALUE'],
  ])('says why it could not write: %s', async (_why, name, reason) => {
    mkdirSync(path.join(folder, 'a-folder'));
    writeFileSync(path.join(folder, 'file'), 'x');
    await expect(writeFileAtomic(path.join(folder, name), 'x')).rejects.toMatchObject({
      name: 'Fault',
      code: 'CANNOT_WRITE',
      message: expect.stringContaining(reason),
    });
    expect(readdirSync(folder).toSorted()).toEqual(['a-folder', 'file']);
  });

  it('leaves the old file and no half of the new one when it cannot write everything', () => {
    const file = path.join(folder, 'm.json');
    writeFileSync(file, 'old');
    const script = `import { writeFileAtomic } from ${JSON.stringify(path.join(import.meta.dirname, 'write-atomic.ts'))};
      process.on('SIGXFSZ', () => {});
      await writeFileAtomic(process.argv[1], 'x'.repeat(4_000_000)).catch((fault) => console.log(fault.code, fault.message));`;
    // 1,024 blocks of 1 KiB: the system refuses the rest, as a full disk does.
    const run = spawnSync(
      'bash',
      [
        '-c',
        'ulimit -f 1024; exec "$@"',
        'bash',
        process.execPath,
        '--input-type=module',
        '-e',
        script,
        file,
      ],
      { encoding: 'utf8' },
    );
    expect(run.stdout).toMatch(
      /^CANNOT_WRITE .* larger than this process may write\. Nothing was changed\.\n$/,
    );
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['m.json']);
  });
});
