import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/cli/commands.ts';
import { runCommandLine } from '../src/cli/run.ts';
import { VERSION } from '../src/cli/version.ts';
import { buildDist } from '../tools/build.ts';
import { testIo } from './fixtures/test-io.ts';
import { published, runPublished } from './world/published.ts';
import type { Published, Ran } from './world/published.ts';

const SAMPLES = path.join(import.meta.dirname, '..', 'docs', 'examples', 'check');
const NOW = '--now 2026-03-02T09:00:00Z';

let haunted: Published;
let caches = 0;

beforeAll(async () => {
  haunted = await published();
});

afterAll(() => haunted.remove());

function newCache(): string {
  caches += 1;
  const cache = path.join(haunted.folder, `cache-${caches}`);
  mkdirSync(cache, { mode: 0o700 });
  return cache;
}

function run(line: string, cacheHome = newCache()): Ran {
  return runPublished(haunted, line.split(' '), cacheHome);
}

function keptIn(cacheHome: string): readonly string[] {
  return readdirSync(path.join(cacheHome, 'haunted'));
}

/** The same words in this checkout, from source and in memory. */
async function runSource(line: string): Promise<Ran> {
  const { io, stdout, stderr } = testIo({ cwd: haunted.folder, now: Date.now() });
  const exit = await runCommandLine(line.split(' '), COMMANDS, VERSION, io);
  return { exit, stdout: stdout(), stderr: stderr() };
}

const PROGRAMS = ['haunted.cjs', 'check.cjs', 'scan.cjs', 'agent.cjs', 'whole-model.cjs', 'yaml.cjs'];

