import { verify } from 'node:crypto';
import { Fault } from '../fault.ts';
import { LedgerCheckpoint } from '../model/ledger-checkpoint.ts';
import { quoted } from '../model/quoted.ts';
import { isEnvelope, readEnvelope, sealEnvelope } from './envelope.ts';
import { readJson } from './json.ts';
import type { KeyringIndex } from './keyring.ts';
import type { SigningKey } from './keys.ts';
import { checkValue } from './parse-document.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';
import { pendingSignature } from './signature.ts';
import { PREDICATES, readStatement, writeStatement } from './statement.ts';

/** A checkpoint in the gate's envelope; its subject is the head. Fault BAD_INPUT for a key of another role. */
export function signCheckpoint(checkpoint: LedgerCheckpoint, key: SigningKey): string {
  if (key.role !== 'gate') {
    const sentence = `The key ${quoted(key.name)} is a ${key.role} key, and only a gate key signs a checkpoint.`;
    throw new Fault('BAD_INPUT', sentence);
  }
  const subjects = [{ name: checkpoint.ledger, sha256: checkpoint.head }];
  return sealEnvelope(writeStatement(PREDICATES.checkpoint, subjects, checkpoint), key);
}

export type OpenedCheckpoint =
  | { readonly ok: true; readonly checkpoint: LedgerCheckpoint; readonly keyid: string }
  | Refusal;

/** Is this a checkpoint that a gate's key signed? `now` in milliseconds since the epoch: the key is judged as of then. Never throws. */
export function openCheckpoint(bytes: Uint8Array, keyring: KeyringIndex, now: number): OpenedCheckpoint {
  const json = readJson(bytes);
  if (!json.ok) return refusal('malformed', `it ${json.detail}`);
  if (!isEnvelope(json.value)) return refusal('unsigned', 'it carries no signature');
  const envelope = readEnvelope(json.value);
  if (!envelope.ok) return envelope;
  const pending = pendingSignature(envelope, { role: 'gate', keyring, now });
  if (!pending.ok) return pending;
  const settled = pending.settle(verify(null, pending.pae, pending.key.publicKey(), pending.sig));
  if (!settled.ok) return settled;
  const statement = readStatement(envelope.payload, PREDICATES.checkpoint);
  if (!statement.ok) return statement;
  const checked = checkValue(LedgerCheckpoint, statement.predicate);
  if (!checked.ok) return refusal('malformed', `its statement is no checkpoint: ${checked.detail}`);
  if (!statement.subjects.includes(checked.value.head))
    return refusal('wrong_subject', 'its statement is not about its head');
  return { ok: true, checkpoint: checked.value, keyid: settled.key.keyid };
}
