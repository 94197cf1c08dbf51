import { createServer, request } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlPlane, TOKEN } from '../../test/world/control-plane.ts';
import type { World } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { say } from '../../test/world/wire-agent.ts';
import { agentStreams } from './agent-streams.ts';

let world: World;

beforeEach(async () => {
  world = await controlPlane({ limits: { headersMs: 300, requestMs: 600, smallBytes: 1_024 } });
});
afterEach(async () => await world.close());

/** Everything that comes back until the other side hangs up. */
async function raw(text: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect(world.server.port, '127.0.0.1', () => void socket.write(text));
    let heard = '';
    socket.setEncoding('utf8').on('data', (piece) => (heard += String(piece)));
    socket.on('error', () => undefined);
    socket.once('close', () => resolve(heard));
  });
}

const isWell = async (): Promise<boolean> =>
  (await say(world.server.url, { method: 'GET', path: '/health' })).status === 200;

describe('bytes that are no question', () => {
  const HEAD = `POST /v1/join HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n`;
  it.each([
    ['no HTTP', 'hello\r\n\r\n', 'HTTP/1.1 400'],
    ['headers without end', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 'HTTP/1.1 431'],
    ['headers that come too slowly', 'GET / HTTP/1.1\r\nHost:', 'HTTP/1.1 408'],
    ['a body that comes too slowly', `${HEAD}\r\n{`, 'HTTP/1.1 408'],
  ])('are told so once and cut off: %s', async (_, text, status) => {
    const heard = await raw(text);
    expect(heard.startsWith(status)).toBe(true);
    expect(heard).toContain('"schema":"haunted.fault/v1"');
    expect(await isWell()).toBe(true);
  });

  it('leave nothing behind when their sender goes away in the middle', async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(world.server.port, '127.0.0.1', () =>
        socket.write(`${HEAD}\r\n{`, () => socket.destroy()),
      );
      socket.once('close', () => resolve());
    });
    expect(await isWell()).toBe(true);
  });

  it.each([
    ['a join that is too large', 'POST', '/v1/join', 'x'.repeat(2_000), 413],
    ['a join that is no JSON', 'POST', '/v1/join', '{', 400],
    ['a join that is another document', 'POST', '/v1/join', '[]', 400],
  ])('are refused: %s', async (_, method, path, body, status) => {
    const said = await say(world.server.url, { method, path, body });
    expect([said.status, said.body['schema']]).toEqual([status, 'haunted.fault/v1']);
  });

  it.each([
    ['POST', '/v1/gate/begin', {}, 400],
    ['POST', '/v1/gate/end', { call: 'prove', cluster: 'smars' }, 400],
    ['POST', '/v1/gate/look', {}, 404],
    ['GET', '/v1/gate/begin', undefined, 404],
    ['GET', '/v1/gate/look?cluster=a%0Ab', undefined, 400],
    ['GET', '/v1/ledger?from=0', undefined, 400],
    [
      'POST',
      '/v1/agents/tokens',
      { schema: 'haunted.token-wish/v1', cluster: 'smars', hostname: 'n1', for_s: 0 },
      400,
    ],
  ])('are refused from an operator too: %s %s %j', async (method, path, body, status) => {
    expect((await world.operator(method, path, body)).status).toBe(status);
  });

  it('are refused when a document in them is not base64', async () => {
    const call = { call: 'adopt', actor: 'alice', manifest: { source: 'm.json', base64: '*' } };
    const { body } = await world.operator('POST', '/v1/gate/adopt', call);
    expect(body).toMatchObject({ type: 'fault', code: 'BAD_INPUT' });
  });
});

describe('a stream', () => {
  it('that nobody reads is cut off, and what waits for it stays bounded', async () => {
    const streams = agentStreams({
      beatMs: 60_000,
      unread: 16 * 1024,
      proveEveryMs: 100,
      onOpen: () => undefined,
    });
    let waiting = 0;
    let wasOpen = false;
    const server = createServer((_, response) => {
      streams.open('smars/n1', response);
      wasOpen = true;
      const timer = setInterval(() => {
        for (let at = 0; at < 500; at += 1)
          streams.send('smars/n1', { type: 'lease_ended', reason: 'x'.repeat(1_000) });
        waiting = Math.max(waiting, response.writableLength);
        if (!streams.isOpen('smars/n1')) clearInterval(timer);
      }, 1);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connect(
      port,
      '127.0.0.1',
      () => void socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'),
    );
    socket.on('error', () => undefined);
    socket.pause();
    await expect.poll(() => wasOpen && !streams.isOpen('smars/n1'), { timeout: 40_000 }).toBe(true);
    expect(waiting).toBeLessThan(16 * 1024 + 64 * 1024);
    socket.destroy();
    streams.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('of a server gives way to a newer one', async () => {
    const agent = await world.agent('n1', sha('a'));
    await agent.connect();
    expect((await world.operator('GET', '/health')).body).toMatchObject({ connected: 1 });
  });
});

describe('the ledger over HTTP', () => {
  it('is told line by line, and goes on for who follows', async () => {
    const seen: string[] = [];
    const headers = { Authorization: `Bearer ${TOKEN}` };
    const asked = request(new URL('/v1/ledger?from=1&follow=1', world.server.url), { headers, agent: false });
    asked.on('error', () => undefined);
    asked.once('response', (response) => {
      response
        .setEncoding('utf8')
        .on('data', (piece: string) => void seen.push(...piece.trimEnd().split('\n')));
      response.on('error', () => undefined);
    });
    asked.end();
    const word = {
      kind: 'kill' as const,
      body: { cluster: 'smars', switch: 's', state: 'drilled' as const, actor: 'alice', reason: 'a drill' },
    };
    await world.ledger.append([word], { expected: 'any', now: 0 });
    await expect.poll(() => seen.length).toBe(1);
    await world.ledger.append([word], { expected: 'any', now: 0 });
    await expect.poll(() => seen.length).toBe(2);
    expect(seen).toEqual((await Array.fromAsync(world.ledger.read(1))).flat());
    asked.destroy();
  });
});

/** A call that has sent all but the last byte of its body. */
function begun(plane: World) {
  const body = JSON.stringify({ call: 'prove', cluster: 'smars' });
  const asked = request(new URL('/v1/gate/prove', plane.server.url), {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'Content-Length': String(Buffer.byteLength(body)) },
    agent: false,
  });
  const status = new Promise<number>((resolve) => {
    asked.once('response', (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once('error', () => resolve(0));
  });
  asked.write(body.slice(0, -1));
  return { status, end: () => void asked.end(body.slice(-1)), leave: () => void asked.destroy() };
}

describe('calls of the gate whose document is still coming', () => {
  it('count as under way, and give their places back', async () => {
    const plane = await controlPlane({ limits: { gateCalls: 2 } });
    const [one, two] = [begun(plane), begun(plane)];
    // A third is refused as soon as both have come; who leaves makes room.
    await expect.poll(async () => (await plane.operator('POST', '/v1/gate/prove', {})).status).toBe(503);
    one.leave();
    await expect.poll(async () => (await plane.operator('POST', '/v1/gate/prove', {})).status).toBe(400);
    two.end();
    expect(await two.status).toBe(200);
    await plane.close();
  });

  it('begin nothing when the control plane was told to stop meanwhile', async () => {
    const plane = await controlPlane();
    const late = begun(plane);
    await expect.poll(async () => (await plane.operator('GET', '/health')).status).toBe(200);
    const closed = plane.close();
    late.end();
    expect(await late.status).toBe(503);
    await closed;
  });
});
