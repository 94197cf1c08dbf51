import {
  appendFileSync,
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { digestCache } from './digest-cache.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'digest-cache-'));
const file = path.join(folder, 'binary');
const MINUTE = 60_000;
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => writeFileSync(file, 'version A'));

function look(cache: ReturnType<typeof digestCache>, now: number): { sha256: string; wasRead: boolean } {
  const fd = openSync(file, 'r');
  try {
    const { sha256, wasRead } = cache.digestOf(fd, now);
    return { sha256, wasRead };
  } finally {
    closeSync(fd);
  }
}

// Linux puts /tmp on a file system that is known to keep true change times nearly everywhere; where it does not, nothing is kept.
const isKept = [0xef53, 0x58465342, 0x9123683e, 0xf2f52010, 0x01021994, 0x794c7630].includes(
  statfsSync(folder).type,
);

describe('the memory of digests', () => {
  it.skipIf(!isKept)('does not read an unchanged file twice', () => {
    const cache = digestCache();
    const first = look(cache, Date.now() + MINUTE);
    expect(first.wasRead).toBe(true);
    expect(look(cache, Date.now() + MINUTE)).toEqual({ sha256: first.sha256, wasRead: false });
  });

  it('reads a file again that was written a moment ago, for two writes may share one time', () => {
    const cache = digestCache();
    expect(look(cache, Date.now()).wasRead).toBe(true);
    expect(look(cache, Date.now()).wasRead).toBe(true);
    expect(cache.entries()).toEqual([]);
  });

  it.each([
    ['longer', () => appendFileSync(file, '!')],
    ['of the same length', () => writeFileSync(file, 'version B')],
    [
      'of the same length, with its old modification time',
      () => {
        writeFileSync(file, 'version B');
        utimesSync(file, new Date(0), new Date(0));
      },
    ],
    [
      'another file under its name',
      () => {
        rmSync(file);
        writeFileSync(file, 'version B');
      },
    ],
  ])('sees that a file is %s', (_what, change) => {
    const cache = digestCache();
    const before = look(cache, Date.now() + MINUTE);
    change();
    const after = look(cache, Date.now() + MINUTE);
    expect(after.wasRead).toBe(true);
    expect(after.sha256).not.toBe(before.sha256);
  });

  it.skipIf(!isKept)('outlives a run', () => {
    const first = digestCache();
    const { sha256 } = look(first, Date.now() + MINUTE);
    expect(look(digestCache(first.entries()), Date.now() + MINUTE)).toEqual({ sha256, wasRead: false });
  });

  it.skipIf(!isKept)('keeps what was used last, and not more than it should', () => {
    const old = Array.from({ length: 300 }, (_item, at) => [`0:${at}:0:0:0`, 'a'.repeat(64)] as const);
    const cache = digestCache(old);
    look(cache, Date.now() + MINUTE);
    const kept = cache.entries();
    expect(kept).toHaveLength(256);
    expect(kept.at(-1)?.[1]).not.toBe('a'.repeat(64));
  });
});
