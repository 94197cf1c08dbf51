import { chmodSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.ts';
import { runCommandLine } from '../../src/cli/run.ts';
import { FlagComparison } from '../../src/model/flag-comparison.ts';
import { FlagScan } from '../../src/model/flag-scan.ts';
import { Manifest } from '../../src/model/manifest.ts';
import { gitFolder } from '../fixtures/git-folder.ts';
import { SARIF_RULES } from '../fixtures/sarif-rules.ts';
import { testIo } from '../fixtures/test-io.ts';

const world = gitFolder();

const CART = `import { OpenFeature } from '@openfeature/server-sdk';
const client = OpenFeature.getClient();
export async function openCart(): Promise<boolean> {
  return await client.getBooleanValue('new-cart', false);
}
export async function payCart(): Promise<boolean> {
  return await client.getBooleanValue('ghost', false);
}
`;
const flagd = (...names: readonly string[]): string =>
  JSON.stringify(
    {
      flags: Object.fromEntries(
        names.map((name) => [
          name,
          { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' },
        ]),
      ),
    },
    null,
    2,
  );

async function run(...argv: readonly string[]) {
  const { io, stdout, stderr } = testIo({ cwd: world.folder, now: Date.parse('2026-06-01T00:00:00Z') });
  const exit = await runCommandLine(argv, COMMANDS, '0.1.0', io);
  return { exit, stdout: stdout(), stderr: stderr() };
}

function urisIn(sarif: string): string[] {
  return [...sarif.matchAll(/"uri": "([^"]+)"/g)].map(([, uri = '']) => uri);
}

function row({ flag_ownership_table }: Manifest) {
  return flag_ownership_table.find(({ flag }) => flag === 'new-cart');
}

const SCAN = ['flags', 'scan', 'app', '--definitions', 'app/flags.json'] as const;

beforeAll(() => {
  world.write('CODEOWNERS', '/app/src/ @team-cart\n/app/flags.json @team-flags\n');
  world.write('app/src/cart.ts', CART);
  world.write('app/flags.json', flagd('new-cart', 'sleeper'));
  world.commit('ada', '2026-01-01T00:00:00Z');
});
afterAll(() => world.remove());

describe('haunted flags scan', () => {
  it('says of each flag where it is read, whose it is and who touched it last', async () => {
    const { exit, stdout, stderr } = await run(...SCAN, '--format', 'json');
    expect({ exit, stderr }).toEqual({ exit: 0, stderr: '' });
    const scan = FlagScan.parse(JSON.parse(stdout));
    expect(scan).toMatchObject({ commit: world.git('rev-parse', 'HEAD'), dirty: false, unreadable: [] });
    expect(scan.flags).toMatchObject([
      {
        flag: 'ghost',
        grade: 'evaluated',
        defined: false,
        owner: '@team-cart',
        owner_source: 'codeowners',
        state: 'dormant',
        last_modified: '2026-01-01T00:00:00Z',
        last_modified_by: 'ada',
        sites: [{ file: 'src/cart.ts', line: 7, symbol: 'payCart', kind: 'read' }],
      },
      {
        flag: 'new-cart',
        grade: 'evaluated',
        defined: true,
        definitions: [{ file: 'flags.json', line: 3, format: 'flagd' }],
        owner: '@team-cart',
        state: 'live',
        type: 'boolean',
      },
      { flag: 'sleeper', grade: 'absent', owner: '@team-flags', sites: [] },
    ]);
    expect((await run(...SCAN, '--format', 'json')).stdout).toBe(stdout);
  });

  it('takes a definition file that leads nowhere from here as one of the tree', async () => {
    const typed = await run('flags', 'scan', 'app', '--definitions', 'flags.json');
    expect(typed).toEqual(await run(...SCAN));
  });

  it('prints a table with both lists of strays', async () => {
    const { stdout } = await run(...SCAN);
    expect(stdout).toMatch(/^3 flags: 2 evaluated, 1 absent; commit [0-9a-f]{40}\n/);
    expect(stdout).toContain('Read but defined nowhere (1)\n  ghost  src/cart.ts:7 payCart\n');
    expect(stdout).toContain('Defined but read nowhere (1)\n  sleeper  flags.json:');
  });

  it('prints Markdown, and SARIF whose paths start at the top of the repository', async () => {
    expect((await run(...SCAN, '--format', 'markdown')).stdout).toContain('**Read but defined nowhere (1)**');
    const { stdout } = await run(...SCAN, '--format', 'sarif');
    const log = JSON.parse(stdout) as { runs: [{ results: { ruleId: string; locations: unknown[] }[] }] };
    const ajv = addFormats.default(new Ajv2020({ strict: false }));
    expect(ajv.validate(SARIF_RULES, log) ? [] : ajv.errors).toEqual([]);
    const [orphan, unread] = log.runs[0].results;
    expect(orphan).toMatchObject({
      ruleId: 'flag_read_not_defined',
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'app/src/cart.ts' }, region: { startLine: 7 } } },
      ],
    });
    expect(unread).toMatchObject({
      ruleId: 'flag_defined_not_read',
      locations: [{ physicalLocation: { artifactLocation: { uri: 'app/flags.json' } } }],
    });
  });

  it('points at a definition file beside the scanned folder from the top, too', async () => {
    const words = '--definitions app/flags.json --format sarif'.split(' ');
    const { stdout } = await run('flags', 'scan', 'app/src', ...words);
    expect(urisIn(stdout)).toEqual(['app/src/cart.ts', 'app/flags.json']);
  });

  it('says that it does not know who, where the history of a clone is cut off', async () => {
    const copy = path.join(world.folder, '.git/copy');
    world.git('clone', '-q', '--depth=1', `file://${world.folder}`, copy);
    const words = ['flags', 'scan', copy, '--definitions', 'app/flags.json', '--format', 'json'];
    const { stdout, stderr } = await run(...words);
    expect(stderr).toContain('is cut off (a shallow clone)');
    const scan = FlagScan.parse(JSON.parse(stdout));
    expect(new Set(scan.flags.map((flag) => flag.last_modified_by))).toEqual(new Set([null]));
    expect((await run(...words, '--no-history')).stderr).toBe('');
  });

  it('cannot look into a folder that this user may not read', async () => {
    const secret = path.join(world.folder, 'secret');
    mkdirSync(secret, { mode: 0o000 });
    chmodSync(world.folder, 0o755);
    const isRoot = process.geteuid?.() === 0;
    // Root may read everything, so for a moment the test is nobody.
    if (isRoot) process.seteuid?.(65_534);
    try {
      const { exit, stderr } = await run('flags', 'scan', 'secret');
      expect(exit).toBe(1);
      expect(stderr).toMatch(/^haunted: The source folder secret may not be read by this user/);
    } finally {
      if (isRoot) process.seteuid?.(0);
      rmdirSync(secret);
    }
  });

  it('lists every flag seen read when nothing defines them', async () => {
    const { stdout } = await run('flags', 'scan', 'app', '--no-history', '--format', 'json');
    const scan = FlagScan.parse(JSON.parse(stdout));
    expect(scan.flags.map(({ flag, last_modified }) => [flag, last_modified])).toEqual([
      ['ghost', null],
      ['new-cart', null],
    ]);
  });

  it.each([
    [['--strict'], 2, ''],
    [['--base', 'HEAD'], 0, ''],
    [['--base', 'nowhere'], 1, 'There is no commit "nowhere"'],
    [['--strict', '--base', 'HEAD'], 1, 'give one of the two'],
    [['--previous', 'gone.json'], 1, 'does not exist'],
  ])('with %j ends with %i', async (words, exit, sentence) => {
    const ran = await run(...SCAN, ...words);
    expect(ran.exit).toBe(exit);
    expect(ran.stderr).toContain(sentence);
  });

  it.each([
    [['flags', 'scan', 'nowhere'], 'The source folder nowhere does not exist'],
    [['flags', 'scan', 'CODEOWNERS'], 'CODEOWNERS is a file'],
    [['flags', 'scan', 'app', 'app'], 'Give one source folder'],
    [['flags', 'scan', 'app', '--definitions', 'gone.json'], 'The definition file gone.json does not exist'],
    [['flags', 'scan', 'app', '--definitions', 'CODEOWNERS'], 'CODEOWNERS'],
    [['flags', 'scan', 'app', '--strict'], 'give --definitions'],
  ])('cannot do %j, and says why', async (argv, sentence) => {
    const { exit, stdout, stderr } = await run(...argv);
    expect({ exit, stdout }).toEqual({ exit: 1, stdout: '' });
    expect(stderr).toContain(sentence);
  });

  it('takes definitions, own calls and paths to leave out from haunted.yaml', async () => {
    world.write('haunted.yaml', 'flags:\n  definitions: [app/flags.json]\n  ignore: [src/]\n');
    const scan = FlagScan.parse(JSON.parse((await run('flags', 'scan', 'app', '--format', 'json')).stdout));
    expect(scan.flags.map(({ flag, grade }) => [flag, grade])).toEqual([
      ['new-cart', 'absent'],
      ['sleeper', 'absent'],
    ]);
    world.git('clean', '-q', '-f', 'haunted.yaml');
  });
});

