import { describe, expect, it } from 'vitest';
import { ALWAYS, BUILDER, NODE, newKey } from '../../test/world/trust.ts';
import type { TrustedKey } from '../model/keyring.ts';
import { keyringIndex } from './keyring.ts';
import { trustedKey } from './keys.ts';

const BUILDER_ENTRY = trustedKey(BUILDER, ALWAYS);
const NODE_ENTRY = trustedKey(NODE, ALWAYS);

function indexOf(...keys: readonly TrustedKey[]): ReturnType<typeof keyringIndex> {
  return keyringIndex({ schema: 'haunted.keyring/v1', keys: [...keys] }, 'The keyring k.json');
}

describe('keyringIndex', () => {
  it('finds keys by keyid and by role', () => {
    const second = newKey('node', 'n2');
    const { byKeyid, byRole } = indexOf(BUILDER_ENTRY, NODE_ENTRY, trustedKey(second, ALWAYS));
    expect(byKeyid.get(NODE.keyid)).toMatchObject({
      role: 'node',
      name: 'n1',
      hostname: 'n1',
      keyid: NODE.keyid,
    });
    expect(byKeyid.get(BUILDER.keyid)).toMatchObject({ role: 'builder', name: 'ci', hostname: null });
    expect(byRole.get('node')?.map(({ name }) => name)).toEqual(['n1', 'n2']);
    expect(byRole.get('gate')).toBeUndefined();
  });

  it('is empty for an empty keyring', () => {
    expect(indexOf().byKeyid.size).toBe(0);
  });

  it('reads validity, and its absence', () => {
    const bounded = {
      ...BUILDER_ENTRY,
      valid_from: '2012-08-01T00:00:00Z',
      valid_until: '2012-08-01T02:00:00+01:00',
    };
    expect(indexOf(bounded).byKeyid.get(BUILDER.keyid)).toMatchObject({
      validFrom: Date.parse('2012-08-01T00:00:00Z'),
      validUntil: Date.parse('2012-08-01T01:00:00Z'),
    });
    const { valid_from: _from, valid_until: _until, ...free } = BUILDER_ENTRY;
    expect(indexOf(free).byKeyid.get(BUILDER.keyid)).toMatchObject({
      validFrom: -Infinity,
      validUntil: Infinity,
    });
    expect(indexOf(BUILDER_ENTRY).byKeyid.get(BUILDER.keyid)).toMatchObject({
      validFrom: -Infinity,
      validUntil: Infinity,
    });
  });

  it('makes a key object once', () => {
    const key = indexOf(NODE_ENTRY).byKeyid.get(NODE.keyid);
    expect(key?.publicKey()).toBe(key?.publicKey());
    expect(key?.publicKey().asymmetricKeyType).toBe('ed25519');
  });

  it.each([
    ['a key listed twice', { ...BUILDER_ENTRY, name: 'other' }, `the key ${BUILDER.keyid} is listed twice.`],
    [
      'another key’s keyid',
      { ...NODE_ENTRY, keyid: 'f'.repeat(64) },
      'keyid is not the sha256 of public_key.',
    ],
    [
      'a public key that is none',
      { ...NODE_ENTRY, public_key: 'x' },
      'public_key is not an ed25519 public key in PEM.',
    ],
    [
      'a validity that is over when it starts',
      { ...NODE_ENTRY, valid_from: '2012-08-01T00:00:00Z', valid_until: '2012-08-01T00:00:00Z' },
      'valid_until is not after valid_from.',
    ],
  ] as const)('refuses %s', (_what, entry, sentence) => {
    expect(() => indexOf(BUILDER_ENTRY, entry)).toThrow(
      expect.objectContaining({
        name: 'Fault',
        code: 'BAD_INPUT',
        message: `The keyring k.json is wrong at keys[1]: ${sentence}`,
        detail: { source: 'The keyring k.json' },
      }),
    );
  });

  it('refuses a key in two roles', () => {
    expect(() => indexOf(BUILDER_ENTRY, NODE_ENTRY, { ...BUILDER_ENTRY, role: 'gate' })).toThrow(
      expect.objectContaining({
        name: 'Fault',
        code: 'KEY_UNSAFE',
        message: `The keyring k.json is wrong at keys[2]: the key ${BUILDER.keyid} is listed as builder and as gate; no key has two roles.`,
        detail: { source: 'The keyring k.json' },
      }),
    );
  });

  it('takes a validity of one second', () => {
    const short = { ...NODE_ENTRY, valid_from: '2012-08-01T00:00:00Z', valid_until: '2012-08-01T00:00:01Z' };
    expect(indexOf(short).byKeyid.size).toBe(1);
  });
});
