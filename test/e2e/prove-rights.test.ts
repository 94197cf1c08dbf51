import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NodeReport } from '../../src/model/node-report.ts';
import { proverWorld, sha256 } from '../world/prover.ts';

const NOBODY = 65_534;
const { a, place, start } = proverWorld();
const HAUNTED = path.join(import.meta.dirname, '../../bin/haunted.js');

// Only root can become somebody else; everything here is skipped for other users, who meet these faults in daily life.
const IS_ROOT = process.geteuid?.() === 0;
const CAN_SWITCH = IS_ROOT && spawnSync('setpriv', ['--reuid', String(NOBODY), 'true']).status === 0;
const CAN_UNSHARE =
  CAN_SWITCH &&
  spawnSync('unshare', ['--mount', 'mount', '-t', 'proc', '-o', 'hidepid=2', 'proc', '/proc']).status === 0;

const AS_NOBODY = ['--reuid', String(NOBODY), '--regid', String(NOBODY), '--clear-groups'];
const withCapabilities = (...names: string[]): string[] => {
  const list = names.map((name) => `+${name}`).join(',');
  return [...AS_NOBODY, '--inh-caps', list, '--ambient-caps', list];
};

/** `haunted prove` as an unprivileged user. */
function prove(
  words: readonly string[],
  who: readonly string[] = AS_NOBODY,
  before: readonly string[] = [],
): { code: number | null; said: string; report: NodeReport | null } {
  const line = [
    ...before,
    'setpriv',
    ...who,
    process.execPath,
    HAUNTED,
    'prove',
    '--cluster',
    'smars',
    '--hostname',
    'smars-04',
    ...words,
  ];
  const [program = '', ...rest] = line;
  const { status, stdout, stderr } = spawnSync(program, rest, {
    cwd: place(),
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], NODE_COMPILE_CACHE: cache },
  });
  return { code: status, said: stderr, report: stdout === '' ? null : NodeReport.parse(JSON.parse(stdout)) };
}

/** A copy of the service that everybody may reach, unless the mode says otherwise. */
function copyOf(mode: number): string {
  const file = path.join(place(), 'smars');
  copyFileSync(a().file, file);
  chmodSync(file, mode);
  return file;
}

let cache = '';
beforeAll(() => {
  cache = mkdtempSync(path.join(tmpdir(), 'prove-rights-'));
  chmodSync(cache, 0o777);
});
afterAll(() => rmSync(cache, { recursive: true }));

beforeEach(() => {
  for (const folder of [place(), path.dirname(place())]) chmodSync(folder, 0o755);
});

