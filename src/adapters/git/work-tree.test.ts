import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitFolder } from '../../../test/fixtures/git-folder.ts';
import { bytesOfFiles, changedSince, filesOfCommit, resolveCommit } from './commit-files.ts';
import { authorsOfFiles } from './file-authors.ts';
import { type LineQuestion, type Touch, touchAsker } from './last-touch.ts';
import { listGitFiles } from './list-files.ts';
import type { GitPlace } from './run-git.ts';
import { findWorkTree, isDirty, type WorkTree } from './work-tree.ts';

const world = gitFolder();
const shallow = mkdtempSync(path.join(tmpdir(), 'haunted-shallow-'));
const plain = mkdtempSync(path.join(tmpdir(), 'haunted-plain-'));
let first = '';
let second = '';

function placeOf(folder: string, env: GitPlace['env'] = {}): GitPlace {
  return { folder, env, signal: new AbortController().signal };
}

async function touchesOf(
  tree: WorkTree,
  questions: readonly LineQuestion[],
): Promise<ReadonlyMap<string, Touch>> {
  const asker = touchAsker(tree);
  for (const question of questions) asker.ask(question);
  return await asker.answers();
}

async function treeOf(folder: string): Promise<WorkTree> {
  const tree = await findWorkTree(placeOf(folder));
  if ('why' in tree) throw new Error(tree.why ?? 'no work tree');
  return tree;
}

beforeAll(() => {
  world.write('src/a.ts', 'one\ntwo\nthree\n');
  world.write('src/old.ts', 'old\n');
  world.write('.gitignore', 'out/\n');
  first = world.commit('ada', '2020-01-01T00:00:00Z');
  world.write('src/a.ts', 'one\nTWO\nthree\n');
  second = world.commit('bob', '2024-05-01T00:00:00Z');
  world.write('src/a.ts', 'one\nTWO\nTHREE\n');
  world.commit('bob', '2024-06-01T00:00:00Z');
  world.git('clone', '-q', '--depth=1', `file://${world.folder}`, path.join(shallow, 'copy'));
});
afterAll(() => {
  world.remove();
  for (const folder of [shallow, plain]) rmSync(folder, { recursive: true, force: true });
});

