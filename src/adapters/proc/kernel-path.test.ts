import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resolveBelow, shownName, withoutMark } from './kernel-path.ts';

let root = '';
beforeAll(() => {
  // A container's root, as it is seen from outside.
  root = mkdtempSync(path.join(tmpdir(), 'kernel-path-'));
  mkdirSync(path.join(root, 'opt/releases/2'), { recursive: true });
  writeFileSync(path.join(root, 'opt/releases/2/smars'), '');
  symlinkSync('/opt/releases/2', path.join(root, 'opt/current'));
  symlinkSync('../releases/2', path.join(root, 'opt/releases/back'));
  symlinkSync('../../../../../../opt/current/smars', path.join(root, 'opt/up'));
  symlinkSync('loop', path.join(root, 'opt/loop'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a path of a process in another mount namespace', () => {
  it.each([
    ['a plain one', '/opt/releases/2/smars', '/opt/releases/2/smars'],
    [
      'an absolute link, which starts at the container’s root and not at ours',
      '/opt/current/smars',
      '/opt/releases/2/smars',
    ],
    ['a relative link', '/opt/releases/back/smars', '/opt/releases/2/smars'],
    ['a link that climbs above the root', '/opt/up', '/opt/releases/2/smars'],
    ['dots and doubled slashes', '//opt/./releases//2/../2/smars', '/opt/releases/2/smars'],
    ['the root', '/', '/'],
    ['above the root', '/../..', '/'],
  ])('leads where the process would get: %s', (_what, name, inside) => {
    expect(resolveBelow(root, name)).toMatchObject({ inside, outside: root + inside });
  });

  it.each(['/opt/none', '/opt/releases/2/smars/deeper', '/opt/loop'])('leads nowhere: %s', (name) => {
    expect(resolveBelow(root, name)).toBeNull();
  });

  it('tells when a link on the way was made', () => {
    expect(resolveBelow(root, '/opt/releases/2')?.newestLinkNs).toBeNull();
    expect(Number((resolveBelow(root, '/opt/current')?.newestLinkNs ?? 0n) / 1_000_000n)).toBeGreaterThan(
      Date.now() - 600_000,
    );
  });
});

describe('a name of the kernel', () => {
  it.each([
    ['/opt/smars', '/opt/smars'],
    [Buffer.from('/opt/größe').toString('latin1'), '/opt/größe'],
    ['/opt/\u00ff', String.raw`/opt/\xff`],
    ['/opt/a\nb\u001b[31m', String.raw`/opt/a\x0ab\x1b[31m`],
    [Buffer.from('/opt/\u202egnp').toString('latin1'), String.raw`/opt/\u202egnp`],
  ])('is shown so that a terminal does not obey it', (latin1, shown) => {
    expect(shownName(latin1)).toBe(shown);
  });

  it.each([
    ['/opt/smars (deleted)', '/opt/smars'],
    ['/opt/x (deleted) (deleted)', '/opt/x (deleted)'],
    ['/opt/smars', null],
    ['/opt/(deleted)', null],
  ])('%s without its mark is %s', (name, bare) => {
    expect(withoutMark(name)).toBe(bare);
  });
});