describe('the published package', () => {
  it('holds what it needs and nothing else', () => {
    const others = haunted.files.filter((file) => !/^(?:bin|dist|schemas|docs|packaging)\//.test(file));
    expect(others).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json']);
    expect(haunted.files.filter((file) => file.startsWith('bin/'))).toEqual([
      'bin/haunted.js',
      'bin/package.json',
      'bin/run-build.js',
      'bin/small-footprint.js',
    ]);
    expect(haunted.files).toEqual(
      expect.arrayContaining([
        'dist/agent.cjs',
        'dist/check.cjs',
        'dist/haunted.cjs',
        'dist/scan.cjs',
        'dist/smol-toml.cjs',
        'dist/whole-model.cjs',
        'dist/yaml.cjs',
      ]),
    );
    expect(haunted.files).toContain('schemas/manifest.schema.json');
    expect(haunted.files).toContain('packaging/systemd/haunted-agent.service');
  });

  it('says its version and its commands', () => {
    expect(run('--version')).toEqual({ exit: 0, stdout: `${VERSION}\n`, stderr: '' });
    expect(run('--help')).toMatchObject({
      exit: 0,
      stdout: expect.stringContaining('check activate') as unknown,
      stderr: '',
    });
  });

  it('names no folder of the machine it was built on', () => {
    const programs = PROGRAMS.map((name) =>
      readFileSync(path.join(haunted.folder, 'package', 'dist', name), 'utf8'),
    );
    const program = programs.join('');
    expect(program).not.toContain(path.join(import.meta.dirname, '..'));
    expect(program).not.toContain(haunted.folder);
    expect(program).not.toMatch(/sourceMappingURL/);
    // V8 holds text outside ASCII in twice the memory.
    expect(program).not.toMatch(/[^\0-\x7f]/);
  });

  it('is the same bytes wherever it is built', async () => {
    const other = path.join(haunted.folder, 'elsewhere', 'deeper');
    await buildDist(other);
    for (const name of [...PROGRAMS, 'probe.sh'])
      expect(readFileSync(path.join(other, name))).toEqual(
        readFileSync(path.join(haunted.folder, 'package', 'dist', name)),
      );
  });
});

const UNINSTALL = `--plan ${SAMPLES}/plans/uninstall.json --current ${SAMPLES}/manifests/42-reused-flag.json --history ${SAMPLES}/manifests/41.json`;
const ACTIVATE = `check activate --manifest ${SAMPLES}/manifests/42.json --history ${SAMPLES}/manifests/41.json`;

describe('the published command answers as the source does', () => {
  it.each([
    [
      'a deploy',
      `check deploy --manifest ${SAMPLES}/manifests/42.json --current ${SAMPLES}/manifests/41.json --evidence ${SAMPLES}/reports/before.ndjson --accept-unsigned ${NOW}`,
    ],
    [
      'an activation',
      `${ACTIVATE} --evidence ${SAMPLES}/reports/one-left-behind.ndjson --accept-unsigned ${NOW}`,
    ],
    [
      'an activation for SARIF',
      `${ACTIVATE} --evidence ${SAMPLES}/reports/one-left-behind.ndjson --accept-unsigned --format sarif ${NOW}`,
    ],
    [
      'a rollback',
      `check rollback ${UNINSTALL} --evidence ${SAMPLES}/reports/one-left-behind.ndjson --accept-unsigned --format json ${NOW}`,
    ],
    [
      'signed proofs',
      `check proof --manifest ${SAMPLES}/signed/42.json --current ${SAMPLES}/signed/41.json --evidence ${SAMPLES}/signed/proofs.ndjson --event deploy-42 --nonce b1946ac92492d234 --keyring ${SAMPLES}/signed/keyring.json ${NOW}`,
    ],
    ['a folder of evidence', `${ACTIVATE} --evidence ${SAMPLES}/reports --accept-unsigned ${NOW}`],
    [
      'evidence that is a manifest',
      `${ACTIVATE} --evidence ${SAMPLES}/manifests/41.json --accept-unsigned ${NOW}`,
    ],
    [
      'a manifest that is evidence',
      `check activate --manifest ${SAMPLES}/reports/after.ndjson --evidence ${SAMPLES}/reports/after.ndjson`,
    ],
    [
      'a manifest that is another document',
      `check activate --manifest ${SAMPLES}/plans/uninstall.json --evidence ${SAMPLES}/reports/after.ndjson`,
    ],
    ['no evidence at all', `${ACTIVATE} --evidence ${SAMPLES}/none.json`],
    ['a wrong word', 'check activate --manifesto x'],
    ['a gate that is none', 'check everything'],
    ['no gate', 'check'],
    ['the help of a gate', 'check proof --help'],
    ['the help of the agent', 'agent --help'],
    ['an agent without a config', 'agent --config /nowhere/agent.yaml'],
    ['an agent with another document', `agent --config ${SAMPLES}/manifests/42.json`],
    ['an agent with YAML of another kind', 'agent --config package/dist/incidents/knight-2012/record.yaml'],
    [
      'a join without a token',
      'agent join --server http://127.0.0.1:1 --cluster c --hostname h --state state',
    ],
    ['a word of the agent that is none', 'agent exorcise'],
    ['what another part of the program has', 'agent list --server http://127.0.0.1:1'],
    ['a command that is none', 'exorcise'],
    ['a manifest shown', `manifest show ${SAMPLES}/manifests/42.json`],
    ['real incidents', 'incidents list --format json'],
    ['one of them', 'incidents show knight-2012'],
    ['which checks pay', 'incidents stats'],
    ['two manifests compared', `manifest diff ${SAMPLES}/manifests/41.json ${SAMPLES}/manifests/42.json`],
  ])('%s', async (_, line) => {
    const expected = await runSource(line);
    expect(run(line)).toEqual(expected);
    expect(expected.exit).not.toBe(70);
  });
});

describe('the compiled code the published command keeps', () => {
  const line = `${ACTIVATE} --evidence ${SAMPLES}/reports/one-left-behind.ndjson --accept-unsigned ${NOW}`;

  it('lies in a folder of the user, closed to others, one file for each command', () => {
    const cache = newCache();
    run(line, cache);
    run(line, cache);
    run('--version', cache);
    expect(keptIn(cache)).toHaveLength(2);
    expect(statSync(path.join(cache, 'haunted')).mode & 0o777).toBe(0o700);
    for (const name of keptIn(cache))
      expect(statSync(path.join(cache, 'haunted', name)).mode & 0o777).toBe(0o600);
  });

  it('changes no answer, whether it is there, cut short or of another program', () => {
    const cache = newCache();
    const first = run(line, cache);
    expect(run(line, cache)).toEqual(first);
    const [name = ''] = keptIn(cache);
    const file = path.join(cache, 'haunted', name);
    const code = readFileSync(file);
    for (const bad of [code.subarray(0, 1000), Buffer.alloc(code.length), Buffer.from('not code')]) {
      writeFileSync(file, bad);
      expect(run(line, cache)).toEqual(first);
      expect(readFileSync(file).length).toBeGreaterThan(10_000);
    }
  });

  it('is taken again by a scan, which runs its parsers under switches of its own', () => {
    const cache = newCache();
    const scan =
      'flags scan package/docs/examples/flags --definitions package/docs/examples/flags/flags.json';
    const kept = (): readonly number[] =>
      keptIn(cache).map((name) => statSync(path.join(cache, 'haunted', name)).ino);
    const first = run(scan, cache);
    const before = kept();
    expect(run(scan, cache)).toEqual(first);
    expect(first.exit).toBe(0);
    expect([before.length, kept()]).toEqual([1, before]);
  });

  it('is not read from or written to a folder that others may write to', () => {
    const cache = newCache();
    mkdirSync(path.join(cache, 'haunted'));
    chmodSync(path.join(cache, 'haunted'), 0o777);
    expect(run(line, cache).exit).toBe(2);
    expect(keptIn(cache)).toEqual([]);
  });

  it('is not kept for words that were wrong', () => {
    const cache = newCache();
    expect(run('exorcise', cache).exit).toBe(1);
    expect(keptIn(cache)).toEqual([]);
  });

  it.each([
    ['there is no place for it', 'relative/path'],
    ['its place cannot be made', '/dev/null'],
  ])('is done without when %s', (_, cache) => {
    expect(run(line, cache)).toEqual(run(line));
  });

  it('does not pile up', () => {
    const cache = newCache();
    mkdirSync(path.join(cache, 'haunted'), { mode: 0o700 });
    for (let number = 0; number < 64; number += 1)
      writeFileSync(path.join(cache, 'haunted', `old-${number}`), '');
    run(line, cache);
    expect(keptIn(cache)).toHaveLength(1);
  });
});
