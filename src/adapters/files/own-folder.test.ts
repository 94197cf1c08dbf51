import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../fault.ts';
import { fillOwnFolder, type Marker } from './own-folder.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'own-folder-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function marked(...paths: string[]): Marker {
  return {
    name: 'made.json',
    text: JSON.stringify(paths),
    read: async (file) => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as string[];
      } catch (error) {
        throw new Fault('BAD_INPUT', 'no marker', {}, error);
      }
    },
  };
}

async function fill(
  files: Readonly<Record<string, string>>,
  folder = path.join(root, 'site'),
): Promise<void> {
  await fillOwnFolder(folder, new Map(Object.entries(files)), marked(...Object.keys(files)));
}

function told(folder = path.join(root, 'site')): Readonly<Record<string, string>> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), readFileSync(file, 'utf8')];
    }),
  );
}

describe('fillOwnFolder', () => {
  it('makes a new folder with its files and its marker, and nothing else', async () => {
    await fill({ 'a.html': 'A', 'b/c.html': 'C' });
    expect(told()).toEqual({ 'a.html': 'A', 'b/c.html': 'C', 'made.json': '["a.html","b/c.html"]' });
  });

  it('takes an empty folder, and one that a killed run left behind', async () => {
    mkdirSync(path.join(root, 'site', '.haunted.new', 'b'), { recursive: true });
    writeFileSync(path.join(root, 'site', '.haunted.new', 'a.html'), 'half');
    await fill({ 'a.html': 'A' });
    expect(told()).toEqual({ 'a.html': 'A', 'made.json': '["a.html"]' });
  });

  it('replaces what it made before, takes away what is no longer wanted, and leaves what others put there', async () => {
    await fill({ 'a.html': 'A', 'b.html': 'B', 'c/d.html': 'D' });
    writeFileSync(path.join(root, 'site', 'CNAME'), 'example.com');
    await fill({ 'a.html': 'A2', 'c/e.html': 'E' });
    expect(told()).toEqual({
      'a.html': 'A2',
      'c/e.html': 'E',
      CNAME: 'example.com',
      'made.json': '["a.html","c/e.html"]',
    });
  });

  it('is content when a file it made before is gone already', async () => {
    await fill({ 'a.html': 'A', 'b.html': 'B' });
    rmSync(path.join(root, 'site', 'b.html'));
    await fill({ 'a.html': 'A' });
    expect(Object.keys(told()).sort()).toEqual(['a.html', 'made.json']);
  });

  it('refuses a folder with other things in it, and names some', async () => {
    mkdirSync(path.join(root, 'site'));
    for (const name of ['d', 'a', 'b', 'c']) writeFileSync(path.join(root, 'site', name), '');
    await expect(fill({ 'a.html': 'A' })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('holds other things ("a", "b", "c", …)'),
    });
    expect(readdirSync(path.join(root, 'site')).sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    ['a file', () => writeFileSync(path.join(root, 'site'), ''), 'CANNOT_WRITE', /is a file and no folder/],
    ['in no folder', () => rmSync(root, { recursive: true }), 'CANNOT_WRITE', /its folder does not exist/],
    [
      'marked with what is no marker',
      () => {
        mkdirSync(path.join(root, 'site'));
        writeFileSync(path.join(root, 'site', 'made.json'), '{');
      },
      'BAD_INPUT',
      /no marker/,
    ],
  ])('refuses what is %s', async (_, make, code, message) => {
    make();
    await expect(fill({ 'a.html': 'A' })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    mkdirSync(root, { recursive: true });
  });

  it.each([
    ['what it writes', { 'a.html': 'A', 'sub/b.html': 'B' }],
    ['what it takes away', { 'a.html': 'A' }],
  ])('does not follow a link out of the folder with %s', async (_, files) => {
    await fill({ 'a.html': 'A', 'sub/b.html': 'B' });
    rmSync(path.join(root, 'site', 'sub'), { recursive: true });
    mkdirSync(path.join(root, 'elsewhere'));
    writeFileSync(path.join(root, 'elsewhere', 'b.html'), 'theirs');
    symlinkSync('../elsewhere', path.join(root, 'site', 'sub'));
    await expect(fill(files)).rejects.toMatchObject({ code: 'CANNOT_WRITE' });
    expect(told(path.join(root, 'elsewhere'))).toEqual({ 'b.html': 'theirs' });
  });

  it('replaces a link in the place of a file, and not what it leads to', async () => {
    await fill({ 'a.html': 'A' });
    writeFileSync(path.join(root, 'theirs'), 'theirs');
    rmSync(path.join(root, 'site', 'a.html'));
    symlinkSync('../theirs', path.join(root, 'site', 'a.html'));
    await fill({ 'a.html': 'A2' });
    expect(readFileSync(path.join(root, 'theirs'), 'utf8')).toBe('theirs');
    expect(told()['a.html']).toBe('A2');
  });

  it('leaves no folder behind when a file cannot be written', async () => {
    await expect(fill({ [`${'x'.repeat(300)}.html`]: 'A' })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('too long'),
    });
    expect(existsSync(path.join(root, 'site'))).toBe(false);
  });

  it('changes nothing of an earlier site when a new file cannot be written', async () => {
    await fill({ 'a.html': 'A' });
    const before = told();
    await expect(fill({ 'a.html': 'A2', [`${'x'.repeat(300)}.html`]: '' })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
    });
    expect(told()).toEqual(before);
  });

  const OWN_DISK = ['--mount', '--map-root-user'].slice(0, process.geteuid?.() === 0 ? 1 : 2);
  const MOUNT = 'mount -t tmpfs -o size=512k tmpfs "$1"';
  const hasOwnDisk = spawnSync('unshare', [...OWN_DISK, 'sh', '-c', MOUNT, 'sh', tmpdir()]).status === 0;

  // Where a machine lets nobody mount, a disk of its own cannot be had.
  it.skipIf(!hasOwnDisk)('leaves an earlier site whole on a disk that runs full', () => {
    const script = `${MOUNT} && cd "$1" && "$2" "$3" incidents site site >/dev/null; mkdir small; cp -r "$4" small; "$2" "$3" incidents site s --registry small; "$2" "$3" incidents site s; echo $?; tail -c 8 s/index.html; ls -A s`;
    const main = path.join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
    const record = path.join(import.meta.dirname, '..', '..', '..', 'incidents', 'stripe-2019');
    const ran = spawnSync(
      'unshare',
      [...OWN_DISK, 'sh', '-c', script, 'sh', root, process.execPath, main, record],
      {
        encoding: 'utf8',
      },
    );
    expect(ran.stderr.match(/the disk is full\. Nothing was changed\. \[CANNOT_WRITE\]/g)).toHaveLength(2);
    expect(ran.stdout).toContain(
      '6 pages, 1 with a replay. Open s/index.html.\n1\n</html>\nchecks.html\nfog.html\n',
    );
    expect(ran.stdout).not.toContain('.haunted.new');
  });
});
