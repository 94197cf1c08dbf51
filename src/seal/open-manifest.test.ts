import { describe, expect, it } from 'vitest';
import { sha } from '../../test/world/documents.ts';
import {
  BUILDER,
  GATE,
  NODE,
  bytesOf,
  doorOf,
  keyringOf,
  newKey,
  sealText,
  soundManifest,
} from '../../test/world/trust.ts';
import type { OpenedManifest } from '../model/verified.ts';
import { openManifest } from './open.ts';
import { signManifest } from './sign.ts';
import { PREDICATES } from './statement.ts';

const MANIFEST = soundManifest();
const SEALED = JSON.parse(signManifest(MANIFEST, 'm', BUILDER)) as Record<string, unknown>;
const [SIGNATURE] = SEALED['signatures'] as { keyid: string; sig: string }[];

/** A payload that the builder truly signed, good or not. */
function statementOf(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'smars', digest: { sha256: sha('a') } }],
    predicateType: PREDICATES.manifest,
    predicate: MANIFEST,
    ...more,
  };
}

function sealed(payload: unknown, key = BUILDER): unknown {
  return sealText(typeof payload === 'string' ? payload : JSON.stringify(payload), key);
}

/** The envelope with a payload that nobody signed. */
function tampered(payload: unknown): unknown {
  return { ...SEALED, payload: Buffer.from(JSON.stringify(payload)).toString('base64') };
}

function open(value: unknown, more: Parameters<typeof doorOf>[0] = {}): OpenedManifest {
  return openManifest(bytesOf(value), 'The manifest m.json', doorOf(more));
}

describe('openManifest lets in', () => {
  it('what a builder signed, with the builder’s word behind it', () => {
    expect(open(SEALED)).toEqual({
      ok: true,
      manifest: { value: MANIFEST, voucher: { by: 'signature', keyid: BUILDER.keyid, role: 'builder' } },
    });
  });

  it('a bare manifest that an operator answers for', () => {
    expect(open(MANIFEST, { acceptUnsigned: true, keyring: null })).toEqual({
      ok: true,
      manifest: { value: MANIFEST, voucher: { by: 'operator' } },
    });
  });
});

describe('openManifest refuses', () => {
  const EXPIRED = { from: null, until: '2012-08-01T10:00:00Z' };
  const EARLY = { from: '2012-08-01T10:00:00.001Z', until: null };
  const TAMPERED = tampered(statementOf({ predicate: { ...MANIFEST, generation: 2 } }));
  const NODES = sealText(JSON.stringify(statementOf()), NODE)['signatures'] as { sig: string }[];

  it.each([
    ['a bare manifest', MANIFEST, {}, 'unsigned', 'it carries no signature'],
    [
      'a stranger’s signature',
      sealed(statementOf(), newKey('builder', 'x')),
      {},
      'unknown_key',
      'is not in the keyring',
    ],
    [
      'any signature when there is no keyring',
      SEALED,
      { keyring: null },
      'unknown_key',
      'there is no keyring to check',
    ],
    [
      'any signature when there is no keyring, although bare ones are taken',
      SEALED,
      { keyring: null, acceptUnsigned: true },
      'unknown_key',
      'there is no keyring to check',
    ],
    [
      'an altered payload',
      TAMPERED,
      {},
      'bad_signature',
      'the signature of the key "ci" does not match the payload',
    ],
    [
      'an altered payload, although bare ones are taken',
      TAMPERED,
      { acceptUnsigned: true },
      'bad_signature',
      'does not match the payload',
    ],
    [
      'another key’s signature under the builder’s keyid',
      { ...SEALED, signatures: [{ ...SIGNATURE, sig: NODES[0]?.sig }] },
      {},
      'bad_signature',
      'does not match the payload',
    ],
    [
      'a node’s signature',
      sealed(statementOf(), NODE),
      {},
      'wrong_role',
      'it is signed by the node key "n1", and only a builder key may sign it',
    ],
    ['the gate’s signature', sealed(statementOf(), GATE), {}, 'wrong_role', 'only a builder key may sign it'],
    [
      'a key that has just expired',
      SEALED,
      { keyring: keyringOf([BUILDER, EXPIRED]) },
      'key_expired',
      'its key "ci" stopped counting at 2012-08-01T10:00:00.000Z',
    ],
    [
      'a key that is not valid yet',
      SEALED,
      { keyring: keyringOf([BUILDER, EARLY]) },
      'key_not_yet_valid',
      'its key "ci" counts only from 2012-08-01T10:00:00.001Z',
    ],
    [
      'a key twice in the payload',
      sealed(JSON.stringify(statementOf()).replace('"generation"', '"cluster":"smars","generation"')),
      {},
      'duplicate_key',
      'the key "cluster" is there twice',
    ],
    [
      'bytes after the payload',
      sealed(`${JSON.stringify(statementOf())}{}`),
      {},
      'trailing_bytes',
      '"{" follows the end',
    ],
    [
      'a proof',
      sealed(statementOf({ predicateType: PREDICATES.proof })),
      {},
      'wrong_predicate',
      `it is signed as "${PREDICATES.proof}"`,
    ],
    [
      'another payloadType',
      { ...SEALED, payloadType: 'application/json' },
      {},
      'wrong_predicate',
      'its payloadType is "application/json"',
    ],
    [
      'a statement about another binary',
      sealed(statementOf({ subject: [{ digest: { sha256: sha('b') } }] })),
      {},
      'wrong_subject',
      `its statement is not about its binary_sha256 ${sha('a')}`,
    ],
    [
      'a statement about nothing',
      sealed(statementOf({ subject: [] })),
      {},
      'wrong_subject',
      'is not about its binary_sha256',
    ],
    [
      'a wrong digest, truly signed',
      sealed(statementOf({ predicate: { ...MANIFEST, generation: 2 } })),
      {},
      'digest_mismatch',
      'its manifest_sha256 is',
    ],
    [
      'a bare manifest with a wrong digest',
      { ...MANIFEST, generation: 2 },
      { acceptUnsigned: true },
      'digest_mismatch',
      'its manifest_sha256 is',
    ],
    [
      'a contradiction, truly signed',
      sealed(statementOf({ predicate: soundManifest({ bound_flags: ['a', 'a'] }) })),
      {},
      'inconsistent',
      'its bound_flags list "a" twice',
    ],
    [
      'a bare contradiction',
      soundManifest({ bound_flags: ['a', 'a'] }),
      { acceptUnsigned: true },
      'inconsistent',
      'its bound_flags list "a" twice',
    ],
  ] as const)('%s', (_what, value, more, reason, detail) => {
    expect(open(value, more)).toEqual({
      ok: false,
      refused: {
        reason,
        detail: expect.stringContaining(detail),
        source: 'The manifest m.json',
        claimed_hostname: null,
      },
    });
  });
});

