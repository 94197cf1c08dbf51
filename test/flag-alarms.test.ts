import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readAllDefinitions } from '../src/cli/flags/read-all-definitions.ts';
import { mergeDefinitions } from '../src/cli/flags/merge-definitions.ts';
import { scanSource } from '../src/cli/flags/scan-source.ts';
import { listedFlag } from '../src/cli/manifest/flags-of-source.ts';
import { readFlags } from '../src/scan/read-flags.ts';
import { hiddenPairs } from '../tools/flag-alarms/hidden-pairs.ts';
import { judgeChain, type ReleaseFlags } from '../tools/flag-alarms/judge-chain.ts';
import { bareTree, sourceOpener } from '../tools/flag-alarms/tagged-source.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'haunted-alarms-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function git(...words: readonly string[]): void {
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'tag.gpgSign=false'];
  execFileSync('git', [...who, ...words], { cwd: folder, stdio: 'ignore' });
}

/** A release: a file for each flag's reader, and a definition file that names the flags. */
function release(tag: string, flags: readonly string[], readers: Readonly<Record<string, string>>): void {
  rmSync(path.join(folder, 'src'), { recursive: true, force: true });
  mkdirSync(path.join(folder, 'src'));
  const off = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
  const named = Object.fromEntries(flags.map((flag) => [flag, off]));
  writeFileSync(path.join(folder, 'flags.json'), JSON.stringify({ flags: named }));
  for (const [file, text] of Object.entries(readers)) writeFileSync(path.join(folder, 'src', file), text);
  git('add', '-A');
  git('commit', '-qm', tag);
  git('tag', tag);
}

function reader(name: string, flag: string): string {
  return `import { client } from './sdk.js';\nexport function ${name}() {\n  return client.getBooleanValue('${flag}', false);\n}\n`;
}

async function flagsAt(tags: readonly string[]): Promise<ReleaseFlags[]> {
  const open = sourceOpener(bareTree(path.join(folder, '.git'), process.env), ['flags.json'], ['left/']);
  const found: ReleaseFlags[] = [];
  for (const tag of tags) {
    const { source, texts } = await open(tag);
    const definitions = await readAllDefinitions(texts, () => undefined);
    const parts = { source, texts, definitions, declared: [], previous: [], withHistory: false, readFlags };
    const scan = await scanSource({ ...parts, onProgress: () => undefined });
    const merged = mergeDefinitions(definitions);
    const flags = scan.flags.map((flag) => listedFlag(flag, merged.get(flag.flag) ?? null));
    found.push({ release: tag, flags });
  }
  return found;
}

describe('the alarms over the releases of a repository', () => {
  it('tell each reuse and return once, keep what was only reworked, and count', async () => {
    git('init', '-q', '-b', 'main');
    release('v1', ['peg', 'cart', 'lost'], {
      'a.ts': reader('powerPeg', 'peg'),
      'c.ts': reader('emptyCart', 'cart'),
    });
    release('v2', ['peg', 'cart'], {
      'b.ts': reader('routeRetail', 'peg'),
      'c.ts': reader('clearCart', 'cart'),
    });
    release('v3', ['peg', 'cart', 'lost'], {
      'b.ts': reader('routeRetail', 'peg'),
      'c.ts': reader('clearCart', 'cart'),
    });
    release('v4', ['peg', 'cart', 'lost'], {
      'd.ts': reader('routeRetail', 'peg'),
      'c.ts': reader('clearCart', 'cart'),
    });

    const releases = await flagsAt(['v1', 'v2', 'v3', 'v4']);
    const judged = judgeChain(releases);
    const told = judged.alarms.map(({ release: at, flag, codes, broken }) => [at, flag, codes, broken]);
    expect(told).toEqual([
      ['v2', 'peg', ['flag_reused'], 'purpose_and_functions'],
      ['v3', 'lost', ['flag_resurrected'], null],
    ]);
    expect(judged.alarms[0]).toMatchObject({
      before: { release: 'v1', functions: ['powerPeg'], files: ['src/a.ts'] },
      after: { release: 'v2', functions: ['routeRetail'], files: ['src/b.ts'] },
    });
    expect(judged.kept.map(({ release: at, flag }) => [at, flag])).toEqual([['v2', 'cart']]);
    expect(judged.flagReleases).toBe(11);
    expect(hiddenPairs(releases)).toEqual({ pairs: 4, byFunction: 0, byLikeness: 0 });
  });
});
