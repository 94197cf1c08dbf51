import { verify } from 'node:crypto';
import { LIMITS } from '../model/limits.ts';
import type { Role } from '../model/keyring.ts';
import { preAuthEncoding } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import type { IndexedKey, KeyringIndex } from './keyring.ts';
import { quoted } from '../model/quoted.ts';
import { withArticle } from '../model/with-article.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** What a signature must be to count. `now` in milliseconds since the epoch; a null keyring knows nobody. */
export type Required = { readonly role: Role; readonly keyring: KeyringIndex | null; readonly now: number };

/** One key that may have made one signature; named when the envelope says so, else guessed. */
type Candidate = { readonly key: IndexedKey; readonly sig: Uint8Array; readonly isNamed: boolean };

/** The key whose signature counts, or why none does. */
type Settled = { readonly ok: true; readonly key: IndexedKey } | Refusal;

/** A signature that is yet to be verified. */
export type PendingSignature = {
  readonly ok: true;
  readonly key: IndexedKey;
  readonly sig: Uint8Array;
  /** The bytes it is made over. */
  readonly pae: Uint8Array;
  /** Whose signature counts, when it is known whether this one is good. Verifies further ones, if there are any, itself. */
  readonly settle: (isGood: boolean) => Settled;
};

/**
 * Whose signature is on this envelope? One signature from a key that fits is enough. A keyid leads to its key in the keyring;
 * one that leads nowhere is no reason to refuse, since other tools number keys differently: then every key of the right role is
 * tried, if those are few. All in all no envelope costs more than LIMITS.signatures verifications.
 */
export function pendingSignature(envelope: Envelope, required: Required): PendingSignature | Refusal {
  const candidates = envelope.signatures
    .flatMap(({ keyid, sig }) => candidatesFor(keyid, sig, required))
    .slice(0, LIMITS.signatures);
  const [first, ...others] = candidates;
  if (first === undefined) return unknownKey(envelope, required);
  const pae = preAuthEncoding(envelope.payloadType, envelope.payload);
  const settle: PendingSignature['settle'] = (isGood) => {
    let answer = judge(first, isGood, required);
    for (const other of others) {
      if (answer?.ok === true) break;
      const next = judge(other, verify(null, pae, other.key.publicKey(), other.sig), required);
      if (next?.ok === true || answer === null) answer = next;
    }
    return answer ?? unknownKey(envelope, required);
  };
  return { ok: true, key: first.key, sig: first.sig, pae, settle };
}

/** The key when its signature counts, or why not. Null for a wrong guess, which says nothing about anybody. */
function judge(candidate: Candidate, isGood: boolean, required: Required): Settled | null {
  const { key, isNamed } = candidate;
  if (isGood) return keyProblem(key, required) ?? { ok: true, key };
  const detail = `the signature of the key ${quoted(key.name)} does not match the payload`;
  return isNamed ? refusal('bad_signature', detail) : null;
}

function candidatesFor(keyid: string, sig: Uint8Array, { role, keyring }: Required): readonly Candidate[] {
  if (keyring === null) return [];
  const named = keyring.byKeyid.get(keyid);
  if (named !== undefined) return [{ key: named, sig, isNamed: true }];
  const guesses = keyring.byRole.get(role) ?? [];
  return guesses.length > LIMITS.signatures ? [] : guesses.map((key) => ({ key, sig, isNamed: false }));
}

/** Why a key whose signature is good does not count all the same. */
function keyProblem(key: IndexedKey, { role, now }: Required): Refusal | null {
  if (key.role !== role) {
    const detail = `it is signed by the ${key.role} key ${quoted(key.name)}, and only ${withArticle(role)} key may sign it`;
    return refusal('wrong_role', detail);
  }
  if (now < key.validFrom) return outOfTime('key_not_yet_valid', key, 'counts only from', key.validFrom);
  if (now >= key.validUntil) return outOfTime('key_expired', key, 'stopped counting at', key.validUntil);
  return null;
}

function outOfTime(reason: Refusal['reason'], key: IndexedKey, verb: string, at: number): Refusal {
  return refusal(reason, `its key ${quoted(key.name)} ${verb} ${new Date(at).toISOString()}`);
}

function unknownKey({ signatures }: Envelope, { keyring }: Required): Refusal {
  const keyid = signatures.map((signature) => signature.keyid).find((hint) => hint !== '');
  const who =
    keyid === undefined ? 'it is signed by a key that' : `it is signed by the key ${quoted(keyid)}, which`;
  const detail =
    keyring === null ? 'there is no keyring to check its signature with' : `${who} is not in the keyring`;
  return refusal('unknown_key', detail);
}
