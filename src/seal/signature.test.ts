import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { NOW, at } from '../../test/world/documents.ts';
import { BUILDER, NODE, keyringOf, newKey, sealText } from '../../test/world/trust.ts';
import { LIMITS } from '../model/limits.ts';
import { readEnvelope } from './envelope.ts';
import type { SigningKey } from './keys.ts';
import type { Refusal } from './refusal.ts';
import { pendingSignature } from './signature.ts';
import type { Required } from './signature.ts';

type Signature = { readonly keyid?: string; readonly sig: string };

const SECOND = newKey('builder', 'second');
const STRANGER = newKey('builder', 'stranger');
const DOOR: Required = { role: 'builder', keyring: keyringOf(BUILDER, SECOND, NODE), now: NOW };

function by(key: SigningKey, more: Partial<Signature> = {}): Signature {
  const [signature] = sealText('{}', key)['signatures'] as readonly Signature[];
  return { sig: '', ...signature, ...more };
}

/** Whose signature counts on an envelope with these signatures: a name, or the reason why nobody's does. */
function settle(signatures: readonly Signature[], required: Required = DOOR): string {
  const answer = answerFor(signatures, required);
  return answer.ok ? answer.key.name : answer.reason;
}

function answerFor(
  signatures: readonly Signature[],
  required: Required = DOOR,
): ReturnType<Extract<ReturnType<typeof pendingSignature>, { ok: true }>['settle']> | Refusal {
  const envelope = readEnvelope({ ...sealText('{}', BUILDER), signatures });
  if (!envelope.ok) return envelope;
  const pending = pendingSignature(envelope, required);
  return pending.ok
    ? pending.settle(verify(null, pending.pae, pending.key.publicKey(), pending.sig))
    : pending;
}

const NO_SIG = Buffer.alloc(64).toString('base64');

describe('of several signatures', () => {
  it.each([
    ['the one that counts', [by(BUILDER)], 'ci'],
    ['the first that counts', [by(SECOND), by(BUILDER)], 'second'],
    ['the one behind a stranger’s', [by(STRANGER), by(BUILDER)], 'ci'],
    ['the one behind a broken one', [by(SECOND, { sig: NO_SIG }), by(BUILDER)], 'ci'],
    ['the one before a broken one', [by(BUILDER), by(SECOND, { sig: NO_SIG })], 'ci'],
    ['the one behind a key of another role', [by(NODE), by(BUILDER)], 'ci'],
    ['the one between others', [by(NODE), by(BUILDER), by(SECOND, { sig: NO_SIG })], 'ci'],
    ['none, and the first reason is told: role', [by(NODE), by(BUILDER, { sig: NO_SIG })], 'wrong_role'],
    [
      'none, and the first reason is told: signature',
      [by(BUILDER, { sig: NO_SIG }), by(NODE)],
      'bad_signature',
    ],
    [
      'none, and a reason is told rather than that a stranger signed too',
      [by(STRANGER), by(NODE)],
      'wrong_role',
    ],
    [
      'none, when both are broken',
      [by(BUILDER, { sig: NO_SIG }), by(SECOND, { sig: NO_SIG })],
      'bad_signature',
    ],
    ['none, when all are strangers’', [by(STRANGER), by(newKey('builder', 'x'))], 'unknown_key'],
    ['none, when a signature is too short to be one', [by(BUILDER, { sig: 'AAAA' })], 'bad_signature'],
    ['none, when a signature is empty', [by(BUILDER, { sig: '' })], 'bad_signature'],
  ])('counts %s', (_what, signatures, answer) => {
    expect(settle(signatures)).toBe(answer);
  });
});

