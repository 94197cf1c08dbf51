import { fromBase64, IN_TOTO } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { isAt, isPlainText } from './layout.ts';
import { scalarSpans } from './scalar-spans.ts';

/** Envelopes read quickly because they are laid out like one that was read carefully before. */
export type AlikeEnvelopes = {
  /** The envelope between `start` and `end`, or undefined when it must be read carefully. */
  readonly read: (bytes: Buffer, start: number, end: number) => Envelope | undefined;
  /** Remembers the layout of an envelope that was read carefully, if it has one signature. */
  readonly learn: (bytes: Uint8Array) => void;
};

type Field = 'payload' | 'keyid' | 'sig';
type Layout = {
  readonly holes: readonly { readonly literal: Buffer; readonly field: Field }[];
  readonly tail: Buffer;
};

const FIELDS: ReadonlyMap<string, Field | 'payloadType'> = new Map([
  ['payload', 'payload'],
  ['payloadType', 'payloadType'],
  ['signatures[].keyid', 'keyid'],
  ['signatures[].sig', 'sig'],
]);

/** How often a layout is learned: tools that sign are few, and a stream of many is read carefully. */
const TRIES = 16;
const QUOTE = 0x22;

/** Keeps the layout of the envelope met last: whoever signs the proofs of a fleet writes all of them alike. */
export function alikeEnvelopes(): AlikeEnvelopes {
  let layout: Layout | null = null;
  let tries = TRIES;
  return {
    read: (bytes, start, end) => (layout === null ? undefined : readEnvelopeLike(layout, bytes, start, end)),
    learn: (bytes) => {
      if (tries === 0) return;
      tries -= 1;
      layout = layoutOf(bytes);
    },
  };
}

/** Null for an envelope with other than one signature, and for one with a field that is not what it always is. */
function layoutOf(bytes: Uint8Array): Layout | null {
  const spans = scalarSpans(bytes, (path) => FIELDS.has(path));
  const fields = spans.map((span) => FIELDS.get(span.path) as Field | 'payloadType');
  const isUsual = [...FIELDS.values()].every((field) => fields.filter((each) => each === field).length === 1);
  if (!isUsual || spans.some((span) => span.kind !== 'text')) return null;
  const holes: Layout['holes'][number][] = [];
  let done = 0;
  for (const [index, { start, end }] of spans.entries()) {
    const field = fields[index] as Field | 'payloadType';
    if (field === 'payloadType') continue;
    // A copy, because a stream's bytes are overwritten.
    holes.push({ literal: Buffer.from(bytes.subarray(done, start)), field });
    done = end;
  }
  return { holes, tail: Buffer.from(bytes.subarray(done)) };
}

function readEnvelopeLike(
  { holes, tail }: Layout,
  bytes: Buffer,
  start: number,
  end: number,
): Envelope | undefined {
  const texts = { payload: '', keyid: '', sig: '' };
  let at = start;
  for (const { literal, field } of holes) {
    if (!isAt(bytes, at, end, literal)) return undefined;
    at += literal.length;
    const close = bytes.indexOf(QUOTE, at);
    if (close === -1 || close >= end) return undefined;
    texts[field] = bytes.toString('latin1', at, close);
    if (field === 'keyid' && !bytes.subarray(at, close).every(isPlainText)) return undefined;
    at = close;
  }
  if (at + tail.length !== end || !isAt(bytes, at, end, tail)) return undefined;
  // What is not base64 to the last character may be an escape, which only careful reading undoes.
  const payload = fromBase64(texts.payload);
  const sig = fromBase64(texts.sig);
  if (payload === undefined || sig === undefined) return undefined;
  return { ok: true, payloadType: IN_TOTO, payload, signatures: [{ keyid: texts.keyid, sig }] };
}
