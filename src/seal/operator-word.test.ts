import { describe, expect, it } from 'vitest';
import type { OperatorWord } from '../model/operator-word.ts';
import { sha256Hex } from './digest.ts';
import { sealEnvelope } from './envelope.ts';
import { keyringIndex } from './keyring.ts';
import { newPrivateKey, signingKey, trustedKey } from './keys.ts';
import type { SigningKey } from './keys.ts';
import { openWord, signWord } from './operator-word.ts';
import { PREDICATES, writeStatement } from './statement.ts';

const NOW = Date.parse('2012-08-01T09:30:00Z');
const keyOf = (role: 'gate' | 'operator'): SigningKey =>
  signingKey(newPrivateKey({ role, name: `the ${role}`, hostname: null }, NOW), 'key');
const operator = keyOf('operator');
const gate = keyOf('gate');
const keys = [gate, operator].map((key) => trustedKey(key, { from: null, until: null }));
const keyring = keyringIndex({ schema: 'haunted.keyring/v1', keys }, 'keyring');
const word: OperatorWord = {
  schema: 'haunted.operator-word/v1',
  word: 'w-1',
  cluster: 'smars',
  reason: 'the eighth server is powered off',
  said_at: '2012-08-01T09:30:00Z',
  until: '2012-08-01T10:30:00Z',
  kind: 'release_quarantine',
  quarantine: 'q-1',
};
const good = signWord(word, operator);
const open = (text: string, now = NOW) => openWord(Buffer.from(text), keyring, now);
const sealed = (type: string, cluster: string, document: unknown, key = operator): string =>
  sealEnvelope(writeStatement(type, [{ name: cluster, sha256: sha256Hex(cluster) }], document), key);

describe('an operator’s word', () => {
  it('is what an operator signed', () => {
    expect(open(good)).toEqual({ ok: true, word, keyid: operator.keyid, signer: 'the operator' });
  });

  it.each(['bypass', 'release_quarantine', 'release_manifest', 'classify'] as const)(
    'is signed by no other key: %s',
    (kind) => {
      expect(() => signWord({ ...word, kind } as OperatorWord, gate)).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    },
  );

  it.each([
    ['no JSON', 'word', 'malformed'],
    ['bare', JSON.stringify(word), 'unsigned'],
    ['an envelope of nothing', '{"payloadType":"x"}', 'wrong_predicate'],
    ['signed by a stranger', signWord(word, keyOf('operator')), 'unknown_key'],
    ['signed by a gate', sealed(PREDICATES.word, 'smars', word, gate), 'wrong_role'],
    ['changed', good.replace('"sig":"', '"sig":"AAAA'), 'bad_signature'],
    [
      'signed otherwise',
      good.replace(/"sig":"(.)/, (_, first) => `"sig":"${first === 'A' ? 'B' : 'A'}`),
      'bad_signature',
    ],
    ['another document', sealed(PREDICATES.plan, 'smars', word), 'wrong_predicate'],
    ['no word inside', sealed(PREDICATES.word, 'smars', { reason: 'because' }), 'malformed'],
    ['without a reason', sealed(PREDICATES.word, 'smars', { ...word, reason: '' }), 'malformed'],
    ['about another cluster', sealed(PREDICATES.word, 'other', word), 'wrong_subject'],
  ])('is refused when it is %s', (_, text, reason) => {
    expect(open(text)).toMatchObject({ ok: false, reason });
  });

  it('of another role is refused in good words', () => {
    const other = open(sealed(PREDICATES.word, 'smars', word, gate));
    expect(other).toMatchObject({ detail: expect.stringContaining('and only an operator key may sign it') });
  });

  it('is nobody’s where no operator is known', () => {
    const [trusted] = keys;
    const alone = keyringIndex(
      { schema: 'haunted.keyring/v1', keys: trusted === undefined ? [] : [trusted] },
      'keyring',
    );
    expect(openWord(Buffer.from(good), alone, NOW)).toMatchObject({ ok: false, reason: 'unknown_key' });
  });

  const end = Date.parse(word.until);
  it.each([
    ['just before it ends', end - 1, { ok: true }],
    ['at its end', end, { reason: 'word_ended' }],
    ['signed 30 s ahead of this clock', NOW - 30_000, { ok: true }],
    ['signed further ahead', NOW - 30_001, { reason: 'key_not_yet_valid' }],
  ])('counts for its time: %s', (_, now, answer) => {
    expect(open(good, now)).toMatchObject(answer);
  });
});
