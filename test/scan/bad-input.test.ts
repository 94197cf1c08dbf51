import { describe, expect, it } from 'vitest';
import { FLAG, readingOf } from './memory-tree.ts';

const CALL = `unleash.isEnabled('${FLAG}')`;

async function sitesOf(files: Readonly<Record<string, string | Buffer>>): Promise<readonly string[]> {
  const { sites } = await readingOf(files);
  return sites.map(({ file, line, column, kind }) => `${file}:${line}:${column} ${kind}`);
}

describe('files that are written in an unusual way', () => {
  it.each([
    ['lines that end in CR LF', `const a = 1;\r\nconst b = ${CALL};\r\n`, 'a.ts:2:30 read'],
    ['a byte order mark', `\uFEFFconst b = ${CALL};\n`, 'a.ts:1:30 read'],
    ['no line end', CALL, 'a.ts:1:20 read'],
    ['a letter outside the first plane before it', `const s = '🙂'; ${CALL};`, 'a.ts:1:36 read'],
    ['a tab before it', `\t${CALL}`, 'a.ts:1:21 read'],
  ])('reads a file with %s', async (_, text, site) => {
    expect(await sitesOf({ 'a.ts': text })).toEqual([site]);
  });

  it('reads around bytes that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('// \xff\xfe\n', 'latin1'), Buffer.from(CALL)]);
    expect(await sitesOf({ 'a.ts': bytes })).toEqual(['a.ts:2:20 read']);
  });

  it('reads two megabytes on one line', async () => {
    const text = `!function(){r.x(${'"abcdefgh",'.repeat(190_000)}1);${CALL}}();`;
    expect(await sitesOf({ 'a.js': text })).toEqual([`a.js:1:${text.indexOf(FLAG) + 1} read`]);
  });

  it.each([
    ['a.ts', String.raw`unleash.isEnabled('gr\u00f6\u00dfe')`],
    ['a.py', String.raw`unleash.is_enabled("gr\u00f6\u00dfe")`],
    ['a.rs', String.raw`fn a() { unleash.is_enabled("gr\u{f6}\u{df}e"); }`],
  ])('knows a name in %s whose letters are written as numbers', async (file, text) => {
    const { sites } = await readingOf({ [file]: text }, ['größe']);
    expect(sites).toMatchObject([{ flag: 'größe', kind: 'read' }]);
  });

  it('takes a text without escapes at its word', async () => {
    const text = String.raw`unleash.is_enabled(r"gr\u00f6\u00dfe")`;
    const { sites } = await readingOf({ 'a.py': text }, []);
    expect(sites).toMatchObject([{ flag: String.raw`gr\u00f6\u00dfe`, kind: 'read' }]);
  });

  it('finds nothing in an empty tree and in an empty file', async () => {
    expect(await readingOf({})).toEqual({ sites: [], unreadable: [] });
    expect(await readingOf({ 'a.ts': '' })).toEqual({ sites: [], unreadable: [] });
  });
});

describe('files that cannot be parsed', () => {
  it.each([
    ['a.ts', `const x = ${'['.repeat(10_000)}${CALL}${']'.repeat(10_000)};`],
    ['a.ts', `const x = ${'['.repeat(10_000)}${CALL}`],
    ['a.go', `package a\nfunc f() { x := ${'('.repeat(100_000)}${CALL}${')'.repeat(100_000)} }`],
    ['a.py', `x = ${'['.repeat(10_000)}${CALL}${']'.repeat(10_000)}\n`],
    ['a.cc', `void f() { ${'{'.repeat(10_000)}${CALL};${'}'.repeat(10_000)} }`],
    ['a.cs', `class A { void F() { ${'if (x) { '.repeat(5_000)}${CALL};${'}'.repeat(5_000)} } }`],
  ])('tells of %s that it is nested too deep, and keeps what it mentions', async (file, text) => {
    const { sites, unreadable } = await readingOf({ [file]: text, 'b.ts': CALL });
    expect(sites.map((site) => `${site.file} ${site.kind}`)).toEqual([`${file} mention`, 'b.ts read']);
    expect(unreadable).toEqual([
      {
        file,
        reason:
          'Brackets are nested deeper than 1000 levels, so it was not parsed; flags in it count as mentioned.',
      },
    ]);
  });

  it('parses a file with many brackets in its texts', async () => {
    const text = `${"const s = '((((((((((';\n".repeat(500)}${CALL};`;
    expect(await readingOf({ 'a.ts': text })).toMatchObject({ sites: [{ kind: 'read' }], unreadable: [] });
  });

  it.each([
    ['a.go', `package a\nfunc f() {\n\tif unleash.IsEnabled("${FLAG}" {\n\t\tx := }}}\n]]]\n`, 3],
    ['a.ts', `const ok = 1;\nclass { ( = '${FLAG}' ;;; function (\n`, 2],
    ['a.py', `def f(:\n    x = = ("${FLAG}"\n`, 2],
  ])('tells of %s on which line it is broken, and keeps what it mentions', async (file, text, line) => {
    const { sites, unreadable } = await readingOf({ [file]: text });
    expect(sites.map((site) => `${site.file}:${site.line} ${site.kind}`)).toEqual([
      `${file}:${line} mention`,
    ]);
    expect(unreadable).toEqual([
      { file, reason: `What stands around line ${line} could not be parsed; a read there may be missing.` },
    ]);
  });

  it('reads on beside a broken part, and tells of nothing when no flag stands in it', async () => {
    expect(await readingOf({ 'a.ts': `const a = ${CALL};\n ]]] class = {{{ \n` })).toMatchObject({
      sites: [{ line: 1, kind: 'read' }],
      unreadable: [],
    });
  });

  it('reads both sides of a merge conflict', async () => {
    const text = `def f():\n<<<<<<< HEAD\n    a = client.is_enabled("${FLAG}")\n=======\n    b = client.is_enabled("${FLAG}")\n>>>>>>> other\n`;
    expect(await sitesOf({ 'a.py': text })).toEqual(['a.py:3:28 read', 'a.py:5:28 read']);
  });
});