describe('a keyid', () => {
  it.each([
    ['may be missing', [{ sig: by(SECOND).sig }], 'second'],
    ['may be empty', [by(SECOND, { keyid: '' })], 'second'],
    ['may be of another tool’s making', [by(SECOND, { keyid: 'SHA256:abc' })], 'second'],
    ['may be missing on the second signature', [by(STRANGER), { sig: by(BUILDER).sig }], 'ci'],
    ['cannot lend a signature another name', [by(BUILDER, { keyid: SECOND.keyid })], 'bad_signature'],
    ['that is missing does not open the door to other roles', [{ sig: by(NODE).sig }], 'unknown_key'],
    ['that is missing does not open the door to strangers', [{ sig: by(STRANGER).sig }], 'unknown_key'],
  ])('%s', (_what, signatures, answer) => {
    expect(settle(signatures)).toBe(answer);
  });

  it('that leads nowhere is of no use when no key has the role', () => {
    expect(settle([by(BUILDER)], { ...DOOR, keyring: keyringOf(NODE) })).toBe('unknown_key');
  });

  it.each([
    [LIMITS.signatures, 'k0'],
    [LIMITS.signatures + 1, 'unknown_key'],
  ])('that leads nowhere is guessed among %i keys: %s', (count, answer) => {
    const keys = Array.from({ length: count }, (_, index) => newKey('builder', `k${index}`));
    const [first = BUILDER] = keys;
    expect(settle([{ sig: by(first).sig }], { ...DOOR, keyring: keyringOf(...keys) })).toBe(answer);
  });

  it('that leads nowhere does not buy more verifications than the limit', () => {
    const keys = Array.from({ length: LIMITS.signatures }, (_, index) => newKey('builder', `k${index}`));
    const last = keys.at(-1) ?? BUILDER;
    const door = { ...DOOR, keyring: keyringOf(...keys) };
    expect(settle([{ sig: by(last).sig }], door)).toBe(last.name);
    expect(settle([{ sig: NO_SIG }, { sig: by(last).sig }], door)).toBe('unknown_key');
  });
});

describe('a key counts', () => {
  it.each([
    ['for ever', { from: null, until: null }, 'ci'],
    ['until just before its end', { from: null, until: at(0.001) }, 'ci'],
    ['no longer at its end', { from: null, until: at(0) }, 'key_expired'],
    ['from its start', { from: at(0), until: null }, 'ci'],
    ['not before its start', { from: at(0.001), until: null }, 'key_not_yet_valid'],
  ])('%s', (_what, valid, answer) => {
    expect(settle([by(BUILDER)], { ...DOOR, keyring: keyringOf([BUILDER, valid]) })).toBe(answer);
  });

  it.each([
    [
      'a bad signature before its expiry',
      { from: null, until: at(0) },
      [by(BUILDER, { sig: NO_SIG })],
      'bad_signature',
    ],
    ['a wrong role before its expiry', { from: null, until: at(0) }, [by(BUILDER)], 'wrong_role'],
  ] as const)('not, and the reason is %s', (_what, valid, signatures, answer) => {
    const role = answer === 'wrong_role' ? 'gate' : 'builder';
    expect(settle(signatures, { role, keyring: keyringOf([BUILDER, valid]), now: NOW })).toBe(answer);
  });
});

describe('a refusal says', () => {
  it.each([
    [
      'whose key is unknown',
      [by(STRANGER)],
      DOOR,
      `it is signed by the key "${STRANGER.keyid}", which is not in the keyring`,
    ],
    [
      'the first id that is one',
      [by(STRANGER, { keyid: '' }), by(STRANGER)],
      DOOR,
      `it is signed by the key "${STRANGER.keyid}", which is not in the keyring`,
    ],
    [
      'that nobody is named',
      [{ sig: by(STRANGER).sig }],
      DOOR,
      'it is signed by a key that is not in the keyring',
    ],
    [
      'that a foreign id would disturb',
      [by(STRANGER, { keyid: 'a\u001b' })],
      DOOR,
      String.raw`it is signed by the key "a\u001b", which is not in the keyring`,
    ],
    [
      'that there is no keyring',
      [by(BUILDER)],
      { ...DOOR, keyring: null },
      'there is no keyring to check its signature with',
    ],
  ])('%s', (_what, signatures, required, detail) => {
    expect(answerFor(signatures, required)).toEqual({ ok: false, reason: 'unknown_key', detail });
  });
});
