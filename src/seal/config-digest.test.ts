import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configDigest } from './config-digest.ts';
import { sha256Hex } from './digest.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'config-digest-'));
afterAll(() => rmSync(folder, { recursive: true }));

function entry(file: string, text: string): { path: string; sha256: string } {
  return { path: file, sha256: sha256Hex(text) };
}

describe('the digest of a config', () => {
  it('is null without files, and of one file that file’s own, wherever it lies', () => {
    expect(configDigest([])).toBeNull();
    expect(configDigest([entry('/etc/a', 'x')])).toBe(sha256Hex('x'));
    expect(configDigest([entry('/opt/b', 'x')])).toBe(sha256Hex('x'));
  });

  it('does not depend on the order of the files, nor on one given twice', () => {
    const [a, b] = [entry('/etc/a', 'x'), entry('/etc/b', 'y')] as const;
    expect(configDigest([b, a, b])).toBe(configDigest([a, b]));
    expect(configDigest([a, a])).toBe(a.sha256);
  });

  it('changes when two files change places', () => {
    const before = configDigest([entry('/etc/a', 'x'), entry('/etc/b', 'y')]);
    expect(configDigest([entry('/etc/a', 'y'), entry('/etc/b', 'x')])).not.toBe(before);
  });

  it('is what a shell on the node computes', () => {
    const files = ['a.json', 'ü.yaml', 'z.env'].map((name) => path.join(folder, name));
    for (const file of files) writeFileSync(file, path.basename(file));
    const script = 'sha256sum "$@" | LC_ALL=C sort | sha256sum | cut -c1-64';
    const said = execFileSync('sh', ['-c', script, 'sh', ...files], { encoding: 'utf8' }).trim();
    expect(configDigest(files.map((file) => entry(file, path.basename(file))))).toBe(said);
  });
});
