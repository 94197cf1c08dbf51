import { hash } from 'node:crypto';
import { canonicalize } from './canonical.ts';

/** The sha256 of bytes, or of a text's UTF-8, as 64 lower-case hex characters. */
export function sha256Hex(data: Uint8Array | string): string {
  return hash('sha256', data, 'hex');
}

/**
 * The name of a manifest: sha256 of its RFC 8785 form without `manifest_sha256`. Takes the JSON as it was read, never a copy a
 * schema has filled in, because a default added by a newer version would change the name of an old document.
 */
export function manifestDigest(raw: unknown): string {
  const named = Object.entries(raw as object).filter(([key]) => key !== 'manifest_sha256');
  return sha256Hex(canonicalize(Object.fromEntries(named)));
}
