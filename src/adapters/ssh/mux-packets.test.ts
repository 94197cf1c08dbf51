import { array, assert, integer, property, uint8Array } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  channelPacket,
  helloPacket,
  packetCutter,
  proxyPacket,
  sshString,
  terminatePacket,
  uint32,
} from './mux-packets.ts';

describe('the packets of a shared connection', () => {
  // PROTOCOL.mux, sections 1, 5, 9 and 11.
  it.each([
    ['hello, version 4', helloPacket(), '00000008 00000001 00000004'],
    ['proxy mode', proxyPacket(), '00000008 1000000f 00000000'],
    ['end', terminatePacket(), '00000008 10000005 00000000'],
    ['a channel message without padding', channelPacket(96, uint32(7)), '00000006 0060 00000007'],
    ['a text with its length', sshString('exec'), '00000004 65786563'],
  ])('%s', (_title, packet, hex) => {
    expect(packet.toString('hex')).toBe(hex.replaceAll(' ', ''));
  });

  it('come out as they went in, whatever pieces they arrive in', () => {
    assert(
      property(
        array(uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        array(integer({ min: 1, max: 30 }), { minLength: 1 }),
        (payloads, sizes) => {
          const stream = Buffer.concat(payloads.map((payload) => sshString(payload)));
          const packets: string[] = [];
          const cut = packetCutter((packet) => packets.push(packet.toString('hex')));
          for (let at = 0, n = 0; at < stream.length; n += 1) {
            const size = sizes[n % sizes.length] ?? 1;
            cut(stream.subarray(at, at + size));
            at += size;
          }
          expect(packets).toEqual(payloads.map((payload) => Buffer.from(payload).toString('hex')));
        },
      ),
    );
  });

  it('of 256 KiB are the longest there are', () => {
    const cut = packetCutter(() => undefined);
    expect(() => cut(uint32(256 * 1024))).not.toThrow();
    expect(() => packetCutter(() => undefined)(uint32(256 * 1024 + 1))).toThrow(RangeError);
  });
});
