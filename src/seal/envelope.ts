import { sign } from 'node:crypto';
import { LIMITS } from '../model/limits.ts';
import { isObject } from './is-object.ts';
import type { SigningKey } from './keys.ts';
import { quoted } from '../model/quoted.ts';
import { refusal } from './refusal.ts';
import type { Refusal } from './refusal.ts';

/** The only payload type haunted signs and reads: an in-toto Statement. What is in it is told by its predicateType. */
export const IN_TOTO = 'application/vnd.in-toto+json';

/** A DSSE 1.0.2 envelope with its base64 undone. `keyid` is a hint where to look and no more. */
export type Envelope = {
  readonly ok: true;
  readonly payloadType: string;
  readonly payload: Uint8Array;
  readonly signatures: readonly { readonly keyid: string; readonly sig: Uint8Array }[];
};

/** Whether a value means to be an envelope, well made or not. No document of ours has these fields. */
export function isEnvelope(value: unknown): value is Readonly<Record<string, unknown>> {
  return isObject(value) && (Object.hasOwn(value, 'payloadType') || Object.hasOwn(value, 'signatures'));
}

/**
 * The envelope in a value, or why it is none. Fields that DSSE does not know are ignored, as it asks, and
 * both alphabets of base64 are read. No more than LIMITS.signatures signatures are looked at.
 */
export function readEnvelope(value: Readonly<Record<string, unknown>>): Envelope | Refusal {
  const { payload, payloadType, signatures } = value;
  if (typeof payloadType !== 'string') return refusal('malformed', 'its payloadType is not a text');
  if (payloadType !== IN_TOTO)
    return refusal('wrong_predicate', `its payloadType is ${quoted(payloadType)}, not ${IN_TOTO}`);
  const body = fromBase64(payload);
  if (body === undefined) return refusal('malformed', 'its payload is not base64');
  if (!Array.isArray(signatures) || signatures.length === 0)
    return refusal('malformed', 'it holds no signatures');
  const read: Envelope['signatures'][number][] = [];
  for (const signature of signatures.slice(0, LIMITS.signatures) as readonly unknown[]) {
    if (!isObject(signature)) return refusal('malformed', 'one of its signatures is not an object');
    const sig = fromBase64(signature['sig']);
    if (sig === undefined) return refusal('malformed', 'one of its signatures is not base64');
    // Unset, null and empty say the same: no hint.
    const keyid = signature['keyid'] ?? '';
    if (typeof keyid !== 'string') return refusal('malformed', 'one of its keyids is not a text');
    read.push({ keyid, sig });
  }
  return { ok: true, payloadType, payload: body, signatures: read };
}

/** The bytes a signature is made over: DSSE's pre-authentication encoding of the type and the payload as received. */
export function preAuthEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const head = Buffer.from(`DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `);
  const encoded = Buffer.allocUnsafe(head.length + payload.length);
  encoded.set(head);
  encoded.set(payload, head.length);
  return encoded;
}

/** A payload signed by one key, as the text of an envelope on one line. */
export function sealEnvelope(payload: Uint8Array, key: SigningKey): string {
  const sig = sign(null, preAuthEncoding(IN_TOTO, payload), key.privateKey);
  const envelope = {
    payload: Buffer.from(payload).toString('base64'),
    payloadType: IN_TOTO,
    signatures: [{ keyid: key.keyid, sig: sig.toString('base64') }],
  };
  return `${JSON.stringify(envelope)}\n`;
}

/** The bytes in a base64 text, or undefined when it is none. Node's decoder skips what is not base64; a length that does not add up shows that it did. */
export function fromBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== 'string') return undefined;
  const unpadded = text.length - (text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0);
  const bytes = Buffer.from(text, 'base64');
  const isWhole = unpadded % 4 !== 1 && bytes.length === Math.floor((unpadded * 3) / 4);
  return isWhole ? bytes : undefined;
}
