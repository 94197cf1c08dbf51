import type { Manifest } from '../../src/model/manifest.ts';
import type { NodeReport } from '../../src/model/node-report.ts';
import { manifestDigest } from '../../src/seal/digest.ts';
import { sealEnvelope } from '../../src/seal/envelope.ts';
import { keyringIndex } from '../../src/seal/keyring.ts';
import type { KeyringIndex } from '../../src/seal/keyring.ts';
import { holderOf, newPrivateKey, signingKey, trustedKey } from '../../src/seal/keys.ts';
import type { SigningKey } from '../../src/seal/keys.ts';
import type { Door } from '../../src/seal/open.ts';
import { NOW, manifest, report, sha } from './documents.ts';

/** Real keys that really sign, for tests of the door. */

type Role = SigningKey['role'];
type Valid = { readonly from: string | null; readonly until: string | null };

export const ALWAYS: Valid = { from: null, until: null };

export function newKey(role: Role, name: string, hostname: string | null = null): SigningKey {
  return signingKey(newPrivateKey(holderOf({ role, name, hostname }), NOW), 'The key');
}

export const BUILDER = newKey('builder', 'ci');
export const NODE = newKey('node', 'n1');
export const GATE = newKey('gate', 'gate-1');

export function keyringOf(...keys: readonly (SigningKey | readonly [SigningKey, Valid])[]): KeyringIndex {
  const entries = keys.map((entry) => ('keyid' in entry ? trustedKey(entry, ALWAYS) : trustedKey(...entry)));
  return keyringIndex({ schema: 'haunted.keyring/v1', keys: entries }, 'The keyring');
}

/** A door that trusts the three keys above and nobody else. */
export function doorOf(more: Partial<Door> = {}): Door {
  const keyring = keyringOf(BUILDER, NODE, GATE);
  return { keyring, acceptUnsigned: false, acceptTransport: [], now: NOW, ...more };
}

/** A manifest whose manifest_sha256 is right. */
export function soundManifest(more: Partial<Manifest> = {}): Manifest {
  const draft = manifest({ generation: 1, binary_sha256: sha('a'), ...more });
  return { ...draft, manifest_sha256: manifestDigest(draft) };
}

export function soundReport(more: Partial<NodeReport> = {}): NodeReport {
  return report('n1', sha('a'), more);
}

export function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Any payload text in an envelope with a true signature: what a holder of the key could sign if they wanted to. */
export function sealText(payload: string, key: SigningKey): Record<string, unknown> {
  return JSON.parse(sealEnvelope(bytesOf(payload), key)) as Record<string, unknown>;
}
