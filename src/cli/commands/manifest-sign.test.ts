import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import type { CommandFolder } from '../../../test/fixtures/command-folder.ts';
import { NOW } from '../../../test/world/documents.ts';
import { soundManifest } from '../../../test/world/trust.ts';

let here: CommandFolder;
beforeEach(async () => {
  here = commandFolder(NOW);
  here.write('m.json', JSON.stringify(soundManifest(), null, 2));
  await here.run(
    'keys',
    'new',
    '--role',
    'builder',
    '--name',
    'ci',
    '--out',
    'ci.json',
    '--keyring',
    'keyring.json',
  );
  await here.run(
    'keys',
    'new',
    '--role',
    'node',
    '--name',
    'n1',
    '--out',
    'n1.json',
    '--keyring',
    'keyring.json',
  );
});
afterEach(() => here.remove());

const VERIFY = ['manifest', 'verify', 'm.dsse.json', '--keyring', 'keyring.json'] as const;

describe('haunted manifest sign', () => {
  it('writes an envelope that haunted manifest verify lets in', async () => {
    const signed = await here.run('manifest', 'sign', 'm.json', '--key', 'ci.json', '--out', 'm.dsse.json');
    expect(signed).toEqual({ exit: 0, stdout: '', stderr: '' });
    const ran = await here.run(...VERIFY);
    expect(ran).toMatchObject({ exit: 0, stderr: '' });
    expect(ran.stdout).toContain('VERIFIED m.dsse.json\nsigned by    ci (builder, keyid ');
    expect(ran.stdout).toContain(`manifest     ${soundManifest().manifest_sha256}\n`);
  });

  it('prints the envelope when it is not told where to put it', async () => {
    const ran = await here.run('manifest', 'sign', 'm.json', '--key', 'ci.json');
    here.write('m.dsse.json', ran.stdout);
    expect((await here.run(...VERIFY, '--format', 'json')).stdout).toContain('"ok": true');
  });

  it.each([
    [
      'with a node’s key',
      ['m.json', '--key', 'n1.json'],
      'The key "n1" is a node key, and only a builder key signs a manifest. [BAD_INPUT]',
    ],
    ['without a key', ['m.json'], '--key is missing: give the builder’s private key file. [BAD_USAGE]'],
    [
      'without a manifest',
      ['--key', 'ci.json'],
      'Give one manifest: `haunted manifest sign FILE --key FILE`. [BAD_USAGE]',
    ],
    [
      'with two manifests',
      ['m.json', 'm.json', '--key', 'ci.json'],
      'Give one manifest: `haunted manifest sign FILE --key FILE`. [BAD_USAGE]',
    ],
    [
      'that is not JSON',
      ['broken.json', '--key', 'ci.json'],
      'The manifest broken.json is not strict JSON at line 1, column 2: the end where a key in quotes should be. [BAD_INPUT]',
    ],
    [
      'that is in an envelope',
      ['sealed.json', '--key', 'ci.json'],
      'The manifest sealed.json is in an envelope already. [BAD_INPUT]',
    ],
    [
      'with a wrong digest',
      ['wrong.json', '--key', 'ci.json'],
      'The manifest wrong.json is not worth a signature: its manifest_sha256 is ',
    ],
    [
      'to a folder that is not there',
      ['m.json', '--key', 'ci.json', '--out', 'absent/m.json'],
      'could not be written: its folder does not exist. Nothing was changed. [CANNOT_WRITE]',
    ],
  ])('signs nothing %s', async (_what, words, sentence) => {
    here.write('broken.json', '{');
    here.write('sealed.json', '{"payloadType":"x","payload":"","signatures":[]}');
    here.write('wrong.json', JSON.stringify({ ...soundManifest(), generation: 2 }));
    const ran = await here.run('manifest', 'sign', ...words);
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });
});

describe('haunted manifest verify', () => {
  const LATER = ['--valid-until', '2012-08-01T11:00:00Z'];

  it.each([
    ['a bare manifest', ['m.json'], 'unsigned'],
    ['an envelope of something else', ['other.json'], 'wrong_predicate'],
    ['a key that has expired by then', ['m.dsse.json', '--now', '2012-08-01T11:00:00Z'], 'key_expired'],
  ])('ends with 2 and the reason for %s', async (_what, words, reason) => {
    await here.run(
      'keys',
      'new',
      '--role',
      'builder',
      '--name',
      'b2',
      '--out',
      'b2.json',
      '--keyring',
      'keyring.json',
      ...LATER,
    );
    await here.run('manifest', 'sign', 'm.json', '--key', 'b2.json', '--out', 'm.dsse.json');
    here.write('other.json', '{"payloadType":"x","payload":"","signatures":[]}');
    const [file = '', ...more] = words;
    const ran = await here.run('manifest', 'verify', file, '--keyring', 'keyring.json', ...more);
    expect(ran).toMatchObject({ exit: 2, stderr: '' });
    expect(ran.stdout).toMatch(new RegExp(`^REFUSED ${file} \\[${reason}\\]\\n.+\\n$`));
    const json = await here.run(
      'manifest',
      'verify',
      file,
      '--keyring',
      'keyring.json',
      ...more,
      '--format',
      'json',
    );
    expect(json.exit).toBe(2);
    expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, file, reason });
  });

  it('finds the keyring that haunted.yaml names', async () => {
    await here.run('manifest', 'sign', 'm.json', '--key', 'ci.json', '--out', 'm.dsse.json');
    here.write('haunted.yaml', 'keyring: keyring.json\n');
    expect((await here.run('manifest', 'verify', 'm.dsse.json')).exit).toBe(0);
  });

  it.each([
    ['no manifest', [], 'Give one manifest: `haunted manifest verify FILE --keyring FILE`. [BAD_USAGE]'],
    [
      'two manifests',
      ['m.json', 'm.json'],
      'Give one manifest: `haunted manifest verify FILE --keyring FILE`. [BAD_USAGE]',
    ],
    [
      'no keyring',
      ['m.json'],
      '--keyring is missing: give the keyring that says whose signatures count. [BAD_USAGE]',
    ],
    ['a missing keyring', ['m.json', '--keyring', 'absent.json'], '[NOT_FOUND]'],
    ['a missing manifest', ['absent.json', '--keyring', 'keyring.json'], '[NOT_FOUND]'],
    [
      'a manifest that cannot be read',
      ['keyring.json', '--keyring', 'keyring.json'],
      'The manifest keyring.json is haunted.keyring/v1; this version of haunted reads haunted.manifest/v1. [BAD_INPUT]',
    ],
  ])('ends with 1 for %s', async (_what, words, sentence) => {
    const ran = await here.run('manifest', 'verify', ...words);
    expect(ran).toMatchObject({ exit: 1, stdout: '' });
    expect(ran.stderr).toContain(sentence);
  });
});
