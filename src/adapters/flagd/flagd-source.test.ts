import {
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CONTRACT_FLAGS, flagSourceContract } from '../../../test/world/flag-source-contract.ts';
import { Fault } from '../../fault.ts';
import { flagdText } from './definitions.ts';
import { flagdSource } from './flagd-source.ts';
import type { FlagdSource } from './flagd-source.ts';

const FRESH = { etag: null, lastModified: null };
const NEVER_MS = 2 ** 30;

let folder = '';
let problems: (string | null)[] = [];
const opened: FlagdSource[] = [];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'flagd-'));
  problems = [];
});
afterEach(() => {
  for (const source of opened.splice(0)) source.close();
  rmSync(folder, { recursive: true });
});

function write(document: unknown, name = 'flags.json'): void {
  writeFileSync(
    path.join(folder, 'next'),
    typeof document === 'string' ? document : JSON.stringify(document),
  );
  renameSync(path.join(folder, 'next'), path.join(folder, name));
}

async function open(everyMs = NEVER_MS): Promise<FlagdSource> {
  const file = path.join(folder, 'flags.json');
  const source = await flagdSource({
    path: file,
    file: 'flags.json',
    read: async () => {
      try {
        return JSON.parse(readFileSync(file, 'utf8')) as unknown;
      } catch {
        throw new Fault('BAD_INPUT', 'The file flags.json cannot be read.');
      }
    },
    everyMs,
    onReload: (problem) => void problems.push(problem),
  });
  opened.push(source);
  return source;
}

function withText(text: string): object {
  return {
    flags: { greeting: { state: 'ENABLED', variants: { a: text }, defaultVariant: 'a' } },
  };
}

async function greeting(source: FlagdSource): Promise<unknown> {
  const said = await source.evaluate('greeting', {});
  return said.kind === 'value' ? said.value : said.kind;
}

describe('a flagd file', () => {
  flagSourceContract(async () => {
    write(CONTRACT_FLAGS);
    return await open();
  });

  it('may list its flags', async () => {
    write({ flags: [{ key: 'listed', state: 'ENABLED', variants: { a: 1 }, defaultVariant: 'a' }] });
    const source = await open();
    expect(await source.evaluate('listed', {})).toMatchObject({ kind: 'value', value: 1 });
    expect(await source.evaluate('0', {})).toEqual({ kind: 'not_found' });
  });

  it('may share rules', async () => {
    write({
      $evaluators: { isMember: { '==': [{ var: 'firm' }, 'member'] } },
      flags: {
        f: {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          targeting: { if: [{ $ref: 'isMember' }, 'on', 'off'] },
        },
      },
    });
    expect(await (await open()).evaluate('f', { firm: 'member' })).toMatchObject({ value: true });
  });

  it('leaves out metadata that OFREP cannot carry', async () => {
    write({
      flags: {
        f: {
          state: 'ENABLED',
          variants: { on: true },
          defaultVariant: 'on',
          metadata: { good: 1, list: [1], nothing: null, deep: { a: 1 } },
        },
      },
    });
    expect(await (await open()).evaluate('f', {})).toMatchObject({ metadata: { good: 1 } });
  });

  it('gives the code’s default where it has no default variant', async () => {
    write({ flags: { f: { state: 'ENABLED', variants: { on: true }, defaultVariant: null } } });
    expect(await (await open()).evaluate('f', {})).toMatchObject({ kind: 'code_default' });
  });
});

describe('a flagd file that changes', () => {
  it.each<[string, () => void]>([
    [
      'is written over',
      () => writeFileSync(path.join(folder, 'flags.json'), JSON.stringify(withText('new'))),
    ],
    ['is replaced', () => write(withText('new'))],
    [
      'is a link that is turned',
      () => {
        write(withText('new'), 'second.json');
        symlinkSync('second.json', path.join(folder, 'link'));
        renameSync(path.join(folder, 'link'), path.join(folder, 'flags.json'));
      },
    ],
  ])('and %s is read again, and listeners are told', async (_, change) => {
    write(withText('old'));
    const source = await open(20);
    const version = source.version();
    const told = new Promise<void>((resolve) => void source.onChange(resolve));
    change();
    await told;
    expect(await greeting(source)).toBe('new');
    expect(source.version()).not.toBe(version);
    expect(problems).toEqual([null]);
  });

  it.each([
    ['is no JSON', '{'],
    ['is empty', ''],
    ['holds no flags', {}],
    ['has a flag without variants', { flags: { greeting: { state: 'ENABLED' } } }],
    ['has a state that is none', { flags: { greeting: { state: 'on', variants: { a: 1 } } } }],
    [
      'has a default that is no variant',
      { flags: { greeting: { state: 'ENABLED', variants: { a: 1 }, defaultVariant: 'b' } } },
    ],
  ])('and then %s keeps its last good flags and says why', async (_, broken) => {
    write(withText('old'));
    const source = await open();
    const version = source.version();
    write(broken);
    await source.look();
    expect(await greeting(source)).toBe('old');
    expect(source.version()).toBe(version);
    expect(problems).toEqual([expect.stringMatching(/flags\.json/)]);
    write(withText('new'));
    await source.look();
    expect(await greeting(source)).toBe('new');
    expect(problems).toEqual([expect.any(String), null]);
  });

  it('and goes away keeps its last good flags', async () => {
    write(withText('old'));
    const source = await open();
    unlinkSync(path.join(folder, 'flags.json'));
    await source.look();
    expect(await greeting(source)).toBe('old');
    expect(problems).toHaveLength(1);
  });

  it('is read again before a caller that heard of a change is answered', async () => {
    write(withText('old'));
    const source = await open();
    write(withText('new'));
    const stale = await source.evaluateAll(['greeting'], {}, FRESH);
    const fresh = await source.evaluateAll(['greeting'], {}, { etag: 'x', lastModified: null });
    const valueOf = (all: typeof stale): unknown =>
      all.kind === 'flags' ? all.byFlag.get('greeting') : null;
    expect([valueOf(stale), valueOf(fresh)]).toMatchObject([{ value: 'old' }, { value: 'new' }]);
  });

  it('tells nobody when its content is the same', async () => {
    write(withText('old'));
    const source = await open();
    source.onChange(() => problems.push('told'));
    write(withText('old'));
    await source.look();
    expect(problems).toEqual([]);
  });
});

describe('a definition that cannot be used', () => {
  it.each([
    [null, 'has no `flags`'],
    [[], 'has no `flags`'],
    [{ flags: null }, 'has no `flags`'],
    [{ flags: [{}] }, 'has no `key` in entry 1'],
    [{ flags: [{ key: '' }] }, 'has no `key` in entry 1'],
    [
      {
        flags: [
          { key: 'a', state: 'ENABLED', variants: {} },
          { key: 'a', state: 'ENABLED', variants: {} },
        ],
      },
      'defines the flag "a" twice',
    ],
    [{ flags: { a: null } }, 'defines the flag "a" without `variants`'],
    [{ flags: { a: { variants: {}, state: 'enabled' } } }, 'gives the flag "a" a state'],
  ])('%j', (document, words) => {
    expect(() => flagdText(document, 'f.json')).toThrow(words);
  });
});
