import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderTree } from './folder-tree.ts';
import { linksOut, walkFolder } from './walk-folder.ts';

const root = mkdtempSync(path.join(tmpdir(), 'haunted-tree-'));

function write(file: string, content: string | Buffer = ''): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}

const IGNORED = {
  '.gitignore':
    '# generated\n*.gen.ts\nout/\n/top.ts\n[Bb]in/\nlogs/**\n!keep.gen.ts\nexact\n\\#odd.ts\n\\#*\\#\n*~\nspace\\ \ndeep/*/x.ts\n',
  'sub/.gitignore': '!wanted.gen.ts\nlocal.ts\n',
};

beforeAll(() => {
  for (const [file, text] of Object.entries(IGNORED)) write(file, text);
  for (const file of `a.ts b.gen.ts keep.gen.ts top.ts out/x.ts src/top.ts bin/y.ts Bin/y.ts BIN/y.ts logs/z.ts exact/q.ts inexact.ts
    #odd.ts #draft# b.ts~ deep/one/x.ts deep/one/two/x.ts sub/wanted.gen.ts sub/other.gen.ts sub/local.ts local.ts
    node_modules/p/i.ts .git/config`.split(/\s+/))
    write(file, `// ${file}`);
  write('space ', '// a name that ends with a space');
  symlinkSync('.', path.join(root, 'loop'));
  symlinkSync('/etc', path.join(root, 'outside'));
  symlinkSync('nowhere', path.join(root, 'broken.ts'));
  symlinkSync('a.ts', path.join(root, 'inside.ts'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('a folder without git', () => {
  it('holds what its .gitignore files leave, and neither packages nor git’s own files', () => {
    const { files } = folderTree(root, walkFolder(root), []).list();
    expect(files.map((file) => file.path)).toEqual(
      `.gitignore BIN/y.ts a.ts deep/one/two/x.ts inexact.ts keep.gen.ts local.ts src/top.ts sub/.gitignore sub/wanted.gen.ts`.split(
        ' ',
      ),
    );
  });

  it('follows no link, and tells only of one that leads out', () => {
    const reason = 'it is a symbolic link, and links are not followed; it leads out of the source tree';
    expect(walkFolder(root).unreadable).toEqual([{ file: 'outside', reason }]);
    expect(linksOut(root, ['inside.ts', 'broken.ts', 'loop', 'outside'])).toEqual([
      { file: 'outside', reason },
    ]);
  });

  it('leaves out what haunted.yaml says', () => {
    const tree = folderTree(root, walkFolder(root), ['sub/', '*.gitignore', 'BIN']);
    expect(tree.list().files.map((file) => file.path)).toEqual(
      'a.ts deep/one/two/x.ts inexact.ts keep.gen.ts local.ts src/top.ts'.split(' '),
    );
  });

  it.runIf(process.getuid?.() !== 0)('tells of a folder that may not be read, and goes on', () => {
    write('closed/x.ts');
    chmodSync(path.join(root, 'closed'), 0);
    expect(walkFolder(root).unreadable).toContainEqual({
      file: 'closed',
      reason: 'this user may not read it',
    });
    chmodSync(path.join(root, 'closed'), 0o700);
    rmSync(path.join(root, 'closed'), { recursive: true });
  });
});

describe('reading a file', () => {
  const tree = folderTree(root, { paths: [], unreadable: [] }, []);

  it.each([
    ['an empty file', Buffer.alloc(0), ''],
    ['a small one', Buffer.from('näme'), 'näme'],
    ['one that fills the window', Buffer.alloc(256 * 1024, 97), 'a'.repeat(256 * 1024)],
    ['one larger than the window', Buffer.alloc(256 * 1024 + 1, 97), 'a'.repeat(256 * 1024 + 1)],
    ['one of exactly 8 MiB', Buffer.alloc(8 * 1024 * 1024, 97), 'a'.repeat(8 * 1024 * 1024)],
    [
      'a zero byte after 8 KiB',
      Buffer.concat([Buffer.alloc(8192, 97), Buffer.from([0])]),
      `${'a'.repeat(8192)}\0`,
    ],
    [
      'UTF-16, little end first',
      Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('ok', 'utf16le')]),
      'ok',
    ],
    ['UTF-16, big end first', Buffer.from([0xfe, 0xff, 0, 111, 0, 107]), 'ok'],
  ])('gives %s', (name, content, text) => {
    const file = `read/${name.replaceAll(' ', '-')}.ts`;
    write(file, content);
    const read = tree.read(file);
    expect(read.ok ? read.bytes.toString() === text : read.reason).toBe(true);
    expect(tree.read(file)).toBe(read);
  });

  it('gives nothing for a file that went away after it was listed', () => {
    expect(tree.read('gone.ts')).toEqual({ ok: true, bytes: Buffer.alloc(0) });
  });

  it('does not read a file of 200 MB', () => {
    write('huge.min.js', '');
    truncateSync(path.join(root, 'huge.min.js'), 200_000_000);
    expect(tree.read('huge.min.js')).toEqual({
      ok: false,
      reason: 'it is larger than the 8 MiB that are read of one source file',
    });
  });

  it.each([
    ['binary.ts', 'it is a binary file: there is a zero byte in its first 8 KiB'],
    ['inside.ts', 'it is a symbolic link, and links are not followed'],
    ['src', 'it is a folder and not a file'],
  ])('says why it does not read %s', (file, reason) => {
    write('binary.ts', Buffer.concat([Buffer.alloc(8191, 97), Buffer.from([0])]));
    expect(tree.read(file)).toEqual({ ok: false, reason });
  });

  it('takes what stands instead of the file', () => {
    const other = folderTree(
      root,
      { paths: ['a.ts'], unreadable: [] },
      [],
      new Map([['a.ts', Buffer.from('then')]]),
    );
    expect(other.read('a.ts')).toEqual({ ok: true, bytes: Buffer.from('then') });
  });
});
