import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALWAYS, BUILDER, NODE, newKey } from '../../../test/world/trust.ts';
import type { Keyring } from '../../model/keyring.ts';
import { trustedKey } from '../../seal/keys.ts';
import { addToKeyring, readKeyring } from './keyring-file.ts';

const BUILDER_ENTRY = trustedKey(BUILDER, ALWAYS);

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'keyring-file-'));
  file = path.join(folder, 'keyring.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(keys: readonly unknown[]): void {
  writeFileSync(file, JSON.stringify({ schema: 'haunted.keyring/v1', keys }));
}

describe('readKeyring', () => {
  it('indexes the keys of a file', async () => {
    write([BUILDER_ENTRY]);
    expect((await readKeyring(file)).byKeyid.get(BUILDER.keyid)?.name).toBe('ci');
  });

  it.each([
    ['an unknown field', { ...BUILDER_ENTRY, extra: 1 }, 'is wrong at keys[0].extra: it is a field that'],
    [
      'a keyid in capitals',
      { ...BUILDER_ENTRY, keyid: BUILDER.keyid.toUpperCase() },
      'is wrong at keys[0].keyid: it must be',
    ],
    [
      'another key’s keyid',
      { ...BUILDER_ENTRY, keyid: NODE.keyid },
      'is wrong at keys[0]: keyid is not the sha256',
    ],
  ])('refuses %s', async (_what, entry, sentence) => {
    write([entry]);
    await expect(readKeyring(file)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: expect.stringContaining(`The keyring ${file} ${sentence}`),
    });
  });
});

describe('addToKeyring', () => {
  it('makes a keyring that is not there', async () => {
    await addToKeyring(file, BUILDER_ENTRY);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      schema: 'haunted.keyring/v1',
      keys: [BUILDER_ENTRY],
    });
    expect(readdirSync(folder)).toEqual(['keyring.json']);
  });

  it('keeps what is there', async () => {
    write([BUILDER_ENTRY]);
    await addToKeyring(file, trustedKey(NODE, ALWAYS));
    expect([...(await readKeyring(file)).byKeyid.keys()]).toEqual([BUILDER.keyid, NODE.keyid]);
  });

  it('loses no key when many are added at once', async () => {
    const keys = Array.from({ length: 12 }, (_, index) => newKey('node', `n${index}`));
    await Promise.all(keys.map(async (key) => await addToKeyring(file, trustedKey(key, ALWAYS))));
    const { keys: written } = JSON.parse(readFileSync(file, 'utf8')) as Keyring;
    expect(written.map(({ name }) => name).toSorted()).toEqual(keys.map(({ name }) => name).toSorted());
    expect(readdirSync(folder)).toEqual(['keyring.json']);
  });

  it('adds no key twice, and leaves the keyring and no lock behind', async () => {
    await addToKeyring(file, BUILDER_ENTRY);
    const before = readFileSync(file, 'utf8');
    await expect(addToKeyring(file, BUILDER_ENTRY)).rejects.toMatchObject({
      code: 'BAD_INPUT',
      message: `The keyring ${file} is wrong at keys[1]: the key ${BUILDER.keyid} is listed twice.`,
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
    expect(readdirSync(folder)).toEqual(['keyring.json']);
  });

  it('does not write over a file that is no keyring', async () => {
    writeFileSync(file, '{}');
    await expect(addToKeyring(file, BUILDER_ENTRY)).rejects.toMatchObject({ code: 'BAD_INPUT' });
    expect(readFileSync(file, 'utf8')).toBe('{}');
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  it('says which lock to remove when a command died with it', async () => {
    writeFileSync(`${file}.lock`, '');
    await expect(addToKeyring(file, BUILDER_ENTRY, { lockPatienceMs: 40 })).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: `${file} is being written by another command; if none runs, remove ${file}.lock and try again.`,
    });
    expect(existsSync(file)).toBe(false);
  });

  it('says that its folder is missing', async () => {
    await expect(addToKeyring(path.join(folder, 'absent', 'k.json'), BUILDER_ENTRY)).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('its folder does not exist'),
    });
  });
});
