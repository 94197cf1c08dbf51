import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha } from '../../test/world/documents.ts';
import { FlagName } from '../model/text.ts';
import { readMembers } from './baggage.ts';
import { readStamp, stampMember } from './stamp.ts';
import type { BadStamp, Stamp } from './stamp.ts';

const STAMP: Stamp = {
  flag: 'rlp',
  meaning: 'm:rlp',
  sender: 'order-gateway',
  binarySha256: sha('b'),
  unaware: 'refuse',
};

function readBack(member: string): Stamp | BadStamp {
  const [only, ...others] = readMembers(member);
  if (only === undefined || others.length > 0) throw new Error(`not one member: ${member}`);
  return readStamp(only);
}

function again(text: string): string {
  return encodeURIComponent(decodeURIComponent(text));
}

/** What a tracer does to a member on its way: decode key and value, and encode them again. */
function throughTracer(member: string): string {
  const [{ key, value } = { key: '', value: '' }] = readMembers(member);
  return `${again(key)}=${again(value)};seen=1`;
}

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => {
  return text.isWellFormed() && FlagName.safeParse(text).success;
});
const anyStamp = fc.record({
  flag: name,
  meaning: name,
  sender: name,
  binarySha256: fc.constantFrom(sha('a'), sha('0')),
  unaware: fc.constantFrom('ignore' as const, 'refuse' as const),
});

describe('a stamp', () => {
  it('is one readable baggage member', () => {
    expect(stampMember(STAMP)).toBe(`haunted-flag.rlp=v1~m:rlp~order-gateway~${sha('b')}~refuse`);
  });

  it('says the same when read again, whatever the names, and after a tracer', () => {
    fc.assert(
      fc.property(anyStamp, (stamp) => {
        const member = stampMember(stamp);
        expect(member).toMatch(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+=[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]+$/);
        expect(readBack(member)).toEqual(stamp);
        expect(readBack(throughTracer(member))).toEqual(stamp);
      }),
    );
  });

  it.each([
    ['haunted-flag.=v1~m~s', 'stamp_malformed', null, 'its key does not hold the name of a flag'],
    ['haunted-flag.%ff=v1', 'stamp_malformed', null, 'its key does not hold the name of a flag'],
    ['haunted-flag.a%0A=v1', 'stamp_malformed', null, 'its key does not hold the name of a flag'],
    ['haunted-flag.a=%', 'stamp_malformed', 'a', 'its value is not percent-encoded UTF-8'],
    ['haunted-flag.a', 'stamp_malformed', 'a', 'it names no version'],
    ['haunted-flag.a=', 'stamp_malformed', 'a', 'it names no version'],
    ['haunted-flag.a=v0~m', 'stamp_malformed', 'a', 'it names no version'],
    ['haunted-flag.a=v2~m', 'stamp_version', 'a', 'it is of version v2, and this receiver reads v1'],
    ['haunted-flag.a=v1~m~s', 'stamp_malformed', 'a', 'it has 2 fields after the version, not 4'],
    [
      `haunted-flag.a=v1~~s~${sha('a')}~refuse`,
      'stamp_malformed',
      'a',
      'its meaning is no name of 1 to 256 printable characters',
    ],
    [
      `haunted-flag.a=v1~m~%250A~${sha('a')}~refuse`,
      'stamp_malformed',
      'a',
      'its sender is no name of 1 to 256 printable characters',
    ],
    ['haunted-flag.a=v1~m~s~abc~refuse', 'stamp_malformed', 'a', 'its binary is no sha256'],
    [
      `haunted-flag.a=v1~m~s~${sha('a')}~maybe`,
      'stamp_malformed',
      'a',
      'its last field is not ignore or refuse',
    ],
  ])('cannot be read: %s', (member, code, flag, detail) => {
    expect(readBack(member)).toEqual({ code, flag, detail });
  });

  it('never throws, whatever the value', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (key, value) => {
        expect(readStamp({ key: `haunted-flag.${key}`, value, raw: '' })).toHaveProperty('flag');
      }),
    );
  });
});