describe('a work tree', () => {
  it('is found from a folder in it', async () => {
    const tree = await treeOf(path.join(world.folder, 'src'));
    expect(tree).toMatchObject({ prefix: 'src/', isShallow: false });
    expect(tree.commit).toBe(world.git('rev-parse', 'HEAD'));
  });

  it('is not one without git around it, or without git on the machine', async () => {
    expect(await findWorkTree(placeOf(plain))).toEqual({ why: null });
    const none = await findWorkTree(placeOf(plain, { PATH: plain }));
    expect(none).toEqual({ why: 'there is no git on this machine' });
  });

  it('may have no commit yet, and then nobody touched anything', async () => {
    const young = gitFolder();
    young.write('a.ts', 'x\n');
    const tree = await treeOf(young.folder);
    expect(tree.commit).toBeNull();
    expect(await isDirty(tree)).toBe(true);
    expect(await listGitFiles(tree.place)).toMatchObject({ paths: ['a.ts'] });
    expect(await touchesOf(tree, [{ file: 'a.ts', lines: [1] }])).toEqual(new Map());
    expect(await authorsOfFiles(tree, ['a.ts'])).toEqual(new Map());
    young.remove();
  });

  it('is asked for itself, whatever repository the environment names', async () => {
    const tree = await findWorkTree(placeOf(world.folder, { GIT_DIR: plain, GIT_WORK_TREE: plain }));
    expect(tree).toMatchObject({ prefix: '' });
  });

  it('runs no program that its configuration names', async () => {
    const trap = gitFolder();
    const sprung = path.join(plain, 'sprung');
    trap.write('hook.sh', `#!/bin/sh\ntouch ${sprung}\n`);
    trap.write('a.ts', 'x\n');
    trap.commit('ada', '2020-01-01T00:00:00Z');
    for (const key of ['core.fsmonitor', 'diff.external', 'core.pager'])
      trap.git('config', key, `sh ${path.join(trap.folder, 'hook.sh')}`);
    const tree = await treeOf(trap.folder);
    trap.write('a.ts', 'y\n');
    await Promise.all([isDirty(tree), listGitFiles(tree.place), changedSince(tree, 'HEAD', '')]);
    expect(await isDirty(tree)).toBe(true);
    expect(await listGitFiles(placeOf(plain))).toBeNull();
    expect(() => rmSync(sprung)).toThrow(/ENOENT/);
    trap.remove();
  });

  it.each(['filter.x.clean', 'filter.x.process', 'filter.A.b.clean', 'diff.x.textconv', 'diff.x.command'])(
    'runs no %s of its configuration',
    async (key) => {
      const trap = gitFolder();
      const sprung = path.join(plain, 'sprung');
      const name = key.slice(key.indexOf('.') + 1, key.lastIndexOf('.'));

      trap.write('.gitattributes', `*.py filter=${name} diff=x\n`);
      trap.write('a.py', 'x\n');
      trap.write('spare.sh', `#!/bin/sh\ntouch ${sprung}\n`);
      trap.commit('ada', '2020-01-01T00:00:00Z');
      trap.git('config', key, `sh ${path.join(trap.folder, 'spare.sh')}`);
      trap.git('config', 'filter.x.required', 'true');
      trap.write('a.py', 'y\n');
      const tree = await treeOf(trap.folder);
      expect(await isDirty(tree)).toBe(true);
      expect(await changedSince(tree, 'HEAD', '')).toEqual(new Set(['a.py']));
      expect(await touchesOf(tree, [{ file: 'a.py', lines: [1] }])).toEqual(new Map());
      expect(await authorsOfFiles(tree, ['a.py'])).toEqual(new Map([['a.py', 'ada']]));
      await listGitFiles(tree.place);
      expect(() => rmSync(sprung)).toThrow(/ENOENT/);
      trap.remove();
    },
  );

  it('runs no filter that the configuration of a submodule names', async () => {
    const outer = gitFolder();
    const sprung = path.join(plain, 'sprung');
    const from = ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add'];
    outer.git(...from, `file://${world.folder}`, 'sub');
    outer.commit('ada', '2020-01-01T00:00:00Z');
    outer.git('-C', 'sub', 'config', 'filter.x.clean', `touch ${sprung}; cat`);
    outer.write('sub/.gitattributes', '*.ts filter=x\n');
    outer.write('sub/src/a.ts', 'one\n');
    const tree = await treeOf(outer.folder);
    await Promise.all([isDirty(tree), changedSince(tree, 'HEAD', ''), authorsOfFiles(tree, ['sub'])]);
    expect(() => rmSync(sprung)).toThrow(/ENOENT/);
    outer.remove();
  });

  it('is not asked when a filter cannot be switched off by its name', async () => {
    const trap = gitFolder();
    trap.write('a.ts', 'x\n');
    trap.commit('ada', '2020-01-01T00:00:00Z');
    trap.git('config', 'filter.a=b.clean', 'cat');
    const found = await findWorkTree(placeOf(trap.folder));
    expect(found).toEqual({ why: expect.stringContaining('cannot be switched off') });
    trap.remove();
  });
});

describe('the files of a work tree', () => {
  it('are those git knows and does not ignore, without links, submodules and other repositories', async () => {
    const outer = gitFolder();
    outer.write('a.ts', 'x\n');
    outer.write('.gitignore', 'out/\n');
    outer.write('out/b.ts', 'x\n');
    outer.write('odd \n näme.ts', 'x\n');
    symlinkSync('/etc', path.join(outer.folder, 'link'));
    outer.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      `file://${world.folder}`,
      'sub',
    );
    outer.commit('ada', '2020-01-01T00:00:00Z');
    mkdirSync(path.join(outer.folder, 'nested'));
    outer.git('init', '-q', 'nested');
    outer.write('nested/x.ts', 'x\n');
    outer.write('new.ts', 'x\n');
    expect(await listGitFiles(placeOf(outer.folder))).toEqual({
      paths: ['new.ts', '.gitignore', '.gitmodules', 'a.ts', 'odd \n näme.ts'],
      links: ['link'],
      unreadable: [
        { file: 'nested', reason: 'it is a git repository of its own, scan it by itself' },
        { file: 'sub', reason: 'it is a submodule: a repository of its own, scan it by itself' },
      ],
    });
    outer.remove();
  });

  it('may be left out by a sparse checkout, and that is told', async () => {
    const sparse = gitFolder();
    sparse.write('in/a.ts', 'x\n');
    sparse.write('out/b.ts', 'x\n');
    sparse.commit('ada', '2020-01-01T00:00:00Z');
    sparse.git('sparse-checkout', 'set', 'in');
    expect(await listGitFiles(placeOf(sparse.folder))).toEqual({
      paths: ['in/a.ts'],
      links: [],
      unreadable: [{ file: '.', reason: '1 file is left out of this checkout (sparse checkout)' }],
    });
    sparse.remove();
  });
});

