import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serviceCrew } from '../../../test/world/live-service.ts';
import type { LiveService } from '../../../test/world/live-service.ts';
import { buildService } from '../../../test/world/service-binary.ts';
import type { ServiceBinary } from '../../../test/world/service-binary.ts';
import { liveTraffic } from './live-traffic.ts';

const crew = serviceCrew();
const clients: Socket[] = [];
let folder = '';
let smars: ServiceBinary;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'live-traffic-'));
  smars = buildService(folder, 'A');
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await crew.stopAll();
});
afterAll(() => rmSync(folder, { recursive: true }));

async function listener(): Promise<LiveService> {
  return await crew.start(smars.file, [...smars.words, 'listen', '0']);
}

async function client(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  clients.push(socket);
  await new Promise<void>((resolve, reject) => void socket.once('connect', resolve).once('error', reject));
}

/** A node server of its own: echoes nothing, can stop listening, can connect to itself. */
const SERVER = `
const net = require('net');
const held = [];
const server = net.createServer((socket) => { held.push(socket); console.log('ready ' + server.address().port + ' accepted'); });
server.listen(0, process.argv[1] || '127.0.0.1', () => console.log('ready ' + server.address().port));
process.stdin.on('data', (text) => {
  if (String(text).includes('close')) { server.close(); console.log('closed'); }
  if (String(text).includes('self')) held.push(net.connect(server.address().port, '127.0.0.1'));
}).on('end', () => process.exit(0));
`;

async function says(service: LiveService, word: string): Promise<void> {
  await new Promise<void>((resolve) => {
    service.child.stdout.on('data', (piece: Buffer) => {
      if (piece.toString().includes(word)) resolve();
    });
  });
}

describe('live traffic', () => {
  it('is taken by whoever listens, when no ports are declared', async () => {
    const { pid, port } = await listener();
    expect(liveTraffic([pid], null)).toEqual({
      listening: [`127.0.0.1:${port}`],
      established: 0,
      isLive: true,
      reason: 'it listens, and no traffic ports are declared',
    });
  });

  it('is taken by whoever listens on a declared port, loopback or not', async () => {
    const { pid, port } = await listener();
    expect(liveTraffic([pid], [port])).toMatchObject({
      isLive: true,
      reason: `it listens on traffic port ${port}`,
    });
  });

  it('is not taken by whoever listens elsewhere only', async () => {
    const { pid } = await listener();
    expect(liveTraffic([pid], [1])).toMatchObject({ isLive: false, established: 0 });
  });

  it('may be taken by whoever listens nowhere: nothing shows that it is idle', async () => {
    const { pid } = await crew.start(smars.file, smars.words);
    expect(liveTraffic([pid], null)).toMatchObject({
      isLive: true,
      listening: [],
      reason: expect.stringContaining('no TCP port'),
    });
    expect(liveTraffic([pid], [9000])).toMatchObject({ isLive: false });
  });

  it('counts connections that wait to be accepted', async () => {
    const { pid, port } = await listener();
    await client(port);
    await client(port);
    expect(liveTraffic([pid], [port]).established).toBe(2);
    expect(liveTraffic([pid], [1]).established).toBe(0);
  });

  it('is still taken by a server that stopped listening and serves on', async () => {
    const service = await crew.start(process.execPath, ['-e', SERVER]);
    const accepted = says(service, 'accepted');
    await client(service.port);
    await accepted;
    const closed = says(service, 'closed');
    service.child.stdin.write('close');
    await closed;
    expect(liveTraffic([service.pid], [service.port])).toMatchObject({
      isLive: true,
      established: 1,
      listening: [],
    });
  });

  it('is not a server that talks to itself', async () => {
    const service = await crew.start(process.execPath, ['-e', SERVER]);
    const accepted = says(service, 'accepted');
    service.child.stdin.write('self');
    await accepted;
    expect(liveTraffic([service.pid], [service.port]).established).toBe(0);
  });

  it('is counted when it comes over IPv4 to a server of IPv6, but not from itself', async () => {
    const service = await crew.start(process.execPath, ['-e', SERVER, '::']);
    const first = says(service, 'accepted');
    await client(service.port);
    await first;
    const second = says(service, 'accepted');
    service.child.stdin.write('self');
    await second;
    expect(liveTraffic([service.pid], null)).toMatchObject({
      established: 1,
      listening: [`[::]:${service.port}`],
    });
  });

  it('is that of all its processes, and of no other that shares the port on another address', async () => {
    const { pid, port } = await listener();
    const other = await listener();
    await client(other.port);
    expect(liveTraffic([pid], null).established).toBe(0);
    expect(liveTraffic([pid, other.pid], null)).toMatchObject({
      established: 1,
      listening: [`127.0.0.1:${port}`, `127.0.0.1:${other.port}`].sort(),
    });
  });
});
