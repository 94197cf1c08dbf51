import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedBytes } from '../../test/changed-bytes.ts';
import { NODE, soundReport } from '../../test/world/trust.ts';
import { alikeEnvelopes } from './alike-envelopes.ts';
import { isEnvelope, readEnvelope } from './envelope.ts';
import type { Envelope } from './envelope.ts';
import { readJson } from './json.ts';
import { signReport } from './sign.ts';

const TEXT = signReport(soundReport(), NODE).trim();
const OTHER = signReport(soundReport({ sequence: 12_345_678 }), NODE).trim();

function carefully(bytes: Uint8Array): Envelope | undefined {
  const read = readJson(bytes);
  const envelope = read.ok && isEnvelope(read.value) ? readEnvelope(read.value) : undefined;
  return envelope?.ok === true ? envelope : undefined;
}

/** Reads from the middle of a larger buffer, as lines of a stream are, after learning from `text`. */
function reader(text: string): (bytes: Uint8Array) => Envelope | undefined {
  const alike = alikeEnvelopes();
  alike.learn(Buffer.from(text));
  return (bytes) =>
    alike.read(Buffer.concat([Buffer.from('"}\n'), bytes, Buffer.from('\n{"')]), 3, 3 + bytes.length);
}

const quickly = reader(TEXT);

function plain(envelope: Envelope | undefined): unknown {
  return envelope && JSON.stringify(envelope);
}

describe('alikeEnvelopes', () => {
  it('knows nothing at first', () => {
    expect(alikeEnvelopes().read(Buffer.from(TEXT), 0, TEXT.length)).toBeUndefined();
  });

  it.each([
    ['the envelope it was learned from', TEXT],
    ['another one', OTHER],
    ['one with another keyid', TEXT.replace(NODE.keyid, 'sha256 of something')],
    ['one without a hint', TEXT.replace(NODE.keyid, '')],
    ['base64 for URLs', TEXT.replace(/"sig":"[^"]*"/, '"sig":"-_-_"')],
  ])('reads %s as careful reading does', (_, text) => {
    const expected = carefully(Buffer.from(text));
    expect(expected).toBeDefined();
    expect(plain(quickly(Buffer.from(text)))).toBe(plain(expected));
  });

  it.each([
    ['an escape in base64', TEXT.replace('"sig":"', '"sig":"\\/')],
    ['a blank in base64', TEXT.replace('"sig":"', '"sig":" ')],
    ['a keyid with an escape', TEXT.replace(NODE.keyid, '\\u0041')],
    ['a keyid outside ASCII', TEXT.replace(NODE.keyid, 'é')],
    ['a keyid with a line feed', TEXT.replace(NODE.keyid, '\n')],
    ['another payload type', TEXT.replace('in-toto', 'out-toto')],
    ['another field', TEXT.replace('{', '{"more":1,')],
    ['a blank more', TEXT.replace(',', ', ')],
    ['a text that is not closed', TEXT.slice(0, -20)],
    ['bytes after the end', `${TEXT} `],
    ['half of it', TEXT.slice(0, TEXT.length / 2)],
    ['payload that is not base64', TEXT.replace('"payload":"', '"payload":"A')],
    ['nothing', ''],
  ])('leaves %s to careful reading', (_, text) => {
    expect(quickly(Buffer.from(text))).toBeUndefined();
  });

  it('leaves a last line that is not closed to careful reading', () => {
    const alike = alikeEnvelopes();
    alike.learn(Buffer.from(TEXT));
    const cut = Buffer.from(TEXT.slice(0, 40));
    expect(alike.read(cut, 0, cut.length)).toBeUndefined();
  });

  it.each([
    [
      'two signatures',
      {
        payload: 'AAAA',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [
          { keyid: 'a', sig: 'AAAA' },
          { keyid: 'b', sig: 'AAAA' },
        ],
      },
    ],
    [
      'no keyid',
      { payload: 'AAAA', payloadType: 'application/vnd.in-toto+json', signatures: [{ sig: 'AAAA' }] },
    ],
    [
      'a keyid that is null',
      {
        payload: 'AAAA',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ keyid: null, sig: 'AAAA' }],
      },
    ],
    [
      'a keyid that is a number',
      {
        payload: 'AAAA',
        payloadType: 'application/vnd.in-toto+json',
        signatures: [{ keyid: 1, sig: 'AAAA' }],
      },
    ],
  ])('does not learn from an envelope with %s', (_, envelope) => {
    const text = JSON.stringify(envelope);
    expect(reader(text)(Buffer.from(text))).toBeUndefined();
  });

  it('learns the order of fields and blanks of others, with fields that DSSE ignores', () => {
    const { payload, payloadType, signatures } = JSON.parse(TEXT) as Record<string, unknown>;
    const text = `${JSON.stringify({ note: 'é', signatures, payloadType, payload }, null, 1)}\r`;
    expect(plain(reader(text)(Buffer.from(text)))).toBe(plain(carefully(Buffer.from(TEXT))));
  });

  it('keeps the layout met last, and stops learning from a stream that has none', () => {
    const alike = alikeEnvelopes();
    const knows = (text: string): boolean =>
      alike.read(Buffer.from(text), 0, Buffer.byteLength(text)) !== undefined;
    const texts = Array.from({ length: 17 }, (_, blanks) => TEXT.replace(',', `,${' '.repeat(blanks)}`));
    for (const text of texts) alike.learn(Buffer.from(text));
    expect(texts.map(knows)).toEqual(texts.map((_, index) => index === 15));
  });

  it('never differs from careful reading when a byte changes', () => {
    fc.assert(
      fc.property(changedBytes(Buffer.from(TEXT)), (bytes) => {
        const quick = quickly(bytes);
        expect(plain(quick) ?? plain(carefully(bytes))).toBe(plain(carefully(bytes)));
      }),
      { numRuns: 5000 },
    );
  });
});
