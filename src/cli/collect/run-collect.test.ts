import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { testIo } from '../../../test/fixtures/test-io.ts';
import { collect } from '../commands/collect.ts';
import { runCommandLine } from '../run.ts';

const ROWS = [{ name: 'collect', summary: '', load: async () => collect }];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-collect-'));
  return () => rmSync(folder, { recursive: true });
});

type Answer = { readonly exit: number; readonly stdout: string; readonly stderr: string };

async function run(words: readonly string[], stdin = ''): Promise<Answer> {
  const { io, stdout, stderr } = testIo({ cwd: folder, stdin, now: Date.parse('2012-08-01T09:30:00Z') });
  const exit = await runCommandLine(['collect', ...words], ROWS, '0', io);
  return { exit, stdout: stdout(), stderr: stderr() };
}

function write(name: string, text: string): void {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
}

function report(hostname: string): object {
  return {
    schema: 'haunted.node-report/v1',
    cluster: 'smars',
    hostname,
    observed_at: '2012-08-01T09:29:00Z',
    sequence: 1,
    binary_sha256: 'a'.repeat(64),
    method: 'proc_exe',
    bound_flags: [],
    taking_live_traffic: true,
  };
}

function proof(hostname: string): object {
  const statement = { _type: 'https://in-toto.io/Statement/v1', predicate: report(hostname) };
  return {
    payloadType: 'application/vnd.in-toto+json',
    payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
    signatures: [{ keyid: 'k', sig: 'AA==' }],
  };
}

function failure(hostname: string): object {
  return {
    schema: 'haunted.collect-failure/v1',
    via: 'ssh',
    hostname,
    attempted_at: '2012-08-01T09:29:00Z',
    detail: 'it did not answer in time',
  };
}

describe('haunted collect from files', () => {
  it('passes on what was left, one line each, as it is', async () => {
    write('reports/a.json', JSON.stringify(report('a'), null, 2));
    write('reports/b.ndjson', `${JSON.stringify(proof('b'))}\n\n${JSON.stringify(report('c'))}\n`);
    write('reports/readme.txt', 'not evidence');
    const { exit, stdout, stderr } = await run(['--evidence', 'reports']);
    expect([exit, stderr]).toEqual([0, 'haunted collect: 3 servers gave a report.\n']);
    expect(stdout).toBe(
      [report('a'), proof('b'), report('c')].map((each) => `${JSON.stringify(each)}\n`).join(''),
    );
  });

  it('reads a list, and standard input', async () => {
    const { exit, stdout } = await run(['--evidence', '-'], JSON.stringify([report('a'), report('b')]));
    expect([exit, stdout.split('\n')]).toEqual([
      0,
      [JSON.stringify(report('a')), JSON.stringify(report('b')), ''],
    ]);
  });

  it('lists who is missing, and passes on who is not listed', async () => {
    write('haunted.yaml', 'inventory: { hosts: [a, b] }\n');
    const { exit, stdout, stderr } = await run(
      ['--evidence', '-'],
      JSON.stringify([report('a'), report('z')]),
    );
    expect(exit).toBe(1);
    expect(stdout.trim().split('\n').slice(1)).toEqual([
      JSON.stringify(report('z')),
      JSON.stringify({
        schema: 'haunted.collect-failure/v1',
        via: 'files',
        hostname: 'b',
        attempted_at: '2012-08-01T09:30:00.000Z',
        detail: 'no report of it was found',
      }),
    ]);
    expect(stderr).toContain('haunted collect: b: no report of it was found.\n');
    expect(stderr).toContain('1 of 2 servers gave a report.');
  });

  it('counts a failure that somebody recorded as no answer, and passes it on', async () => {
    const { exit, stdout } = await run(['--evidence', '-'], JSON.stringify([report('a'), failure('b')]));
    expect([exit, stdout.trim().split('\n')[1]]).toEqual([1, JSON.stringify(failure('b'))]);
  });

  it('lets a later answer stand for an earlier failure', async () => {
    expect((await run(['--evidence', '-'], JSON.stringify([failure('b'), report('b')]))).exit).toBe(0);
  });

  it('writes a file for each server into a folder', async () => {
    const words = ['--evidence', '-', '--out', 'out/'];
    expect((await run(words, JSON.stringify([report('a'), report('b'), report('b')]))).exit).toBe(0);
    expect(readdirSync(path.join(folder, 'out')).sort()).toEqual(['a.json', 'b.ndjson']);
    expect(readFileSync(path.join(folder, 'out/a.json'), 'utf8')).toBe(`${JSON.stringify(report('a'))}\n`);
  });

  it.each<[string, string]>([
    ['a line that is no JSON', `${JSON.stringify(report('a'))}\n{"broken"\n`],
    ['a document of another kind', JSON.stringify([report('a'), { schema: 'haunted.manifest/v1' }])],
    ['a report with a wrong digest', JSON.stringify([report('a'), { ...report('b'), binary_sha256: 'A' }])],
    ['a report with a hostile name', JSON.stringify([report('a'), report('-oProxyCommand=x')])],
    ['a number', '[1]'],
  ])('ends with 1 and a sentence for %s', async (_title, stdin) => {
    const { exit, stdout, stderr } = await run(['--evidence', '-'], stdin);
    expect([exit, stdout.split('\n').length <= 2]).toEqual([1, true]);
    expect(stderr).toMatch(/^haunted collect: stdin\S* .*\.\n/);
  });

  it.each<[string, readonly string[], string]>([
    ['a file that is not there', ['--evidence', 'nowhere.json'], 'NOT_FOUND'],
    ['an empty file', ['--evidence', 'empty.json'], 'BAD_INPUT'],
    ['an empty folder', ['--evidence', 'empty/'], 'BAD_INPUT'],
    ['no evidence', ['--via', 'files'], 'BAD_USAGE'],
    ['evidence and ssh', ['--via', 'ssh', '--evidence', '-'], 'BAD_USAGE'],
    ['a nonce nobody can be asked with', ['--evidence', '-', '--nonce', 'n'], 'BAD_USAGE'],
    ['a transport nobody knows', ['--via', 'pigeon'], 'BAD_USAGE'],
  ])('refuses %s', async (_title, words, code) => {
    write('empty.json', '');
    mkdirSync(path.join(folder, 'empty'));
    const { exit, stderr } = await run(words, '{}');
    expect([exit, stderr]).toEqual([1, expect.stringContaining(`[${code}]`)]);
  });
});

