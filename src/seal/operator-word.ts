import { verify } from 'node:crypto';
import { Fault } from '../fault.ts';
import { OperatorWord } from '../model/operator-word.ts';
import { quoted } from '../model/quoted.ts';
import { withArticle } from '../model/with-article.ts';
import { sha256Hex } from './digest.ts';
import { isEnvelope, readEnvelope, sealEnvelope } from './envelope.ts';
import { readJson } from './json.ts';
import type { KeyringIndex } from './keyring.ts';
import type { SigningKey } from './keys.ts';
import { checkValue } from './parse-document.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { pendingSignature } from './signature.ts';
import { PREDICATES, readStatement, writeStatement } from './statement.ts';

/** A word in an operator's envelope; its subject is the cluster's name, hashed. Fault BAD_INPUT for a key of another role. */
export function signWord(word: OperatorWord, key: SigningKey): string {
  if (key.role !== 'operator') {
    const sentence = `The key ${quoted(key.name)} is ${withArticle(key.role)} key, and only an operator key signs ${NOUNS[word.kind]}.`;
    throw new Fault('BAD_INPUT', sentence);
  }
  return sealEnvelope(writeStatement(PREDICATES.word, [subjectOf(word)], word), key);
}

const NOUNS: Readonly<Record<OperatorWord['kind'], string>> = {
  bypass: 'a bypass',
  release_quarantine: 'the release of a quarantine',
  release_manifest: 'the release of a manifest',
  classify: 'what a rollback turned out to be',
};

export type OpenedWord =
  | { readonly ok: true; readonly word: OperatorWord; readonly keyid: string; readonly signer: string }
  | Refusal;

/**
 * Is this a word that an operator's key signed, and does it still count? `now` in milliseconds since the epoch: key and word are
 * judged as of then. A word that was signed in the future does not count yet. Never throws.
 */
export function openWord(bytes: Uint8Array, keyring: KeyringIndex, now: number): OpenedWord {
  const json = readJson(bytes);
  if (!json.ok) return refusal('malformed', `it ${json.detail}`);
  if (!isEnvelope(json.value)) return refusal('unsigned', 'it carries no signature');
  const envelope = readEnvelope(json.value);
  if (!envelope.ok) return envelope;
  const pending = pendingSignature(envelope, { role: 'operator', keyring, now });
  if (!pending.ok) return pending;
  const settled = pending.settle(verify(null, pending.pae, pending.key.publicKey(), pending.sig));
  if (!settled.ok) return settled;
  const statement = readStatement(envelope.payload, PREDICATES.word);
  if (!statement.ok) return statement;
  const checked = checkValue(OperatorWord, statement.predicate);
  if (!checked.ok) return refusal('malformed', `its statement is no operator’s word: ${checked.detail}`);
  const word = checked.value;
  if (!statement.subjects.includes(subjectOf(word).sha256))
    return refusal('wrong_subject', `its statement is not about cluster ${quoted(word.cluster)}`);
  if (Date.parse(word.said_at) > now + SKEW_MS)
    return refusal('key_not_yet_valid', `it was signed in the future, at ${word.said_at}`);
  if (Date.parse(word.until) <= now) return refusal('word_ended', `it ended at ${word.until}`);
  return { ok: true, word, keyid: settled.key.keyid, signer: settled.key.name };
}

/** How far the clock of who signed may be ahead, in milliseconds. */
const SKEW_MS = 30_000;

function subjectOf({ cluster }: OperatorWord): { readonly name: string; readonly sha256: string } {
  return { name: cluster, sha256: sha256Hex(Buffer.from(cluster, 'utf8')) };
}