describe.skipIf(!CAN_SWITCH)('as another user (skipped unless root with setpriv)', () => {
  it('cannot see what a process of root runs, and says which capability is missing', async () => {
    const { pid } = await start(copyOf(0o755), a().words);
    const { code, said, report } = prove(['--pid', String(pid)]);
    expect({ code, report }).toEqual({ code: 1, report: null });
    expect(said).toContain('[NO_PERMISSION]');
    expect(said).toContain('CAP_SYS_PTRACE');
    expect(said).toContain('uid 0');
    expect(said).toContain('AmbientCapabilities=');
  });

  it('cannot see who listens on a port of root', async () => {
    const { port } = await start(copyOf(0o755), [...a().words, 'listen', '0']);
    const { code, said } = prove(['--port', String(port)]);
    expect(code).toBe(1);
    expect(said).toContain(`TCP port ${port} is listened on by a process of uid 0`);
    expect(said).toContain('[NO_PERMISSION]');
  });

  it('can see its own processes', async () => {
    const file = copyOf(0o755);
    const { pid, port } = await start(file, [...a().words, 'listen', '0'], {
      uid: NOBODY,
      gid: NOBODY,
      env: { FF_A: 'true' },
    });
    const { code, report } = prove(['--port', String(port), '--flag-env-prefix', 'FF_']);
    expect(code).toBe(0);
    expect(report).toMatchObject({
      process: { pid },
      binary_sha256: sha256(file),
      bound_flags: [{ flag: 'FF_A' }],
    });
  });

  it('cannot read a binary that may be run and not read, though the process is its own', async () => {
    const file = copyOf(0o111);
    const { pid } = await start(file, a().words, { uid: NOBODY, gid: NOBODY });
    const { code, said, report } = prove(['--pid', String(pid)]);
    expect({ code, report }).toEqual({ code: 1, report: null });
    expect(said).toMatch(/CAP_DAC_READ_SEARCH.*\[NO_PERMISSION\]/s);
  });

  it('can see everything with the two capabilities that the sentence names', async () => {
    const file = copyOf(0o700);
    const { pid } = await start(file, [...a().words, 'listen', '0'], { env: { FF_A: 'true' } });
    const { code, said, report } = prove(
      ['--pid', String(pid), '--flag-env-prefix', 'FF_'],
      withCapabilities('sys_ptrace', 'dac_read_search'),
    );
    expect({ code, said }).toMatchObject({ code: 0 });
    expect(report).toMatchObject({
      binary_sha256: sha256(file),
      bound_flags: [{ flag: 'FF_A' }],
      traffic: { listening: [expect.any(String)] },
    });
  });

  it('makes no report of half of it with one of them', async () => {
    const { pid } = await start(copyOf(0o755), a().words, { env: { FF_A: 'true' } });
    const { code, said, report } = prove(
      ['--pid', String(pid), '--flag-env-prefix', 'FF_'],
      withCapabilities('sys_ptrace'),
    );
    expect({ code, report }).toEqual({ code: 1, report: null });
    expect(said).toContain('CAP_DAC_READ_SEARCH');
  });

  it.each([
    ['flag file', '--flag-file', 'secret.json'],
    ['config file', '--config-file', 'secret.json'],
    ['list of received flags', '--received', 'secret.json'],
    ['file of a tree', '--tree', 'app'],
    ['file to compare with', '--path', 'secret.json'],
  ])('cannot prove with a %s it may not read', async (_what, option, name) => {
    mkdirSync(path.join(place(), 'app'));
    for (const file of ['secret.json', 'app/secret.json'])
      writeFileSync(path.join(place(), file), '{}', { mode: 0o600 });
    const { pid } = await start(copyOf(0o755), a().words, {
      uid: NOBODY,
      gid: NOBODY,
      cwd: path.join(place(), 'app'),
    });
    const { code, said, report } = prove(['--pid', String(pid), option, name]);
    expect({ code, report }).toEqual({ code: 1, report: null });
    expect(said).toContain('[NO_PERMISSION]');
    expect(said).toContain('secret.json');
  });

  it('keeps its memory where it may write, and goes on where it may not', async () => {
    const { pid } = await start(copyOf(0o755), a().words, { uid: NOBODY, gid: NOBODY });
    const state = path.join(place(), 'state');
    mkdirSync(state);
    chownSync(state, NOBODY, NOBODY);
    expect(prove(['--pid', String(pid), '--state', state])).toMatchObject({
      code: 0,
      said: expect.not.stringContaining('remembered'),
    });
    chownSync(state, 0, 0);
    const { code, said } = prove(['--pid', String(pid), '--state', state]);
    expect(code).toBe(0);
    expect(said).toContain('is remembered');
  });
});

describe.skipIf(!CAN_UNSHARE)('where /proc hides other users (skipped unless root may mount)', () => {
  const hidden = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount -t proc -o hidepid=2 proc /proc && exec "$@"',
    'sh',
  ];

  it.each([
    ['its id', (pid: number) => ['--pid', String(pid)]],
    ['its words', () => ['--command', `hidden-from-this-test-${process.pid}`]],
    ['its port', () => ['--port', '1']],
  ])('a process sought by %s is not "not there": haunted may not look', async (_what, wordsOf) => {
    const { pid } = await start(copyOf(0o755), [
      ...a().words,
      'name',
      `hidden-from-this-test-${process.pid}`,
    ]);
    const { code, said } = prove(wordsOf(pid), AS_NOBODY, hidden);
    expect(code).toBe(1);
    expect(said).toContain('[NO_PERMISSION]');
  });

  it('a process of its own is found by id, and any process with CAP_SYS_PTRACE', async () => {
    const own = await start(copyOf(0o755), a().words, { uid: NOBODY, gid: NOBODY });
    expect(prove(['--pid', String(own.pid)], AS_NOBODY, hidden).code).toBe(0);
    const roots = await start(a().file, [...a().words, 'name', `hidden-from-this-test-${process.pid}`]);
    const able = withCapabilities('sys_ptrace', 'dac_read_search');
    expect(
      prove(['--command', `hidden-from-this-test-${process.pid}`], able, hidden).report?.process?.pid,
    ).toBe(roots.pid);
  });
});

describe.skipIf(!CAN_UNSHARE)('a service in another mount namespace (skipped unless root may mount)', () => {
  it('is compared with the file that it would start, not with ours of that name', async () => {
    const file = copyOf(0o755);
    // Inside, another file lies at the same path; outside nothing changed.
    const inside = ['--mount', 'sh', '-c', 'mount --bind "$1" "$2" && shift && exec "$@"', 'sh'];
    const decoy = path.join(place(), 'decoy');
    writeFileSync(decoy, execFileSync('cat', [a().file]));
    chmodSync(decoy, 0o755);
    const { pid } = await start('unshare', [...inside, decoy, file, ...a().words]);
    const { report } = prove(
      ['--pid', String(pid), '--state', path.join(place(), 'state')],
      ['--reuid', '0'],
    );
    expect(report).toMatchObject({
      binary_sha256: sha256(decoy),
      binary_on_disk_sha256: sha256(decoy),
      binary_path: file,
    });
  });
});
