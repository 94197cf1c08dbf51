import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { at, flag, NOW, sha } from '../../test/world/documents.ts';
import { ownManifest } from '../../test/world/guards.ts';
import { sha256 } from '../../test/world/prover.ts';
import { ALWAYS, BUILDER, NODE, sealText } from '../../test/world/trust.ts';
import { readTree, treeDigest } from '../adapters/proc/release-tree.ts';
import { loadGuard } from '../exports/load-guard.ts';
import type { Manifest } from '../model/manifest.ts';
import { trustedKey } from '../seal/keys.ts';
import type { SigningKey } from '../seal/keys.ts';
import { signManifest } from '../seal/sign.ts';
import type { ArtifactSource, GuardOptions } from './load.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'guard-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const KEYRING = {
  schema: 'haunted.keyring/v1',
  keys: [trustedKey(BUILDER, ALWAYS), trustedKey(NODE, ALWAYS)],
};
const OURS: ArtifactSource = { sha256: sha('a') };

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

function signed(manifest: Manifest, key: SigningKey): object {
  return JSON.parse(signManifest(manifest, 'The manifest', key)) as object;
}

/** The guard with a bare manifest that is taken as it is. */
async function load(options: Partial<GuardOptions> = {}) {
  return await loadGuard({
    manifest: ownManifest(['on']),
    acceptUnsigned: true,
    artifact: OURS,
    now: () => NOW,
    ...options,
  });
}

describe('the manifest of this binary', () => {
  it('is read from a file or an object, bare on one’s own account', async () => {
    const file = write('manifest.json', JSON.stringify(ownManifest(['on'])));
    for (const manifest of [file, ownManifest(['on'])])
      expect([...(await load({ manifest })).rules.keys()]).toEqual(['on']);
  });

  it('is read when a builder of the keyring signed it', async () => {
    const keyring = write('keyring.json', JSON.stringify(KEYRING));
    const manifest = signed(ownManifest(['on']), BUILDER);
    for (const trust of [keyring, KEYRING])
      expect((await load({ manifest, keyring: trust, acceptUnsigned: false })).problem).toBeNull();
  });

  it.each<[string, () => Partial<GuardOptions>, string, string]>([
    [
      'unsigned',
      () => ({ acceptUnsigned: false }),
      'BAD_INPUT',
      'was refused: it carries no signature; sign it with `haunted manifest sign`, or take it on your own account with `acceptUnsigned: true`.',
    ],
    [
      'signed by a node',
      () => ({ manifest: sealText('{}', NODE), keyring: KEYRING }),
      'BAD_INPUT',
      'was refused: ',
    ],
    [
      'signed, and nobody is trusted',
      () => ({ manifest: signed(ownManifest([]), BUILDER), acceptUnsigned: false }),
      'BAD_INPUT',
      'was refused: ',
    ],
    [
      'changed after it was made',
      () => ({ manifest: { ...ownManifest([]), cluster: 'other' } }),
      'BAD_INPUT',
      'was refused: its manifest_sha256 is',
    ],
    ['another document', () => ({ manifest: KEYRING }), 'BAD_INPUT', 'The manifest given as an object'],
    [
      'not there',
      () => ({ manifest: path.join(folder, 'none.json') }),
      'NOT_FOUND',
      'none.json does not exist',
    ],
    ['cut off', () => ({ manifest: write('cut.json', '{"schema":') }), 'BAD_INPUT', 'cut.json'],
    [
      'in a ring',
      () => ({ manifest: Object.assign(new Map(), { toJSON: () => 7n }) }),
      'BAD_INPUT',
      'is no JSON',
    ],
    [
      'expired',
      () => ({ manifest: ownManifest([], { expires_at: at(0) }) }),
      'BAD_INPUT',
      'expired at 2012-08-01T10:00:00.000Z',
    ],
    [
      'another binary’s',
      () => ({ artifact: { sha256: sha('b') } }),
      'BAD_INPUT',
      "The manifest smars-rlp is another binary's: it is about",
    ],
    [
      'another binary’s beside a keyring that is none',
      () => ({ keyring: {} }),
      'BAD_INPUT',
      'The keyring given as an object',
    ],
    ['of a digest that is none', () => ({ artifact: { sha256: 'abc' } }), 'BAD_USAGE', 'artifact.sha256'],
    ['written too seldom', () => ({ reportEverySeconds: 101 }), 'BAD_USAGE', 'from 1 to 100'],
  ])('stops the start when it is %s', async (_what, options, code, sentence) => {
    await expect(load(options())).rejects.toMatchObject({
      name: 'Fault',
      code,
      message: expect.stringContaining(sentence),
    });
  });

  it('is not expired a moment before', async () => {
    expect((await load({ manifest: ownManifest([], { expires_at: at(0.001) }) })).problem).toBeNull();
  });

  it('may let the process start and refuse everything', async () => {
    const guard = await load({ artifact: { sha256: sha('b') }, whenNotOurs: 'refuse_all' });
    expect(guard.problem).toContain("is another binary's");
  });

  it('is joined by those in force elsewhere, which pass the same door', async () => {
    const other = ownManifest([flag('on'), flag('new', { unaware: 'ignore' })], { binary_sha256: sha('b') });
    const guard = await load({ alsoInForce: [other] });
    expect([...guard.ignorable]).toEqual(['new']);
    const alsoInForce = [signed(other, BUILDER)];
    await expect(load({ alsoInForce })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });
});

describe('the digest of this process', () => {
  it('is that of its executable, its folder or its file', async () => {
    write('app/server.js', 'x');
    write('app/log/today', 'x');
    const tree = path.join(folder, 'app');
    const code = treeDigest(readTree(tree, ['log']).entries);
    const file = path.join(tree, 'server.js');
    const cases = [
      ['executable', sha256(process.execPath), 'proc_exe'],
      [{ tree, skip: ['log'] }, code, 'tree_digest'],
      [{ file }, sha256(file), 'file_digest'],
      [OURS, sha('a'), 'self_report'],
    ] as const;
    for (const [artifact, binary_sha256, method] of cases) {
      const guard = await load({ manifest: ownManifest([], { binary_sha256 }), artifact });
      expect(guard.report(NOW)).toMatchObject({ binary_sha256, method, process: { pid: process.pid } });
    }
  });

  it('is taken of the executable by default, and says what to do when node itself is not meant', async () => {
    const { artifact: _artifact, ...options } = { manifest: ownManifest([]), artifact: OURS };
    await expect(loadGuard({ ...options, acceptUnsigned: true })).rejects.toMatchObject({
      message: expect.stringContaining('say which with `artifact: { tree: FOLDER }`'),
    });
  });

  it.each([
    ['a folder', () => ({ tree: path.join(folder, 'none') }), 'NOT_FOUND'],
    ['a file', () => ({ file: path.join(folder, 'none') }), 'NOT_FOUND'],
    ['a file that is a folder', () => ({ file: folder }), 'BAD_INPUT'],
    ['a folder that is a file', () => ({ tree: write('x', 'x') }), 'BAD_INPUT'],
  ])('cannot be taken without %s', async (_what, artifact, code) => {
    await expect(load({ artifact: artifact() })).rejects.toMatchObject({ name: 'Fault', code });
  });
});

it('reads an envelope whose payload is no manifest as what it is', async () => {
  const manifest = sealText('{}', BUILDER);
  await expect(load({ manifest, keyring: KEYRING })).rejects.toMatchObject({ code: 'BAD_INPUT' });
});
