import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../fault.ts';
import { loadConfig, localService } from './config.ts';
import type { Io } from './io.ts';
import { parseConfig } from './parse-config.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-config-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function* nothing() {}

function ioIn(cwd: string, env: Io['env'] = {}): Io {
  return {
    stdout: () => undefined,
    stderr: () => undefined,
    stdin: nothing,
    isStdoutTty: false,
    isStderrTty: false,
    env,
    cwd,
    now: () => 0,
    signal: new AbortController().signal,
  };
}

function folderWith(name: string, yaml: string): string {
  const at = path.join(folder, name);
  mkdirSync(at, { recursive: true });
  writeFileSync(path.join(at, 'haunted.yaml'), yaml);
  return at;
}

async function faultOf(promise: Promise<unknown>): Promise<Fault> {
  const caught: unknown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(caught).toBeInstanceOf(Fault);
  return caught as Fault;
}

function faultOfText(text: string): Fault {
  try {
    parseConfig(text, 'haunted.yaml');
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

describe('haunted.yaml', () => {
  it('may be missing: then nothing is known', async () => {
    const empty = path.join(folder, 'empty');
    mkdirSync(empty);
    expect(await loadConfig(ioIn(empty))).toEqual({
      file: null,
      folder: empty,
      config: {},
      policyFile: null,
    });
  });

  it('is looked for in the current folder and never in a parent', async () => {
    const parent = folderWith('parent', 'cluster: smars\n');
    const child = path.join(parent, 'child');
    mkdirSync(child);
    expect((await loadConfig(ioIn(child))).file).toBeNull();
    expect((await loadConfig(ioIn(parent))).config.cluster).toBe('smars');
  });

  it('gives paths of this machine from its own folder, and leaves paths of the service as written', async () => {
    const at = folderWith(
      'paths',
      [
        'keyring: keys/ring.json',
        'history: manifests',
        'inventory: { ansible: hosts.ini }',
        'ssh: { config_file: ssh_config, identity_file: /etc/haunted/id }',
        'service: { pid_file: run/smars.pid, flag_files: [flags.json] }',
      ].join('\n'),
    );
    const loaded = await loadConfig(ioIn(folder), path.join(at, 'haunted.yaml'));
    expect(loaded.folder).toBe(at);
    expect(loaded.config).toMatchObject({
      keyring: path.join(at, 'keys/ring.json'),
      history: path.join(at, 'manifests'),
      inventory: { ansible: path.join(at, 'hosts.ini') },
      ssh: { config_file: path.join(at, 'ssh_config'), identity_file: '/etc/haunted/id', parallel: 32 },
      service: { pid_file: 'run/smars.pid', flag_files: ['flags.json'] },
    });
    expect(localService(loaded)).toEqual({
      pid_file: path.join(at, 'run/smars.pid'),
      flag_files: [path.join(at, 'flags.json')],
    });
  });

  it('yields to the environment, and an empty variable is one that is not set', async () => {
    const at = folderWith('environment', 'cluster: smars\nkeyring: ring.json\nhistory: manifests\n');
    const { config, policyFile } = await loadConfig(
      ioIn(at, {
        HAUNTED_CLUSTER: 'smars-test',
        HAUNTED_KEYRING: '../other.json',
        HAUNTED_HISTORY: '',
        HAUNTED_POLICY: 'policy.json',
      }),
    );
    expect(config).toEqual({
      cluster: 'smars-test',
      keyring: path.join(folder, 'other.json'),
      history: path.join(at, 'manifests'),
    });
    expect(policyFile).toBe(path.join(at, 'policy.json'));
  });

  it('refuses a cluster name from the environment that could fool a terminal', async () => {
    const fault = await faultOf(loadConfig(ioIn(folder, { HAUNTED_CLUSTER: 'a\u001b[2J' })));
    expect(fault.code).toBe('BAD_INPUT');
  });

  it.each([
    ['a file that was asked for and is not there', 'missing.yaml', 'NOT_FOUND'],
    ['a folder', '.', 'BAD_INPUT'],
  ])('%s is a fault', async (_title, name, code) => {
    expect((await faultOf(loadConfig(ioIn(folder), name))).code).toBe(code);
  });

  it('is refused when it is not UTF-8', async () => {
    const at = folderWith('latin', '');
    writeFileSync(path.join(at, 'haunted.yaml'), Buffer.from([0x63, 0x3a, 0xff]));
    expect((await faultOf(loadConfig(ioIn(at)))).code).toBe('BAD_INPUT');
  });
});

describe('a mistake in haunted.yaml is named with its line', () => {
  it.each<[string, string, number | null]>([
    ['a word that does not exist', 'cluster: smars\nclutser: x\n', 2],
    ['a word that does not exist, further in', 'ssh:\n  port: 22\n  prot: 23\n', 3],
    ['a value out of range', 'ssh:\n  port: 65536\n', 2],
    ['a host name with a space', 'inventory:\n  hosts:\n    - smars-01\n    - "smars 02"\n', 4],
    ['a host name that looks like an option', 'inventory:\n  hosts: [-oProxyCommand=x]\n', 2],
    ['a key twice', 'cluster: a\nkeyring: k\ncluster: b\n', 3],
    ['a broken quote', 'cluster: "smars\n', 2],
    ['an unknown tag', 'cluster: !danger x\n', 1],
    ['two documents', 'cluster: a\n---\ncluster: b\n', 2],
    ['a list where a map should be', '- cluster\n', 1],
    ['an unknown version', 'schema: haunted.config/v2\n', 1],
    ['nesting without end', '['.repeat(50_000), 1],
    ['nesting deeper than allowed', `cluster: ${'['.repeat(40)}${']'.repeat(40)}`, null],
    [
      'aliases that repeat each other',
      `a: &a [x, x, x, x]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]\n`,
      null,
    ],
  ])('%s', (_title, text, line) => {
    const fault = faultOfText(text);
    expect(fault.code).toBe('BAD_INPUT');
    expect(fault.message).toMatch(/^haunted\.yaml/);
    expect(fault.message).not.toContain('\n');
    expect(fault.detail['line'] ?? null).toBe(line);
  });

  it.each([
    ['clutser: x\n', '`clutser` is wrong: it is a field that this version of haunted does not know'],
    ['traffic: { lease_s: 0 }\n', '`traffic.lease_s` is wrong: it must be at least 1'],
    ['cluster: [a]\n', '`cluster` is wrong: it must be a text'],
    ['- a\n', 'the file is wrong: it must be an object'],
  ])('in the words of every other document: %j', (text, sentence) => {
    expect(faultOfText(text).message).toBe(
      `haunted.yaml line 1: ${sentence}; docs/config.md lists every field.`,
    );
  });
});
