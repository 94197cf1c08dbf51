import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newPrivateKey, signingKey } from '../../seal/keys.ts';
import { readPrivateKey, writePrivateKey } from './key-file.ts';

const SECRET = newPrivateKey({ role: 'node', name: 'n1', hostname: 'smars-01' }, 0);
const isRoot = process.geteuid?.() === 0;

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'key-file-'));
  file = path.join(folder, 'k.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('a private key file', () => {
  it('is written for its owner alone and can be read again', async () => {
    await writePrivateKey(file, SECRET);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const key = await readPrivateKey(file);
    expect(key).toMatchObject({ role: 'node', name: 'n1', hostname: 'smars-01' });
    expect(key.keyid).toBe(signingKey(SECRET, 'x').keyid);
  });

  it.each([
    ['a file', () => writeFileSync(file, 'precious')],
    ['a link to nowhere', () => symlinkSync('nowhere', file)],
  ])('never takes the place of %s', async (_what, make) => {
    make();
    await expect(writePrivateKey(file, SECRET)).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: `${file} exists already, and a key is never overwritten; choose another file with --out.`,
    });
    expect(existsSync(path.join(folder, 'nowhere'))).toBe(false);
  });

  it('leaves a file that was there as it was', async () => {
    writeFileSync(file, 'precious');
    await writePrivateKey(file, SECRET).catch(() => undefined);
    expect(readFileSync(file, 'utf8')).toBe('precious');
  });

  it('cannot be written into a folder that is not there', async () => {
    await expect(writePrivateKey(path.join(folder, 'absent', 'k.json'), SECRET)).rejects.toMatchObject({
      code: 'CANNOT_WRITE',
      message: expect.stringContaining('its folder does not exist'),
    });
  });
});

describe('a private key file is refused', () => {
  it.each([0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666])('with mode %o', async (mode) => {
    await writePrivateKey(file, SECRET);
    chmodSync(file, mode);
    await expect(readPrivateKey(file)).rejects.toMatchObject({
      code: 'KEY_UNSAFE',
      message: `The private key ${file} is open to other users (mode ${mode.toString(8)}); run \`chmod 600 ${file}\`, and make a new key if others had access.`,
    });
  });

  it.each([0o600, 0o400])('not with mode %o', async (mode) => {
    await writePrivateKey(file, SECRET);
    chmodSync(file, mode);
    expect((await readPrivateKey(file)).name).toBe('n1');
  });

  it('behind a link that hides its mode', async () => {
    await writePrivateKey(file, SECRET);
    chmodSync(file, 0o644);
    symlinkSync(file, path.join(folder, 'link'));
    linkSync(file, path.join(folder, 'hard'));
    for (const name of ['link', 'hard'])
      await expect(readPrivateKey(path.join(folder, name))).rejects.toMatchObject({ code: 'KEY_UNSAFE' });
  });

  it.runIf(isRoot)('when it belongs to another user', async () => {
    await writePrivateKey(file, SECRET);
    chownSync(file, 65_534, 65_534);
    await expect(readPrivateKey(file)).rejects.toMatchObject({
      code: 'KEY_UNSAFE',
      message: `The private key ${file} belongs to another user (uid 65534); only its owner may use it.`,
    });
  });

  it.each([
    ['that is missing', null, 'NOT_FOUND', 'does not exist'],
    ['that is empty', '', 'BAD_INPUT', 'is empty'],
    ['that is too large', ' '.repeat(64 * 1024 + 1), 'TOO_LARGE', 'is larger than'],
    ['with a key twice', '{"schema":1,"schema":1}', 'BAD_INPUT', 'the key "schema" is there twice'],
    [
      'of another version',
      '{"schema":"haunted.private-key/v2"}',
      'BAD_INPUT',
      'is haunted.private-key/v2; this version',
    ],
    ['with an unknown field', JSON.stringify({ ...SECRET, extra: 1 }), 'BAD_INPUT', 'is wrong at extra'],
    [
      'without a key',
      JSON.stringify({ ...SECRET, private_key: 'x' }),
      'BAD_INPUT',
      'is not an ed25519 key in PEM',
    ],
  ])('%s', async (_what, content, code, sentence) => {
    if (content !== null) writeFileSync(file, content, { mode: 0o600 });
    await expect(readPrivateKey(file)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(/^The private key /),
    });
    await expect(readPrivateKey(file)).rejects.toThrow(sentence);
  });
});