describe('openManifest cannot read', () => {
  it.each([
    [
      'what is not JSON',
      '{',
      'The manifest m.json is not strict JSON at line 1, column 2: the end where a key in quotes should be.',
    ],
    [
      'a bare manifest with a key twice',
      '{"schema":1,"schema":1}',
      'The manifest m.json is not strict JSON at line 1, column 13: the key "schema" is there twice.',
    ],
    [
      'another version',
      { ...MANIFEST, schema: 'haunted.manifest/v2' },
      'The manifest m.json is haunted.manifest/v2; this version of haunted reads haunted.manifest/v1.',
    ],
    [
      'another version, truly signed',
      sealed(statementOf({ predicate: { ...MANIFEST, schema: 'haunted.manifest/v2' } })),
      'The manifest m.json is haunted.manifest/v2; this version of haunted reads haunted.manifest/v1.',
    ],
    [
      'an unknown field',
      { ...MANIFEST, extra: 1 },
      'The manifest m.json is wrong at extra: it is a field that this version of haunted does not know.',
    ],
    [
      'an unknown field, truly signed',
      sealed(statementOf({ predicate: { ...MANIFEST, extra: 1 } })),
      'The manifest m.json is wrong at extra: it is a field that this version of haunted does not know.',
    ],
    [
      'an unknown field beside it, truly signed',
      sealed(statementOf({ extra: 1 })),
      'The manifest m.json cannot be read: its statement has the unknown field "extra".',
    ],
    [
      'a payload that is not JSON, truly signed',
      sealed('x'),
      'The manifest m.json cannot be read: its payload is not strict JSON at line 1, column 1: "x" where a value should be.',
    ],
    [
      'a broken envelope',
      { ...SEALED, payload: '!' },
      'The manifest m.json cannot be read: its payload is not base64.',
    ],
    [
      'an envelope without signatures',
      { ...SEALED, signatures: [] },
      'The manifest m.json cannot be read: it holds no signatures.',
    ],
    ['a list', [MANIFEST], 'The manifest m.json must be an object.'],
  ])('%s', (_what, value, message) => {
    for (const acceptUnsigned of [true, false])
      expect(() => open(value, { acceptUnsigned })).toThrow(
        expect.objectContaining({ name: 'Fault', code: 'BAD_INPUT', message }),
      );
  });

  it('and says why in a way that a program can read', () => {
    const detail = { source: 'The manifest m.json', reason: 'malformed' };
    expect(() => open('{')).toThrow(expect.objectContaining({ detail }));
  });
});