describe('a change', () => {
  it('got worse when a definition goes and its read stays', async () => {
    world.write('app/flags.json', flagd('sleeper'));
    const { exit, stdout } = await run(...SCAN, '--base', 'HEAD', '--format', 'json');
    const comparison = FlagComparison.parse(JSON.parse(stdout));
    expect(exit).toBe(2);
    expect(comparison.changes.map(({ flag, change }) => [flag, change])).toEqual([
      ['new-cart', 'removed_while_read'],
    ]);
    const table = await run(...SCAN, '--base', 'HEAD');
    expect(table.stdout).toContain("'new-cart' is defined no more, and src/cart.ts:4 still reads it.");
    world.git('checkout', '-q', '--', 'app');
  });

  it('is shown at the definition when no read is left to point at', async () => {
    world.write('app/src/cart.ts', CART.replace("'new-cart'", "'ghost'"));
    world.write('app/flags.json', flagd('new-cart', 'sleeper'));
    const { exit, stdout } = await run(...SCAN, '--base', 'HEAD', '--format', 'sarif');
    expect(exit).toBe(2);
    expect(urisIn(stdout)).toContain('app/flags.json');
    world.git('checkout', '-q', '--', 'app');
  });

  it('got better when the code of an orphan goes', async () => {
    world.write('app/src/cart.ts', CART.replace("'ghost'", "'new-cart'"));
    const { exit, stdout } = await run(...SCAN, '--base', 'HEAD');
    expect(exit).toBe(0);
    expect(stdout).toContain("Better (1)\n  'ghost' was read and defined nowhere, and is read no more.");
    world.git('checkout', '-q', '--', 'app');
  });
});