describe('the last touch of a line', () => {
  it('is its commit, and of a line that is not committed nobody knows', async () => {
    const tree = await treeOf(world.folder);
    const touches = await touchesOf(tree, [
      { file: 'src/a.ts', lines: [1, 2, 3] },
      { file: 'gone.ts', lines: [1] },
    ]);
    expect(Object.fromEntries(touches)).toEqual({
      'src/a.ts:1': { at: '2020-01-01T00:00:00Z', by: 'ada' },
      'src/a.ts:2': { at: '2024-05-01T00:00:00Z', by: 'bob' },
      'src/a.ts:3': { at: '2024-06-01T00:00:00Z', by: 'bob' },
    });
    writeFileSync(path.join(world.folder, 'src/a.ts'), 'new\nTWO\nTHREE\n');
    const now = await touchesOf(tree, [{ file: 'src/a.ts', lines: [1, 2] }]);
    expect([...now.keys()]).toEqual(['src/a.ts:2']);
    expect(await isDirty(tree)).toBe(true);
    world.git('checkout', '-q', '--', 'src/a.ts');
    expect(await isDirty(tree)).toBe(false);
  });

  it('is told of every line that is asked about, however many, whenever it is asked about', async () => {
    const long = gitFolder();
    const lines = Array.from({ length: 700 }, (_, at) => at + 1);
    long.write('flags.txt', lines.map((line) => `flag-${line}\n`).join(''));
    long.commit('ada', '2020-01-01T00:00:00Z');
    const tree = await treeOf(long.folder);
    expect((await touchesOf(tree, [{ file: 'flags.txt', lines }])).size).toBe(700);
    const asker = touchAsker(tree);
    asker.ask({ file: 'flags.txt', lines: [1, 2] });
    await asker.answers();
    asker.ask({ file: 'flags.txt', lines: [2, 3] });
    asker.ask({ file: 'flags.txt', lines: [4] });
    expect([...(await asker.answers()).keys()]).toEqual([1, 2, 3, 4].map((line) => `flags.txt:${line}`));
    long.remove();
  });

  it('is not what the oldest commit of a shallow clone seems to say', async () => {
    const tree = await treeOf(path.join(shallow, 'copy'));
    expect(tree.isShallow).toBe(true);
    expect(await touchesOf(tree, [{ file: 'src/a.ts', lines: [1, 3] }])).toEqual(new Map());
    expect(await authorsOfFiles(tree, ['src/a.ts'])).toEqual(new Map());
  });
});

describe('who works on a file', () => {
  it('wrote most of its commits in the last year, or else ever', async () => {
    const tree = await treeOf(path.join(world.folder, 'src'));
    expect(Object.fromEntries(await authorsOfFiles(tree, ['a.ts', 'old.ts', 'none.ts']))).toEqual({
      'a.ts': 'bob',
      'old.ts': 'ada',
    });
  });

  it.each([
    [2, {}],
    // What is known goes back more than a year, and no further.
    [3, { 'a.ts': 'bob' }],
  ])('is told of a clone of %i commits only as far as those can say', async (depth, known) => {
    const long = gitFolder();
    for (const [file, who, at] of [
      ['old.ts', 'eve', '2019-01-01T00:00:00Z'],
      ['old.ts', 'ada', '2020-01-01T00:00:00Z'],
      ['a.ts', 'bob', '2024-05-01T00:00:00Z'],
      ['a.ts', 'bob', '2024-06-01T00:00:00Z'],
    ] as const) {
      long.write(file, `${who} ${at}\n`);
      long.commit(who, at);
    }
    const copy = path.join(shallow, `copy-of-${depth}`);
    long.git('clone', '-q', `--depth=${depth}`, `file://${long.folder}`, copy);
    const authors = await authorsOfFiles(await treeOf(copy), ['a.ts', 'old.ts']);
    expect(Object.fromEntries(authors)).toEqual(known);
    long.remove();
  });
});

describe('another commit', () => {
  it('has files with their bytes, and differs in some', async () => {
    const tree = await treeOf(world.folder);
    expect(await resolveCommit(tree, 'HEAD~1')).toBe(second);
    const files = await filesOfCommit(tree, first, 'src');
    expect(files.map((file) => file.path)).toEqual(['src/a.ts', 'src/old.ts']);
    expect(await changedSince(tree, first, 'src')).toEqual(new Set(['src/a.ts']));
    const bytes = await bytesOfFiles(tree, [...files, { path: 'huge', id: first, bytes: 9_000_000 }]);
    expect(Object.fromEntries([...bytes].map(([file, text]) => [file, text?.toString() ?? null]))).toEqual({
      huge: null,
      'src/a.ts': 'one\ntwo\nthree\n',
      'src/old.ts': 'old\n',
    });
  });

  it.each(['nowhere', '--help', 'HEAD^{tree}'])('is not %s', async (name) => {
    const tree = await treeOf(world.folder);
    await expect(resolveCommit(tree, name)).rejects.toThrow(/There is no commit/);
  });
});
