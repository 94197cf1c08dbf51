import { endianness } from 'node:os';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseSocket, readSockets } from './socket-table.ts';

const HEADING =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const line = (local: string, peer: string, state: string, inode = 9): string =>
  `   0: ${local} ${peer} ${state} 00000000:00000000 00:00000000 00000000  1001        0 ${inode} 1 0000000000000000 100 0 0 10 0`;
const none6 = `${'0'.repeat(32)}:0000`;

describe.skipIf(endianness() === 'BE')('a line of /proc/net/tcp', () => {
  it.each([
    ['0100007F:2328', '127.0.0.1', 9000],
    ['00000000:FFFF', '0.0.0.0', 65535],
    ['0200A8C0:0001', '192.168.0.2', 1],
    ['00000000000000000000000000000000:2328', '::', 9000],
    ['00000000000000000000000001000000:2328', '::1', 9000],
    ['0000000000000000FFFF00000100007F:2328', '::ffff:127.0.0.1', 9000],
    ['B80D0120000000000000000001000000:01BB', '2001:db8::1', 443],
    ['000080FE00000000FF005450FE76D2A1:01BB', 'fe80::5054:ff:a1d2:76fe', 443],
    ['B80D0120000001000000010000000100:01BB', '2001:db8:1:0:1:0:1:0', 443],
  ])('%s is %s port %d', (local, address, port) => {
    expect(parseSocket(line(local, none6, '0A'))).toMatchObject({
      address,
      port,
      state: 'listening',
      uid: 1001,
      inode: 9,
    });
  });

  it.each([
    ['0A', 'listening'],
    ['01', 'established'],
    ['06', 'other'],
  ])('state %s is %s', (code, state) => {
    expect(parseSocket(line('0100007F:2328', '0100007F:D431', code))).toMatchObject({
      state,
      peerAddress: '127.0.0.1',
      peerPort: 54321,
    });
  });

  it.each([
    ['the heading', HEADING],
    ['nothing', ''],
    ['half a line', '   0: 0100007F:2328'],
    ['a short address', line('0100007:2328', none6, '0A')],
  ])('is none when it is %s', (_what, text) => {
    expect(parseSocket(text)).toBeNull();
  });
});

describe('the sockets of this machine', () => {
  it.each(['127.0.0.1', '127.0.0.3'])('hold one that listens on %s', async (address) => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, address, resolve));
    const { port } = server.address() as AddressInfo;
    expect(readSockets('self')).toContainEqual(
      expect.objectContaining({ address, port, state: 'listening' }),
    );
    await new Promise((resolve) => void server.close(resolve));
    expect(
      readSockets('self').filter((socket) => socket.port === port && socket.state === 'listening'),
    ).toEqual([]);
  });
});
