import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { readTree, treeDigest } from './release-tree.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'release-tree-'));
let tree = '';
beforeEach(() => {
  tree = mkdtempSync(path.join(folder, 'tree-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string | Buffer, text: string): void {
  const file = Buffer.concat([Buffer.from(`${tree}/`), Buffer.from(name)]);
  mkdirSync(path.dirname(file.toString()), { recursive: true });
  writeFileSync(file, text);
}

function digest(skipped: readonly string[] = []): string {
  return treeDigest(readTree(tree, skipped).entries);
}

/** In-toto's own recipe for dirHash, word for word (attestation spec v1, digest_set.md). */
function dirHash(): string {
  const recipe = 'find . -type f | cut -c3- | LC_ALL=C sort | xargs -r sha256sum | sha256sum';
  return execFileSync('/bin/sh', ['-c', recipe], { cwd: tree, encoding: 'utf8' }).slice(0, 64);
}

describe('the digest of a tree', () => {
  it('is in-toto’s dirHash', () => {
    write('server.js', 'serve()');
    write('lib/route.js', 'route()');
    write('lib.js', 'sorts before lib/ by bytes');
    write('Z', 'sorts before a');
    write('é', 'sorts after z');
    mkdirSync(path.join(tree, 'empty'));
    expect(digest()).toBe(dirHash());
  });

  it('is dirHash of nothing for an empty tree', () => {
    expect(digest()).toBe(dirHash());
  });

  it.each([
    ['a changed byte', () => write('lib/route.js', 'route!!')],
    ['a new file', () => write('lib/new.js', '')],
    ['a removed file', () => rmSync(path.join(tree, 'lib/route.js'))],
    ['a renamed file', () => execFileSync('mv', ['lib/route.js', 'lib/router.js'], { cwd: tree })],
    ['a new link', () => symlinkSync('lib', path.join(tree, 'current'))],
  ])('changes with %s', (_what, change) => {
    write('lib/route.js', 'route()');
    const before = digest();
    change();
    expect(digest()).not.toBe(before);
  });

  it.each([
    ['another modification time', () => utimesSync(path.join(tree, 'lib/route.js'), 0, 0)],
    ['another mode', () => chmodSync(path.join(tree, 'lib/route.js'), 0o755)],
    ['an empty folder', () => mkdirSync(path.join(tree, 'lib/none'))],
    ['a socket or pipe', () => execFileSync('mkfifo', [path.join(tree, 'pipe')])],
  ])('does not change with %s', (_what, change) => {
    write('lib/route.js', 'route()');
    const before = digest();
    change();
    expect(digest()).toBe(before);
  });

  it('sees a link inside the tree move, where dirHash does not', () => {
    write('releases/1/server.js', 'old');
    write('releases/2/server.js', 'new');
    symlinkSync('releases/1', path.join(tree, 'current'));
    const before = { ours: digest(), theirs: dirHash() };
    rmSync(path.join(tree, 'current'));
    symlinkSync('releases/2', path.join(tree, 'current'));
    expect(dirHash()).toBe(before.theirs);
    expect(digest()).not.toBe(before.ours);
  });

  it('cannot take a file for a link', () => {
    symlinkSync('target', path.join(tree, 'a'));
    const linked = digest();
    rmSync(path.join(tree, 'a'));
    write('a', 'target');
    expect(digest()).not.toBe(linked);
  });

  it('leaves out what is no code: a path, or a name anywhere', () => {
    write('server.py', 'serve()');
    const bare = digest();
    write('log/today', 'noise');
    write('__pycache__/server.pyc', 'noise');
    write('lib/__pycache__/x.pyc', 'noise');
    expect(digest(['log/', '**/__pycache__'])).toBe(bare);
    expect(digest(['log'])).not.toBe(bare);
    write('lib/log/real-code.py', 'code()');
    expect(digest(['log', '**/__pycache__'])).not.toBe(bare);
  });

  it('holds names that are not text', () => {
    write(Buffer.from([0x61, 0xff]), 'x');
    write(Buffer.from([0x61, 0xfe]), 'x');
    expect(readTree(tree).entries.map((entry) => entry.path)).toEqual(['a\u00fe', 'a\u00ff']);
    expect(digest()).toBe(dirHash());
  });
});

describe('a tree is refused', () => {
  it('when it is not there, or is a file', () => {
    expect(() => readTree(path.join(tree, 'none'))).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    write('file', '');
    expect(() => readTree(path.join(tree, 'file'))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  it('when a name holds a line break, which would make two lines of one', () => {
    write('a\nb', '');
    expect(() => readTree(tree)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringContaining(String.raw`a\x0ab`) }),
    );
  });

  it.skipIf(process.geteuid?.() === 0)('when a file of it may not be read (root may read all)', () => {
    write('secret.js', '');
    chmodSync(path.join(tree, 'secret.js'), 0);
    expect(() => readTree(tree)).toThrow(expect.objectContaining({ code: 'NO_PERMISSION' }));
  });
});
