import { afterAll, describe, expect, it } from 'vitest';
import { commandFolder } from '../../../test/fixtures/command-folder.ts';
import { Fault } from '../../fault.ts';
import { configDigest } from '../../seal/config-digest.ts';
import { sha256Hex } from '../../seal/digest.ts';
import { readConfigDigest, readDeployed } from './deployed-files.ts';

const { folder, write, remove } = commandFolder(0);
afterAll(remove);
const HEX = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
write('app', 'the binary');
write('a.json', '{}');
write('b.json', '[]');
write('release/main.js', 'code');
const APP = sha256Hex('the binary');

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof Fault) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'accepted';
}

describe('what is deployed', () => {
  it('is the binary file, under its own name', () => {
    expect(readDeployed('./app', [], folder)).toEqual({
      binarySha256: APP,
      artifacts: [{ name: 'app', kind: 'executable', sha256: APP, path: null }],
    });
  });

  it('is a release folder as a tree', () => {
    const { artifacts, binarySha256 } = readDeployed('release', [], folder);
    expect(artifacts).toEqual([{ name: 'release', kind: 'tree', sha256: binarySha256, path: null }]);
  });

  it('is a digest alone, of which nobody knows what it is', () => {
    expect(readDeployed(HEX, [], folder)).toEqual({ binarySha256: HEX, artifacts: [] });
  });

  it('has the binary once, whoever names it', () => {
    const named = readDeployed(HEX, [`smars=oci_image:sha256:${HEX}`, `side=executable:${OTHER}`], folder);
    expect(named.artifacts.map(({ name, kind, sha256 }) => [name, kind, sha256])).toEqual([
      ['smars', 'oci_image', HEX],
      ['side', 'executable', OTHER],
    ]);
    expect(readDeployed('app', ['smars=executable:app'], folder).artifacts).toHaveLength(1);
    expect(
      readDeployed('app', [`side=oci_image:${OTHER}`], folder).artifacts.map(({ name }) => name),
    ).toEqual(['app', 'side']);
  });

  it.each([
    ['no name', `=executable:${HEX}`, /is not understood: write NAME=KIND/],
    ['no kind', `smars=${HEX}`, /is not understood/],
    ['a kind there is none of', `smars=deb:${HEX}`, /is not understood/],
    ['a name that moves a terminal', `a\u0007=tree:${HEX}`, /is not understood/],
    ['a folder as executable', 'x=executable:release', /has the wrong kind: a folder is a tree/],
    ['a file as tree', 'x=tree:app', /has the wrong kind: a tree is a folder/],
    ['a file as image', 'x=oci_image:app', /an OCI image is known by the digest/],
  ])('is refused for an artifact with %s', (_, word, reason) => {
    expect(refusal(() => readDeployed('app', [word], folder))).toMatch(reason);
  });

  it('is refused when two artifacts share a name, or none is the binary', () => {
    const twice = [`x=tree:${HEX}`, `x=tree:${OTHER}`];
    expect(refusal(() => readDeployed(HEX, twice, folder))).toMatch(/^BAD_USAGE --artifact names "x" twice/);
    expect(refusal(() => readDeployed(HEX, [`x=tree:${OTHER}`], folder))).toMatch(
      /^BAD_USAGE No --artifact has the binary’s digest/,
    );
  });
});

describe('the digest of the config', () => {
  it('is not there when nothing is said', () => {
    expect(readConfigDigest([], undefined, folder)).toBeNull();
  });

  it.each(['a.json', '/etc/smars/a.json=a.json'])('is that of the one file: %s', (word) => {
    expect(readConfigDigest([word], undefined, folder)).toBe(sha256Hex('{}'));
  });

  it('takes in where each of several files lies on the servers', () => {
    const words = ['/etc/smars/b.json=b.json', '/etc/smars/a.json=a.json'];
    expect(readConfigDigest(words, undefined, folder)).toBe(
      configDigest([
        { path: '/etc/smars/a.json', sha256: sha256Hex('{}') },
        { path: '/etc/smars/b.json', sha256: sha256Hex('[]') },
      ]),
    );
  });

  it('may be typed', () => {
    expect(readConfigDigest([], HEX, folder)).toBe(HEX);
  });

  it.each<[string, readonly string[], string | undefined, RegExp]>([
    ['both a file and a digest', ['a.json'], HEX, /say the same thing twice/],
    ['a file where a digest should be', [], 'a.json', /--config-sha256 takes a digest/],
    ['a digest where a file should be', [HEX], undefined, /for a digest use --config-sha256/],
    ['a folder', ['release'], undefined, /names no file/],
    [
      'several files of which nobody knows where they lie',
      ['a.json', 'b.json'],
      undefined,
      /such as --config \/etc\/app\/a\.json=a\.json/,
    ],
    ['a file that is not there', ['c.json'], undefined, /^NOT_FOUND The config file c\.json/],
  ])('is refused for %s', (_, files, typed, reason) => {
    expect(refusal(() => readConfigDigest(files, typed, folder))).toMatch(reason);
  });
});
