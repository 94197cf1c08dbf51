import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocument } from './read-document.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'read-document-'));
  mkdirSync(path.join(folder, 'a-folder'));
  writeFileSync(path.join(folder, 'empty.json'), '');
  writeFileSync(path.join(folder, 'file'), 'x');
  writeFileSync(path.join(folder, 'eight'), '12345678');
  writeFileSync(path.join(folder, 'zeros'), '');
  truncateSync(path.join(folder, 'zeros'), 1024 ** 3);
  symlinkSync('loop', path.join(folder, 'loop'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('readDocument', () => {
  it('gives the bytes of a file', async () => {
    const bytes = await readDocument(path.join(folder, 'eight'), { what: 'manifest' });
    expect(new TextDecoder().decode(bytes)).toBe('12345678');
  });

  it('reads what tells no size beforehand, such as /proc', async () => {
    const bytes = await readDocument('/proc/self/status', { what: 'status' });
    expect(new TextDecoder().decode(bytes)).toMatch(/^Name:/);
  });

  it('reads a pipe to its end, however long', async () => {
    const pipe = path.join(folder, 'pipe');
    execFileSync('bash', ['-c', 'mkfifo "$1"', 'bash', pipe]);
    const writer = spawn('bash', ['-c', 'head -c 300000 /dev/zero > "$1"', 'bash', pipe]);
    const bytes = await readDocument(pipe, { what: 'manifest' });
    expect(bytes.length).toBe(300_000);
    writer.kill();
  });

  it.each([
    ['a missing file', 'absent.json', 'NOT_FOUND', 'does not exist; check the path'],
    ['a path through a file', 'file/m.json', 'NOT_FOUND', 'a part of its path is a file'],
    ['a directory', 'a-folder', 'BAD_INPUT', 'is a directory'],
    ['an empty file', 'empty.json', 'BAD_INPUT', 'is empty'],
    ['a link to itself', 'loop', 'BAD_INPUT', 'cannot be read (ELOOP)'],
    ['a name with a NUL', 'a\u0000b', 'BAD_INPUT', String.raw`a\u0000b" cannot be read`],
    ['a GiB of zeros', 'zeros', 'TOO_LARGE', 'larger than the 64 MiB'],
  ])('refuses %s with one sentence', async (_what, name, code, sentence) => {
    await expect(readDocument(path.join(folder, name), { what: 'manifest' })).rejects.toMatchObject({
      name: 'Fault',
      code,
      message: expect.stringContaining(sentence),
    });
  });

  it('refuses an endless stream without reading much of it', async () => {
    const before = process.memoryUsage().rss;
    await expect(readDocument('/dev/zero', { what: 'manifest', maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message:
        'The manifest /dev/zero is larger than the 1000000 bytes that haunted reads in one document; is it the right file?',
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    [8, true],
    [7, false],
  ])('with a limit of %i bytes takes eight bytes: %s', async (maxBytes, isTaken) => {
    const outcome = await readDocument(path.join(folder, 'eight'), { what: 'manifest', maxBytes }).then(
      (bytes) => bytes.length === 8,
      () => false,
    );
    expect(outcome).toBe(isTaken);
  });

  it('says when this user may not read', async () => {
    const file = path.join(folder, 'secret');
    writeFileSync(file, 'x');
    chmodSync(file, 0);
    chmodSync(folder, 0o755);
    const isRoot = process.geteuid?.() === 0;
    // Root may read everything, so for a moment the test is nobody.
    if (isRoot) process.seteuid?.(65_534);
    try {
      await expect(readDocument(file, { what: 'key' })).rejects.toMatchObject({ code: 'NO_PERMISSION' });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });
});