describe('haunted manifest create --source', () => {
  const CREATE = 'manifest create --deployment-id d --cluster c --binary CODEOWNERS --inventory s-1'.split(
    ' ',
  );
  const ENTRY = `schema: haunted.flags/v1
flags:
  new-cart:
    owner: team-of-the-file
    purpose: the new cart
    type: boolean
    state: live
    bound: true
    verification: verified
    verified_by: ada
    verified_at: 2026-05-01T00:00:00Z
`;

  async function table(...words: readonly string[]): Promise<Manifest> {
    const { exit, stdout, stderr } = await run(...CREATE, '--source', 'app', ...words);
    if (exit !== 0) throw new Error(stderr);
    return Manifest.parse(JSON.parse(stdout));
  }

  it('has the table of the scan, the commit, and tombstones for names that are gone', async () => {
    const manifest = await table('--definitions', 'app/flags.json');
    expect(manifest.source).toEqual({ commit: world.git('rev-parse', 'HEAD'), dirty: false });
    expect(manifest.flag_ownership_table.map(({ flag, state }) => [flag, state])).toEqual([
      ['ghost', 'dormant'],
      ['new-cart', 'live'],
      ['sleeper', manifest.bound_flags.includes('sleeper') ? 'dormant_but_bound' : 'dormant'],
    ]);
    mkdirSync(path.join(world.folder, '.git/made'), { recursive: true });
    writeFileSync(path.join(world.folder, '.git/made/1.json'), JSON.stringify(manifest));
    const flags = JSON.parse(readFileSync(path.join(world.folder, 'app/flags.json'), 'utf8')) as object;
    expect(flags).toHaveProperty('flags.sleeper');
    writeFileSync(path.join(world.folder, '.git/made/flags.json'), flagd('new-cart'));
    const next = await table('--definitions', '.git/made/flags.json', '--previous', '.git/made/1.json');
    expect(next.flag_ownership_table.map(({ flag, state }) => [flag, state])).toEqual([
      ['ghost', 'dormant'],
      ['new-cart', 'live'],
      ['sleeper', 'retired'],
    ]);
    expect(next.flag_ownership_table[1]?.meaning).toBe(manifest.flag_ownership_table[1]?.meaning);
  });

  it('takes the word of flags.yaml first, and verifies nothing in a dirty tree', async () => {
    world.write('.git/made/flags.yaml', ENTRY);
    const words = ['--flags', '.git/made/flags.yaml', '--definitions', 'app/flags.json'];
    expect(row(await table(...words))).toMatchObject({
      owner: 'team-of-the-file',
      purpose: 'the new cart',
      verification: 'verified',
      where: [{ file: 'src/cart.ts', line: 4, symbol: 'openCart' }],
    });
    world.write('app/src/more.ts', '');
    const dirty = await table(...words);
    expect(dirty.source?.dirty).toBe(true);
    expect(row(dirty)).toMatchObject({ verification: 'not_verified' });
    world.git('clean', '-q', '-f', 'app');
  });
});
