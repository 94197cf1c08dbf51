import { describe, expect, it } from 'vitest';
import { manifestDigest, sha256Hex } from './digest.ts';

describe('sha256Hex', () => {
  it.each([
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['é', '4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c'],
    [new Uint8Array([0x61, 0x62, 0x63]), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  ])('of %o', (data, digest) => {
    expect(sha256Hex(data)).toBe(digest);
  });
});

describe('manifestDigest', () => {
  it('is the sha256 of the canonical form', () => {
    expect(manifestDigest({ b: 1, a: [1, 2] })).toBe(sha256Hex('{"a":[1,2],"b":1}'));
  });

  it('leaves out manifest_sha256 at the top and nowhere else', () => {
    expect(manifestDigest({ a: { manifest_sha256: 'x' }, manifest_sha256: 'y' })).toBe(
      sha256Hex('{"a":{"manifest_sha256":"x"}}'),
    );
  });

  it('does not mind spaces and the order of keys', () => {
    expect(manifestDigest(JSON.parse('{"a":1,"b":2}'))).toBe(
      manifestDigest(JSON.parse('{ "b" : 2.0, "a" : 1 }')),
    );
  });
});
