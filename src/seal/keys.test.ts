import { createHash, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { PrivateKey } from '../model/private-key.ts';
import { holderOf, newPrivateKey, signingKey, spkiOfPem, trustedKey } from './keys.ts';

const NOW = Date.parse('2012-08-01T10:00:00Z');
const SECRET = newPrivateKey({ role: 'node', name: 'n1', hostname: 'smars-01' }, NOW);

describe('newPrivateKey', () => {
  it('makes a whole document', () => {
    expect(PrivateKey.parse(SECRET)).toEqual(SECRET);
    expect(SECRET).toMatchObject({
      schema: 'haunted.private-key/v1',
      role: 'node',
      name: 'n1',
      hostname: 'smars-01',
      created_at: '2012-08-01T10:00:00.000Z',
      private_key: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n/),
    });
  });

  it('writes no host for the other roles', () => {
    expect(newPrivateKey({ role: 'gate', name: 'g', hostname: null }, NOW)).not.toHaveProperty('hostname');
  });

  it('never makes the same key twice', () => {
    const again = newPrivateKey({ role: 'node', name: 'n1', hostname: 'smars-01' }, NOW);
    expect(again.private_key).not.toBe(SECRET.private_key);
  });
});

describe('signingKey', () => {
  it('signs, and the public half verifies', () => {
    const key = signingKey(SECRET, 'The key');
    const entry = trustedKey(key, { from: null, until: '2013-01-01T00:00:00Z' });
    const message = Buffer.from('x');
    expect(verify(null, message, entry.public_key, sign(null, message, key.privateKey))).toBe(true);
    expect(entry).toEqual({
      keyid: key.keyid,
      role: 'node',
      name: 'n1',
      hostname: 'smars-01',
      public_key: expect.stringMatching(/^-----BEGIN PUBLIC KEY-----\n.{60}\n-----END PUBLIC KEY-----\n$/),
      valid_from: null,
      valid_until: '2013-01-01T00:00:00Z',
    });
  });

  it('is known by the sha256 of its SPKI DER', () => {
    const key = signingKey(SECRET, 'The key');
    const der = createPublicKey(key.privateKey).export({ type: 'spki', format: 'der' });
    expect(key.keyid).toBe(createHash('sha256').update(der).digest('hex'));
  });

  it('writes no host into the keyring for the other roles', () => {
    const gate = signingKey(newPrivateKey({ role: 'gate', name: 'g', hostname: null }, NOW), 'The key');
    expect(trustedKey(gate, { from: '2012-01-01T00:00:00Z', until: null })).toMatchObject({
      valid_from: '2012-01-01T00:00:00Z',
    });
    expect(trustedKey(gate, { from: null, until: null })).not.toHaveProperty('hostname');
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
  const x25519 = generateKeyPairSync('x25519').privateKey;
  const encrypted = generateKeyPairSync('ed25519').privateKey.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  });

  it.each([
    ['an RSA key', rsa.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['a key for another curve', x25519.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ['an encrypted key', encrypted.toString()],
    ['a public key', createPublicKey(rsa).export({ type: 'spki', format: 'pem' }).toString()],
    ['a broken PEM', SECRET.private_key.replace(/.{20}\n-----END/, '\n-----END')],
    ['no PEM', 'secret'],
  ])('refuses %s', (_what, private_key) => {
    expect(() => signingKey({ ...SECRET, private_key }, 'The private key k.json')).toThrow(
      expect.objectContaining({
        name: 'Fault',
        code: 'BAD_INPUT',
        message: 'The private key k.json is not usable: its private_key is not an ed25519 key in PEM.',
      }),
    );
  });
});

describe('holderOf', () => {
  it.each([
    ['a node key names its host', { role: 'node', name: 'n1', hostname: 'smars-01' }, 'smars-01'],
    ['a node key without a host speaks for its name', { role: 'node', name: 'smars-01' }, 'smars-01'],
    ['a node key with a null host too', { role: 'node', name: 'smars-01', hostname: null }, 'smars-01'],
    ['a builder key speaks for no host', { role: 'builder', name: 'ci', hostname: 'smars-01' }, null],
  ] as const)('%s', (_what, key, hostname) => {
    expect(holderOf(key)).toEqual({ role: key.role, name: key.name, hostname });
  });
});

describe('spkiOfPem', () => {
  const pem = createPublicKey(signingKey(SECRET, 'k').privateKey)
    .export({ type: 'spki', format: 'pem' })
    .toString();
  const [, body = ''] = pem.split('\n');

  it('gives the 44 bytes of an ed25519 key', () => {
    expect(spkiOfPem(pem)).toEqual(Buffer.from(body, 'base64'));
    expect(spkiOfPem(pem)?.length).toBe(44);
  });

  it('takes the line ends of other systems, and none at the end', () => {
    expect(spkiOfPem(pem.replaceAll('\n', '\r\n'))).toEqual(spkiOfPem(pem));
    expect(spkiOfPem(pem.trimEnd())).toEqual(spkiOfPem(pem));
  });

  it.each([
    ['text before it', `x${pem}`],
    ['text after it', `${pem}x`],
    ['two keys', pem + pem],
    ['a certificate', pem.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    ['a key of another kind', pem.replace('MCowBQYDK2Vw', 'MCowBQYDK2Vu')],
    ['a key that is too short', pem.replace(body, body.slice(4))],
    ['a key that is too long', pem.replace(body, `AAAA${body}`)],
    ['a key without padding', pem.replace(body, body.replace('=', 'A'))],
    ['a key over two lines', pem.replace(body, `${body.slice(0, 30)}\n${body.slice(30)}`)],
    ['no PEM', body],
    ['nothing', ''],
  ])('refuses %s', (_what, text) => {
    expect(spkiOfPem(text)).toBeNull();
  });
});