describe('haunted collect over ssh, before anybody is asked', () => {
  const WORDS = ['--cluster=smars', '--pid-file=/run/smars.pid', '--host=a'];

  it.each<[string, readonly string[], RegExp]>([
    ['no server', ['--cluster=smars', '--pid-file=/p'], /BAD_USAGE/],
    ['no cluster', ['--pid-file=/p', '--host=a'], /--cluster is missing.*BAD_USAGE/],
    ['no way to find the service', ['--cluster=smars', '--host=a'], /exactly one way.*BAD_USAGE/],
    ['two ways to find the service', [...WORDS, '--port=1'], /BAD_USAGE/],
    ['a server twice', [...WORDS, '--host=A'], /named twice.*BAD_INPUT/],
    [
      'a server like an option',
      ['--cluster=smars', '--pid-file=/p', '--host=-oProxyCommand=x'],
      /--host: .*BAD_INPUT/,
    ],
    ['a server with a blank', [...WORDS, '--host=a b'], /BAD_INPUT/],
    ['a server with an escape', [...WORDS, '--host=a\u001b[2J'], /"a\\u001b\[2J".*BAD_INPUT/],
    ['a user like an option', [...WORDS, '--user=-oProxyCommand=x'], /BAD_USAGE/],
    ['a user with a blank', [...WORDS, '--user=a b'], /BAD_USAGE/],
    ['a unit with a pattern', ['--cluster=smars', '--host=a', '--unit=smars*'], /BAD_USAGE/],
    ['a control group that climbs', ['--cluster=smars', '--host=a', '--cgroup=../x'], /BAD_USAGE/],
    ['an event without a nonce', [...WORDS, '--event=e'], /BAD_USAGE/],
    ['a group without an inventory', [...WORDS, '--group=web'], /BAD_USAGE/],
    ['no parallel at all', [...WORDS, '--parallel=0'], /--parallel.*BAD_USAGE/],
    ['a timeout that is none', [...WORDS, '--host-timeout=soon'], /--host-timeout.*BAD_USAGE/],
    ['an argument name with a blank', [...WORDS, '--flag-arg=a b'], /BAD_USAGE/],
    [
      'an inventory that is a program',
      [...WORDS.slice(0, 2), '--inventory=run.py'],
      /is a program.*BAD_INPUT/,
    ],
    [
      'an inventory that is not text',
      [...WORDS.slice(0, 2), '--inventory=latin.ini'],
      /not UTF-8.*BAD_INPUT/,
    ],
    [
      'an inventory with a mistake',
      [...WORDS.slice(0, 2), '--inventory=bad.ini'],
      /bad\.ini line 2 .*BAD_INPUT/,
    ],
    [
      'an inventory with a hostile name',
      [...WORDS.slice(0, 2), '--inventory=evil.yaml'],
      /evil\.yaml line 3: .*BAD_INPUT/,
    ],
    [
      'an inventory with a hostile address',
      [...WORDS.slice(0, 2), '--inventory=evil.ini'],
      /evil\.ini line 1: .*BAD_INPUT/,
    ],
    [
      'an inventory with nobody',
      [...WORDS.slice(0, 2), '--inventory=nobody.ini'],
      /names no server.*BAD_INPUT/,
    ],
    ['a word too many', [...WORDS, 'smars-01'], /takes no "smars-01".*BAD_USAGE/],
  ])('refuses %s', async (_title, words, message) => {
    write('run.py', '#!/usr/bin/env python3\n');
    writeFileSync(path.join(folder, 'latin.ini'), Buffer.from([0x61, 0xff, 0x0a]));
    write('bad.ini', 'a\n[web\n');
    write('evil.yaml', 'all:\n  hosts:\n    -oProxyCommand=x:\n');
    write('evil.ini', 'a ansible_host="-oProxyCommand=x"\n');
    write('nobody.ini', '[web]\n');
    const { exit, stdout, stderr } = await run(words);
    expect([exit, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('refuses a tree, which only a prover on the server can tell', async () => {
    write('haunted.yaml', 'service: { pid_file: /p, tree: /opt/app }\n');
    expect((await run(['--cluster=smars', '--host=a'])).stderr).toContain('[UNSUPPORTED]');
  });
});
