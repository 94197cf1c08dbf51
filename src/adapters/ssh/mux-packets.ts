/**
 * The bytes that a shared ssh connection and its clients exchange: OpenSSH's PROTOCOL.mux, sections 1, 5 and 9, and the channel
 * messages of RFC 4254 that travel in proxy mode. Pure: bytes in, bytes out.
 */
const MUX = { hello: 0x0000_0001, terminate: 0x1000_0005, proxy: 0x1000_000f } as const;

/** What a master answers. */
export const MUX_REPLY = {
  hello: 0x0000_0001,
  denied: 0x8000_0002,
  failure: 0x8000_0003,
  proxy: 0x8000_000f,
} as const;

/** RFC 4254 section 9. */
export const CHANNEL = {
  open: 90,
  confirmation: 91,
  open_failure: 92,
  window_adjust: 93,
  data: 94,
  extended_data: 95,
  eof: 96,
  close: 97,
  request: 98,
  success: 99,
  failure: 100,
} as const;

/** A master refuses longer ones itself; nothing we ask for is longer. */
const MAX_PACKET_BYTES = 256 * 1024;

/** Opens a client's conversation with a master: version 4 of the protocol. */
export function helloPacket(): Buffer {
  return framed(Buffer.concat([uint32(MUX.hello), uint32(4)]));
}

/** From now on the socket carries plain ssh channel messages. */
export function proxyPacket(): Buffer {
  return framed(Buffer.concat([uint32(MUX.proxy), uint32(0)]));
}

/** Asks the master to close its connection and end. */
export function terminatePacket(): Buffer {
  return framed(Buffer.concat([uint32(MUX.terminate), uint32(0)]));
}

/** One channel message: no padding, its type, its fields. */
export function channelPacket(type: number, ...fields: readonly Uint8Array[]): Buffer {
  return framed(Buffer.concat([Buffer.from([0, type]), ...fields]));
}

export function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function sshString(value: string | Uint8Array): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([uint32(bytes.length), bytes]);
}

function framed(payload: Buffer): Buffer {
  return Buffer.concat([uint32(payload.length), payload]);
}

/** Cuts a stream of bytes into packets, whatever pieces it arrives in. Throws RangeError for a packet longer than a master sends. */
export function packetCutter(onPacket: (payload: Buffer) => void): (piece: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (piece) => {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    while (rest.length >= 4) {
      const length = rest.readUInt32BE(0);
      if (length > MAX_PACKET_BYTES) throw new RangeError(`a packet of ${length} bytes`);
      if (rest.length < 4 + length) return;
      const payload = rest.subarray(4, 4 + length);
      rest = rest.subarray(4 + length);
      onPacket(payload);
    }
  };
}
