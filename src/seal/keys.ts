import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Fault } from '../fault.ts';
import type { Role, TrustedKey } from '../model/keyring.ts';
import type { PrivateKey } from '../model/private-key.ts';
import { sha256Hex } from './digest.ts';

/** Who a key speaks as. A node key speaks for one host, the others for none. */
export type KeyHolder = { readonly role: Role; readonly name: string; readonly hostname: string | null };

/** A private key that is ready to sign, with what a signature needs to say about it. */
export type SigningKey = KeyHolder & { readonly keyid: string; readonly privateKey: KeyObject };

// Every ed25519 SPKI is these twelve bytes and the 32 bytes of the key (RFC 8410, section 4).
const SPKI_ED25519 = '302a300506032b6570032100';
const PUBLIC_PEM = /^-----BEGIN PUBLIC KEY-----\r?\n([A-Za-z0-9+/]{59}=)\r?\n-----END PUBLIC KEY-----\s*$/;

/** A new ed25519 key, as the document to be kept secret. `now` in milliseconds since the epoch. */
export function newPrivateKey(holder: KeyHolder, now: number): PrivateKey {
  const { privateKey } = generateKeyPairSync('ed25519');
  return {
    schema: 'haunted.private-key/v1',
    role: holder.role,
    name: holder.name,
    ...(holder.hostname === null ? {} : { hostname: holder.hostname }),
    created_at: new Date(now).toISOString(),
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** The key of a private key document, ready to sign. Fault BAD_INPUT when it holds no ed25519 key; `source` names it. */
export function signingKey(document: PrivateKey, source: string): SigningKey {
  const privateKey = privateKeyFrom(document.private_key);
  if (privateKey?.asymmetricKeyType !== 'ed25519')
    throw new Fault('BAD_INPUT', `${source} is not usable: its private_key is not an ed25519 key in PEM.`, {
      source,
    });
  return { ...holderOf(document), keyid: keyidOf(createPublicKey(privateKey)), privateKey };
}

/** The public half of a key, as a keyring lists it. */
export function trustedKey(
  key: SigningKey,
  valid: { readonly from: string | null; readonly until: string | null },
): TrustedKey {
  return {
    keyid: key.keyid,
    role: key.role,
    name: key.name,
    ...(key.hostname === null ? {} : { hostname: key.hostname }),
    public_key: createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' }).toString(),
    valid_from: valid.from,
    valid_until: valid.until,
  };
}

/** The SPKI DER inside a PEM, when it is exactly one ed25519 public key; null for anything else. */
export function spkiOfPem(pem: string): Buffer | null {
  const [, body] = PUBLIC_PEM.exec(pem) ?? [];
  const der = Buffer.from(body ?? '', 'base64');
  return der.toString('hex', 0, 12) === SPKI_ED25519 ? der : null;
}

function keyidOf(publicKey: KeyObject): string {
  return sha256Hex(publicKey.export({ type: 'spki', format: 'der' }));
}

/** Who holds a key. A node key that names no host speaks for the host of its own name; a host on any other key means nothing. */
export function holderOf(key: Pick<TrustedKey, 'role' | 'name' | 'hostname'>): KeyHolder {
  const { role, name } = key;
  return { role, name, hostname: role === 'node' ? (key.hostname ?? name) : null };
}

function privateKeyFrom(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey({ key: pem, format: 'pem' });
  } catch {
    return undefined;
  }
}
