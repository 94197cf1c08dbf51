import { describe, expect, it } from 'vitest';
import type { LedgerCheckpoint } from '../model/ledger-checkpoint.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { sealEnvelope } from './envelope.ts';
import { keyringIndex } from './keyring.ts';
import { newPrivateKey, signingKey, trustedKey } from './keys.ts';
import type { SigningKey } from './keys.ts';
import { PREDICATES, writeStatement } from './statement.ts';

const NOW = Date.parse('2012-08-01T09:30:00Z');
const keyOf = (role: 'gate' | 'builder'): SigningKey =>
  signingKey(newPrivateKey({ role, name: `the ${role}`, hostname: null }, NOW), 'key');
const gate = keyOf('gate');
const builder = keyOf('builder');
const keys = [gate, builder].map((key) => trustedKey(key, { from: null, until: '2013-01-01T00:00:00Z' }));
const keyring = keyringIndex({ schema: 'haunted.keyring/v1', keys }, 'keyring');
const checkpoint: LedgerCheckpoint = {
  schema: 'haunted.ledger-checkpoint/v1',
  ledger: 'smars',
  count: 7,
  head: 'a'.repeat(64),
  time: '2012-08-01T09:30:00Z',
};
const sealed = (type: string, sha256: string, document: unknown, key = gate): string =>
  sealEnvelope(writeStatement(type, [{ name: 'smars', sha256 }], document), key);

describe('a checkpoint', () => {
  it('is what a gate signed', () => {
    expect(openCheckpoint(Buffer.from(signCheckpoint(checkpoint, gate)), keyring, NOW)).toEqual({
      ok: true,
      checkpoint,
      keyid: gate.keyid,
    });
  });

  it('is signed by no other key', () => {
    expect(() => signCheckpoint(checkpoint, builder)).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });

  const good = signCheckpoint(checkpoint, gate);
  it.each([
    ['no JSON', 'checkpoint', 'malformed'],
    ['bare', JSON.stringify(checkpoint), 'unsigned'],
    ['an envelope of nothing', '{"payloadType":"x"}', 'wrong_predicate'],
    ['signed by a stranger', signCheckpoint(checkpoint, keyOf('gate')), 'unknown_key'],
    [
      'signed by a builder',
      sealed(PREDICATES.checkpoint, checkpoint.head, checkpoint, builder),
      'wrong_role',
    ],
    ['changed', good.replace('"sig":"', '"sig":"AAAA'), 'bad_signature'],
    ['another document', sealed(PREDICATES.plan, checkpoint.head, checkpoint), 'wrong_predicate'],
    ['no checkpoint inside', sealed(PREDICATES.checkpoint, checkpoint.head, { count: 7 }), 'malformed'],
    ['about another head', sealed(PREDICATES.checkpoint, 'b'.repeat(64), checkpoint), 'wrong_subject'],
  ])('is refused when it is %s', (_, text, reason) => {
    expect(openCheckpoint(Buffer.from(text), keyring, NOW)).toMatchObject({ ok: false, reason });
  });

  it('counts for nobody whose keyring is empty', () => {
    const nobody = keyringIndex({ schema: 'haunted.keyring/v1', keys: [] }, 'keyring');
    expect(openCheckpoint(Buffer.from(good), nobody, NOW)).toMatchObject({ reason: 'unknown_key' });
  });

  it('stops counting with its key', () => {
    const late = Date.parse('2013-01-01T00:00:00Z');
    expect(openCheckpoint(Buffer.from(good), keyring, late)).toMatchObject({ reason: 'key_expired' });
    expect(openCheckpoint(Buffer.from(good), keyring, late - 1)).toMatchObject({ ok: true });
  });
});
