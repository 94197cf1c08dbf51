import { createHash } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256OfFd } from './hash-file.ts';

const CHUNK = 256 * 1024;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'hash-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('the digest of an open file', () => {
  it.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])('is right for %d bytes', (size) => {
    const bytes = Buffer.alloc(size, 'haunted');
    const file = path.join(folder, `f-${size}`);
    writeFileSync(file, bytes);
    const fd = openSync(file, 'r');
    expect(sha256OfFd(fd)).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(sha256OfFd(fd)).toBe(createHash('sha256').update(bytes).digest('hex'));
    closeSync(fd);
  });
});
