import { statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import type { CommandFolder } from '../../../test/fixtures/command-folder.ts';
import { NOW } from '../../../test/world/documents.ts';
import { readPrivateKey } from '../../adapters/files/key-file.ts';
import { readKeyring } from '../../adapters/files/keyring-file.ts';

let here: CommandFolder;
beforeEach(() => {
  here = commandFolder(NOW);
});
afterEach(() => here.remove());

const BUILDER = ['keys', 'new', '--role', 'builder', '--name', 'ci'] as const;
const NODE = ['keys', 'new', '--role', 'node', '--name', 'smars-01'] as const;

describe('haunted keys new', () => {
  it('writes the private half for its owner alone and trusts the public half', async () => {
    const ran = await here.run(...NODE, '--keyring', 'keyring.json', '--valid-until', '2013-01-01T00:00:00Z');
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    const file = path.join(here.folder, 'smars-01.node.key.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { keyid } = await readPrivateKey(file);
    expect((await readKeyring(path.join(here.folder, 'keyring.json'))).byKeyid.get(keyid)).toMatchObject({
      role: 'node',
      name: 'smars-01',
      hostname: 'smars-01',
      validUntil: Date.parse('2013-01-01T00:00:00Z'),
    });
    expect(ran.stdout).toBe(
      [
        'role        node',
        'name        smars-01',
        'hostname    smars-01',
        `keyid       ${keyid}`,
        'valid until 2013-01-01T00:00:00.000Z',
        'private key smars-01.node.key.json (keep it secret, mode 0600)',
        'keyring     keyring.json',
        '',
      ].join('\n'),
    );
  });

  it('prints the keyring’s entry as JSON, and never the private half', async () => {
    const ran = await here.run(...BUILDER, '--out', 'k.json', '--format', 'json');
    const key = await readPrivateKey(path.join(here.folder, 'k.json'));
    expect(JSON.parse(ran.stdout)).toMatchObject({ keyid: key.keyid, role: 'builder', name: 'ci' });
    expect(ran.stdout).not.toContain('PRIVATE');
    expect(ran.stdout).not.toContain('hostname');
  });

  it('says so when nobody trusts the key yet', async () => {
    const ran = await here.run(...BUILDER);
    expect(ran.stdout).toContain('keyring     none; nobody trusts it yet\n');
    expect(ran.stdout).toContain('valid until for ever\n');
    expect(ran.stdout).not.toContain('hostname');
  });

  it.each([
    [
      'a host of its own',
      ['--role', 'node', '--name', 'key 7', '--hostname', 'smars-07'],
      'key-7.node.key.json',
    ],
    ['a name that could leave the folder', ['--role', 'gate', '--name', '../../gate'], 'gate.gate.key.json'],
    ['a name in another script', ['--role', 'gate', '--name', '門'], 'key.gate.key.json'],
  ])('makes a file name from %s', async (_what, words, file) => {
    expect((await here.run('keys', 'new', ...words)).exit).toBe(0);
    expect((await readPrivateKey(path.join(here.folder, file))).role).toBe(words[1]);
  });

  it('never overwrites a key', async () => {
    await here.run(...BUILDER);
    const before = here.read('ci.builder.key.json');
    const ran = await here.run(...BUILDER);
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain('exists already, and a key is never overwritten');
    expect(here.read('ci.builder.key.json')).toBe(before);
  });

  it('takes the key back when the keyring cannot take it', async () => {
    here.write('keyring.json', '{}');
    const ran = await here.run(...BUILDER, '--keyring', 'keyring.json');
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(() => here.read('ci.builder.key.json')).toThrow('ENOENT');
    here.write('keyring.json', '{"schema":"haunted.keyring/v1","keys":[]}');
    expect((await here.run(...BUILDER, '--keyring', 'keyring.json')).exit).toBe(0);
  });

  it.each([
    ['without a role', ['--name', 'x'], '--role is missing: give one of builder, node, gate, operator.'],
    [
      'with a role that is none',
      ['--role', 'root', '--name', 'x'],
      '--role "root" is not one of builder, node, gate, operator.',
    ],
    ['without a name', ['--role', 'node'], '--name is missing: give who holds this node key.'],
    [
      'with a name that would disturb a terminal',
      ['--role', 'gate', '--name', 'a\u001b[2J'],
      '--name must be 1 to 256 printable characters.',
    ],
    [
      'with a host for a builder',
      ['--role', 'builder', '--name', 'ci', '--hostname', 'h'],
      '--hostname is for node keys only; a builder key speaks for no host.',
    ],
    [
      'with a name that is no host',
      ['--role', 'node', '--name', 'smars 01'],
      'A node key speaks for one host, and "smars 01" is not a host name; give it with --hostname.',
    ],
    [
      'with a host that is none',
      ['--role', 'node', '--name', 'x', '--hostname', 'a b'],
      'A node key speaks for one host, and "a b" is not a host name; give it with --hostname.',
    ],
    [
      'with a validity that is over',
      ['--role', 'gate', '--name', 'x', '--valid-until', '2012-08-01T10:00:00Z'],
      '--valid-until has passed already; such a key would never count.',
    ],
    [
      'with a validity that is no time',
      ['--role', 'gate', '--name', 'x', '--valid-until', 'tomorrow'],
      '--valid-until "tomorrow" is not a time: write it like 2012-08-01T09:30:00Z.',
    ],
    ['with a word too many', ['--role', 'gate', '--name', 'x', 'y'], '`haunted keys new` takes no "y".'],
  ])('makes nothing %s', async (_what, words, sentence) => {
    const ran = await here.run('keys', 'new', ...words);
    expect(ran).toEqual({ exit: 1, stdout: '', stderr: `haunted: ${sentence} [BAD_USAGE]\n` });
  });
});
