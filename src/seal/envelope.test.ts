import { verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyringOf, newKey } from '../../test/world/trust.ts';
import { LIMITS } from '../model/limits.ts';
import { isEnvelope, preAuthEncoding, readEnvelope, sealEnvelope } from './envelope.ts';

const TYPE = 'application/vnd.in-toto+json';
const SIGNATURE = { keyid: 'k', sig: 'AAEC' };
const SOUND = { payload: 'e30=', payloadType: TYPE, signatures: [SIGNATURE] };

describe('preAuthEncoding', () => {
  it.each([
    [
      'http://example.com/HelloWorld',
      'hello world',
      'DSSEv1 29 http://example.com/HelloWorld 11 hello world',
    ],
    ['', '', 'DSSEv1 0  0 '],
    ['é', '鍵', 'DSSEv1 2 é 3 鍵'],
  ])('of %s and %s is the protocol’s', (type, body, encoded) => {
    expect(Buffer.from(preAuthEncoding(type, Buffer.from(body))).toString()).toBe(encoded);
  });
});

describe('isEnvelope', () => {
  it.each([
    [SOUND, true],
    [{ payloadType: TYPE }, true],
    [{ signatures: [] }, true],
    [{ payload: 'e30=' }, false],
    [{ schema: 'haunted.manifest/v1' }, false],
    [Object.create(SOUND), false],
    [[SOUND], false],
    [null, false],
    ['payloadType', false],
  ])('of %j is %s', (value, answer) => {
    expect(isEnvelope(value)).toBe(answer);
  });
});

describe('readEnvelope', () => {
  it('undoes the base64', () => {
    expect(readEnvelope(SOUND)).toEqual({
      ok: true,
      payloadType: TYPE,
      payload: Buffer.from('{}'),
      signatures: [{ keyid: 'k', sig: Buffer.from([0, 1, 2]) }],
    });
  });

  it('ignores fields that DSSE does not know', () => {
    const more = { ...SOUND, extra: 1, signatures: [{ ...SIGNATURE, cert: 'x' }] };
    expect(readEnvelope(more)).toEqual(readEnvelope(SOUND));
  });

  it.each([
    ['standard', '++//AA==', [0xfb, 0xef, 0xff, 0]],
    ['URL-safe', '--__AA==', [0xfb, 0xef, 0xff, 0]],
    ['standard without padding', '++//AA', [0xfb, 0xef, 0xff, 0]],
    ['with one pad', 'AAE=', [0, 1]],
    ['without one pad', 'AAE', [0, 1]],
    ['empty', '', []],
  ])('reads %s base64', (_what, payload, bytes) => {
    expect(readEnvelope({ ...SOUND, payload })).toMatchObject({ payload: Buffer.from(bytes) });
  });

  it.each([
    ['a missing keyid', { sig: 'AAEC' }],
    ['a null keyid', { keyid: null, sig: 'AAEC' }],
    ['an empty keyid', { keyid: '', sig: 'AAEC' }],
  ])('takes %s for no hint', (_what, signature) => {
    expect(readEnvelope({ ...SOUND, signatures: [signature] })).toMatchObject({
      signatures: [{ keyid: '' }],
    });
  });

  it.each([
    [LIMITS.signatures, LIMITS.signatures],
    [LIMITS.signatures + 1, LIMITS.signatures],
  ])('of %i signatures looks at %i', (count, looked) => {
    const signatures = Array.from({ length: count }, () => SIGNATURE);
    expect(readEnvelope({ ...SOUND, signatures })).toHaveProperty('signatures.length', looked);
  });

  it.each([
    ['no payloadType', { payloadType: undefined }, 'malformed', 'its payloadType is not a text'],
    [
      'another payloadType',
      { payloadType: 'text/plain\n' },
      'wrong_predicate',
      String.raw`its payloadType is "text/plain\n", not application/vnd.in-toto+json`,
    ],
    ['no payload', { payload: undefined }, 'malformed', 'its payload is not base64'],
    ['a payload with a space in it', { payload: 'e3 0=' }, 'malformed', 'its payload is not base64'],
    [
      'a payload with a line feed at its end',
      { payload: 'e30=\n' },
      'malformed',
      'its payload is not base64',
    ],
    ['a payload of one character', { payload: 'A' }, 'malformed', 'its payload is not base64'],
    ['a payload of five characters', { payload: 'AAAAA' }, 'malformed', 'its payload is not base64'],
    [
      'a payload with padding in the middle',
      { payload: 'AA==AAAA' },
      'malformed',
      'its payload is not base64',
    ],
    ['a payload with three pads', { payload: 'A===' }, 'malformed', 'its payload is not base64'],
    ['signatures that are no list', { signatures: SIGNATURE }, 'malformed', 'it holds no signatures'],
    ['an empty list of signatures', { signatures: [] }, 'malformed', 'it holds no signatures'],
    [
      'a signature that is no object',
      { signatures: [SIGNATURE, 'AAEC'] },
      'malformed',
      'one of its signatures is not an object',
    ],
    [
      'a signature without a sig',
      { signatures: [{ keyid: 'k' }] },
      'malformed',
      'one of its signatures is not base64',
    ],
    [
      'a sig that is not base64',
      { signatures: [{ keyid: 'k', sig: '!!!!' }] },
      'malformed',
      'one of its signatures is not base64',
    ],
    [
      'a keyid that is no text',
      { signatures: [{ keyid: 1, sig: 'AAEC' }] },
      'malformed',
      'one of its keyids is not a text',
    ],
  ])('refuses %s', (_what, more, reason, detail) => {
    expect(readEnvelope({ ...SOUND, ...more })).toEqual({ ok: false, reason, detail });
  });
});

describe('sealEnvelope', () => {
  it('writes one line that holds the payload and a true signature', () => {
    const key = newKey('gate', 'g');
    const text = sealEnvelope(Buffer.from('{"a":1}'), key);
    expect(text).toMatch(/^\{"payload":"[^\n]+\}\n$/);
    const envelope = readEnvelope(JSON.parse(text) as Record<string, unknown>);
    expect(envelope).toMatchObject({
      ok: true,
      payload: Buffer.from('{"a":1}'),
      signatures: [{ keyid: key.keyid }],
    });
    const sig = envelope.ok ? envelope.signatures[0]?.sig : undefined;
    const publicKey = keyringOf(key).byKeyid.get(key.keyid)?.publicKey();
    expect(
      publicKey && verify(null, preAuthEncoding(TYPE, Buffer.from('{"a":1}')), publicKey, sig ?? Buffer.of()),
    ).toBe(true);
  });
});
