import { chmodSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import type { CommandFolder } from '../../../test/fixtures/command-folder.ts';
import { NOW, at } from '../../../test/world/documents.ts';
import { ALWAYS, BUILDER, NODE } from '../../../test/world/trust.ts';
import { trustedKey } from '../../seal/keys.ts';

let here: CommandFolder;
beforeEach(() => {
  here = commandFolder(NOW);
});
afterEach(() => here.remove());

function writeKeyring(...keys: readonly unknown[]): void {
  here.write('keyring.json', JSON.stringify({ schema: 'haunted.keyring/v1', keys }));
}

describe('haunted keys show', () => {
  it('shows keyrings and private keys in one table, without the secret', async () => {
    writeKeyring(trustedKey(BUILDER, ALWAYS), trustedKey(NODE, ALWAYS));
    await here.run('keys', 'new', '--role', 'gate', '--name', 'gate-1', '--out', 'g.json');
    const ran = await here.run('keys', 'show', 'keyring.json', 'g.json');
    const gate = JSON.parse((await here.run('keys', 'show', 'g.json', '--format', 'json')).stdout) as {
      keyid: string;
    }[];
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(ran.stdout).toBe(
      [
        `${'KEYID'.padEnd(64)}  ROLE     NAME    HOST  VALID         FILE`,
        `${BUILDER.keyid}  builder  ci      -     always        keyring.json`,
        `${NODE.keyid}  node     n1      n1    always        keyring.json`,
        `${gate[0]?.keyid ?? ''}  gate     gate-1  -     private half  g.json`,
        '',
      ].join('\n'),
    );
  });

  it('says the same as JSON', async () => {
    writeKeyring(trustedKey(NODE, { from: at(-1), until: null }));
    const ran = await here.run('keys', 'show', 'keyring.json', '--format', 'json');
    expect(JSON.parse(ran.stdout)).toEqual([
      {
        file: 'keyring.json',
        kind: 'trusted',
        role: 'node',
        name: 'n1',
        hostname: 'n1',
        keyid: NODE.keyid,
        valid_from: at(-1),
        valid_until: null,
      },
    ]);
  });

  it.each([
    ['a key that counts until later', { from: null, until: at(1) }, `until ${at(1)} `],
    ['a key that has expired', { from: null, until: at(0) }, `until ${at(0)} (expired) `],
    ['a key that counts since now', { from: at(0), until: null }, `from ${at(0)} `],
    [
      'a key that does not count yet',
      { from: at(1), until: at(2) },
      `from ${at(1)} (not yet) until ${at(2)} `,
    ],
  ])('tells %s', async (_what, valid, words) => {
    writeKeyring(trustedKey(NODE, valid));
    expect((await here.run('keys', 'show', 'keyring.json')).stdout).toContain(`  ${words} keyring.json`);
  });

  it('prints no private key of a file that was left open, not even its public half', async () => {
    await here.run('keys', 'new', '--role', 'gate', '--name', 'gate-1', '--out', 'g.json');
    chmodSync(path.join(here.folder, 'g.json'), 0o644);
    const ran = await here.run('keys', 'show', 'g.json');
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain('[KEY_UNSAFE]');
  });

  it.each([
    ['no file', [], 'Say which file: `haunted keys show FILE` takes private keys and keyrings. [BAD_USAGE]'],
    ['a missing file', ['absent.json'], 'absent.json does not exist; check the path. [NOT_FOUND]'],
    ['a folder', ['.'], 'is a directory; name the file itself. [BAD_INPUT]'],
    [
      'another document',
      ['m.json'],
      'The keyring m.json is haunted.manifest/v1; this version of haunted reads haunted.keyring/v1. [BAD_INPUT]',
    ],
  ])('ends with 1 for %s', async (_what, files, sentence) => {
    here.write('m.json', '{"schema":"haunted.manifest/v1"}');
    const ran = await here.run('keys', 'show', ...files);
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });
});
