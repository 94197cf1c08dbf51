import { readFileSync } from 'node:fs';
import { globSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { describe, expect, it } from 'vitest';

/**
 * The way data flows is the layout: which folder may import what. `node:*` stands for any built-in; a port's folder is where
 * the user of an adapter lives. A file that does not fit its row is in the wrong room.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  fault: [],
  model: ['zod'],
  decide: ['model'],
  seal: ['model', 'fault', 'node:crypto'],
  scan: ['model', 'fault', 'node:*', 'yaml', 'smol-toml', 'web-tree-sitter'],
  guard: ['model', 'seal', 'fault', 'node:*', '@openfeature'],
  ledger: ['model', 'seal', 'fault'],
  gate: ['model', 'seal', 'decide', 'ledger', 'fault'],
  incidents: ['model', 'fault'],
  replay: ['model', 'seal', 'ledger', 'gate', 'fault'],
  site: ['model', 'incidents', 'node:crypto'],
  adapters: [
    'model',
    'seal',
    'gate',
    'scan',
    'agent',
    'server',
    'ledger',
    'http',
    'fault',
    'node:*',
    'yaml',
    'smol-toml',
    '@openfeature',
    'ignore',
  ],
  http: ['fault', 'node:*'],
  agent: ['model', 'seal', 'gate', 'http', 'fault', 'node:*'],
  server: ['model', 'gate', 'seal', 'ledger', 'http', 'fault', 'node:*'],
  rehearsal: ['model', 'fault', 'node:*', 'postject'],
  exports: ['model', 'seal', 'guard', 'adapters', 'fault', 'node:*'],
  cli: ['*'],
};

/** What a pure folder may not say: the clock, randomness, the process, the console. */
const PURE = ['model', 'decide', 'incidents', 'replay', 'site'];
const IMPURE = /\bnew Date\(\)|\bDate\.now\b|\bMath\.random\b|\bperformance\.now\b|\bprocess\.|\bconsole\./;

const root = path.join(import.meta.dirname, '..');
const files = globSync('src/**/*.ts', { cwd: root }).filter((file) => !file.endsWith('.test.ts'));

function roomOf(file: string): string {
  const [, room = ''] = file.split('/');
  return room.replace(/\.ts$/, '');
}

function importsOf(file: string): string[] {
  const parsed = parseSync(file, readFileSync(path.join(root, file), 'utf8'));
  const fixed = [
    ...parsed.module.staticImports.map((entry) => entry.moduleRequest.value),
    ...parsed.module.staticExports.flatMap((entry) =>
      entry.entries.map((item) => item.moduleRequest?.value ?? ''),
    ),
  ];
  const lazy = [...readFileSync(path.join(root, file), 'utf8').matchAll(/\bimport\(\s*'([^']+)'/g)].map(
    (match) => match[1] ?? '',
  );
  return [...fixed, ...lazy].filter((specifier) => specifier !== '');
}

function targetOf(file: string, specifier: string): string {
  if (!specifier.startsWith('.'))
    return specifier.startsWith('node:') ? specifier : (specifier.split('/')[0] ?? specifier);
  return roomOf(path.normalize(path.join(path.dirname(file), specifier)));
}

function isAllowed(room: string, target: string): boolean {
  const allowed = MAY_IMPORT[room] ?? [];
  if (target === room || allowed.includes('*') || allowed.includes(target)) return true;
  return target.startsWith('node:') && allowed.includes('node:*');
}

describe('the layout', () => {
  it('is there to be looked at', () => {
    expect(files.length).toBeGreaterThan(20);
    expect(files.some((file) => file.startsWith('src/decide/'))).toBe(true);
  });

  it('has a row for every room', () => {
    expect([...new Set(files.map(roomOf))].filter((room) => MAY_IMPORT[room] === undefined)).toEqual([]);
  });

  it.each(files)('%s imports only what its room may', (file) => {
    const wrong = importsOf(file).filter((specifier) => !isAllowed(roomOf(file), targetOf(file, specifier)));
    expect(wrong).toEqual([]);
  });

  it.each(files.filter((file) => file.startsWith('src/adapters/')))(
    '%s does not reach into another adapter',
    (file) => {
      const own = file.split('/')[2];
      const others = importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => path.normalize(path.join(path.dirname(file), specifier)).split('/'))
        .filter((parts) => parts[1] === 'adapters' && parts[2] !== own);
      expect(others).toEqual([]);
    },
  );

  it.each(files.filter((file) => PURE.includes(roomOf(file))))(
    '%s takes no clock, no randomness and no process',
    (file) => {
      expect(IMPURE.exec(readFileSync(path.join(root, file), 'utf8'))?.[0]).toBeUndefined();
    },
  );

  it.each(files.filter((file) => roomOf(file) !== 'cli'))('%s does not read the environment', (file) => {
    expect(readFileSync(path.join(root, file), 'utf8')).not.toMatch(/process\.env/);
  });

  it('knows no drawers and no barrels', () => {
    expect(
      files.filter((file) => /\/(?:utils?|helpers?|common|shared|misc|index)(?:\.ts|\/)/.test(file)),
    ).toEqual([]);
  });

  it('keeps every file short enough to be read', () => {
    const long = [...files, ...globSync('{src,test,tools}/**/*.ts', { cwd: root })].filter(
      (file) => readFileSync(path.join(root, file), 'utf8').split('\n').length > 301,
    );
    expect(long).toEqual([]);
  });
});
