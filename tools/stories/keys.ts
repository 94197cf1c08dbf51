import { createPrivateKey } from 'node:crypto';
import { sha256Hex } from '../../src/seal/digest.ts';
import { signingKey, trustedKey } from '../../src/seal/keys.ts';
import type { SigningKey } from '../../src/seal/keys.ts';

// ed25519 in PKCS #8 is these sixteen bytes and the 32 of the seed (RFC 8410, section 7).
const PKCS8_ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key that is the same every time and that anybody can make: good for stories, and never to be trusted by a real gate. */
export function keyOf(role: SigningKey['role'], name: string, hostname: string | null): SigningKey {
  const seed = Buffer.from(sha256Hex(`haunted incidents ${role} ${name}`), 'hex');
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_ED25519, seed]), format: 'der', type: 'pkcs8' });
  return signingKey(
    {
      schema: 'haunted.private-key/v1',
      role,
      name,
      hostname,
      created_at: '2026-01-01T00:00:00Z',
      private_key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    },
    'the key of a story',
  );
}

/** The keyring that trusts these keys, without an end. */
export function keyringOf(...keys: readonly SigningKey[]): object {
  return {
    schema: 'haunted.keyring/v1',
    keys: keys.map((key) => trustedKey(key, { from: null, until: null })),
  };
}
