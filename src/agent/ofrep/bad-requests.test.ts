import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { flag } from '../../../test/world/documents.ts';
import { memorySource, ofrepWorld, slowSource, value, viewOf } from '../../../test/world/ofrep-world.ts';
import type { OfrepWorld, WorldOptions } from '../../../test/world/ofrep-world.ts';

const ONE = '/ofrep/v1/evaluate/flags/on';
const ALL = '/ofrep/v1/evaluate/flags';
const JSON_TYPE = { 'Content-Type': 'application/json' };

let world: OfrepWorld | null = null;
afterEach(async () => {
  await world?.close();
  world = null;
});

async function start(more: Partial<WorldOptions> = {}): Promise<OfrepWorld> {
  world = await ofrepWorld({
    view: viewOf([flag('on')]),
    source: memorySource({ on: value(true) }),
    ...more,
  });
  return world;
}

function deep(levels: number): string {
  return `${'{"context":'.repeat(levels)}{}${'}'.repeat(levels)}`;
}

describe('a request that is wrong', () => {
  it.each<[string, string, Record<string, string>, string, number, string]>([
    ['an empty object', ONE, JSON_TYPE, '{}', 200, ''],
    ['a charset in the type', ONE, { 'Content-Type': 'application/json; charset=utf-8' }, '{}', 200, ''],
    ['an empty object, for all', ALL, JSON_TYPE, '{}', 200, ''],
    ['no body', ONE, JSON_TYPE, '', 400, 'PARSE_ERROR'],
    ['no JSON', ONE, JSON_TYPE, 'hello', 400, 'PARSE_ERROR'],
    ['half a JSON', ALL, JSON_TYPE, '{"context":{"a":1}', 400, 'PARSE_ERROR'],
    ['a list', ONE, JSON_TYPE, '[]', 400, 'PARSE_ERROR'],
    ['null', ONE, JSON_TYPE, 'null', 400, 'PARSE_ERROR'],
    ['a key twice', ONE, JSON_TYPE, '{"context":{"a":1,"a":2}}', 400, 'PARSE_ERROR'],
    ['nesting as deep as allowed', ONE, JSON_TYPE, deep(31), 200, ''],
    ['nesting one deeper', ONE, JSON_TYPE, deep(32), 400, 'PARSE_ERROR'],
    ['a context that is text', ONE, JSON_TYPE, '{"context":"x"}', 400, 'INVALID_CONTEXT'],
    ['a context that is null', ALL, JSON_TYPE, '{"context":null}', 400, 'INVALID_CONTEXT'],
    ['a context that is a list', ONE, JSON_TYPE, '{"context":[]}', 400, 'INVALID_CONTEXT'],
    [
      'a targetingKey that is a number',
      ONE,
      JSON_TYPE,
      '{"context":{"targetingKey":1}}',
      400,
      'INVALID_CONTEXT',
    ],
    [
      'the type of a web form',
      ONE,
      { 'Content-Type': 'application/x-www-form-urlencoded' },
      '{}',
      400,
      'PARSE_ERROR',
    ],
    ['the type of plain text', ALL, { 'Content-Type': 'text/plain' }, '{}', 400, 'PARSE_ERROR'],
    ['a name that is not UTF-8', `${ALL}/%ff`, JSON_TYPE, '{}', 400, 'PARSE_ERROR'],
    ['a byte order mark', ONE, JSON_TYPE, '\ufeff{}', 400, 'PARSE_ERROR'],
  ])('%s', async (_, path, headers, body, status, errorCode) => {
    const { server } = await start();
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers,
      body: Buffer.from(body),
    });
    expect(response.status).toBe(status);
    const answer = (await response.json()) as Record<string, unknown>;
    expect(answer['errorCode'] ?? '').toBe(errorCode);
    expect('key' in answer).toBe(path !== ALL);
  });

  it.each([
    ['GET', ONE, 405, 'POST'],
    ['PUT', ALL, 405, 'POST'],
    ['OPTIONS', ALL, 405, 'POST'],
    ['POST', '/haunted/v1/flags', 405, 'GET'],
    ['POST', '/haunted/v1/events', 405, 'GET'],
    ['POST', '/ofrep/v1/evaluate/flags/', 404, null],
    ['POST', '/ofrep/v2/evaluate/flags/on', 404, null],
    ['GET', '/', 404, null],
  ])('%s %s is answered %i', async (method, path, status, allow) => {
    const { server } = await start();
    const response = await fetch(`${server.url}${path}`, { method, headers: JSON_TYPE });
    expect(response.status).toBe(status);
    expect(response.headers.get('allow')).toBe(allow);
    expect(await response.json()).toHaveProperty('errorDetails');
  });
});

/** What a peer sends back until it closes the line. */
async function conversation(url: string, talk: (socket: Socket) => void): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let said = '';
  socket.on('data', (piece: Buffer) => (said += piece.toString()));
  // A server that has said enough may reset the line.
  socket.on('error', () => {});
  await new Promise<void>((resolve) => void socket.once('connect', () => resolve()));
  talk(socket);
  await new Promise<void>((resolve) => void socket.once('close', () => resolve()));
  return said;
}

function request(body: string, more = ''): string {
  return `POST ${ONE} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`;
}

describe('bytes that are wrong', () => {
  it('are told to be no HTTP', async () => {
    const { server } = await start();
    const said = await conversation(server.url, (socket) => void socket.write('hello\r\n\r\n'));
    expect(said).toMatch(/^HTTP\/1\.1 400 /);
    expect(said).toContain('This is not an HTTP request.');
  });

  it('are refused when a body is announced too large, before it is sent', async () => {
    const { server } = await start({ limits: { bodyBytes: 100 } });
    const said = await conversation(
      server.url,
      (socket) => void socket.write(request('').replace('Content-Length: 0', 'Content-Length: 101')),
    );
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
    expect(said).toContain('Connection: close');
  });

  it('are refused when a body without announced length grows too large', async () => {
    const { server } = await start({ limits: { bodyBytes: 100 } });
    const chunk = `64\r\n${'x'.repeat(100)}\r\n`;
    const head = request('').replace('Content-Length: 0', 'Transfer-Encoding: chunked');
    const said = await conversation(server.url, (socket) => void socket.write(`${head}${chunk}1\r\nx\r\n`));
    expect(said).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('are taken when the body is as large as allowed', async () => {
    const body = '{"context":{}}';
    const { server } = await start({ limits: { bodyBytes: body.length } });
    expect(
      await conversation(server.url, (socket) => void socket.write(request(body, 'Connection: close\r\n'))),
    ).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('are refused when the headers are too large', async () => {
    const { server } = await start({ limits: { headerBytes: 1_024 } });
    const said = await conversation(
      server.url,
      (socket) => void socket.write(request('{}', `X-Long: ${'x'.repeat(2_000)}\r\n`)),
    );
    expect(said).toMatch(/^HTTP\/1\.1 431 /);
  });

  it('are cut off when the headers never end', async () => {
    const { server } = await start({ limits: { headersMs: 100, requestMs: 200 } });
    const said = await conversation(
      server.url,
      (socket) => void socket.write(`POST ${ONE} HTTP/1.1\r\nHost: localhost\r\n`),
    );
    expect(said).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('are cut off when the body never ends', async () => {
    const { server } = await start({ limits: { headersMs: 100, requestMs: 200 } });
    const half = request('{}').slice(0, -1);
    expect(await conversation(server.url, (socket) => void socket.write(half))).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('do no harm when the caller leaves in the middle of a body', async () => {
    const { server, post } = await start();
    expect(
      await conversation(server.url, (socket) => void socket.end(request('{}').slice(0, -1))),
    ).not.toContain(' 200 ');
    expect((await post(ONE)).status).toBe(200);
  });

  it('may hold several requests at once; each is answered, in order', async () => {
    const { server } = await start();
    const said = await conversation(
      server.url,
      (socket) =>
        void socket.write(`${request('{}')}${request('nonsense')}${request('{}', 'Connection: close\r\n')}`),
    );
    expect([...said.matchAll(/HTTP\/1\.1 (\d+)/g)].map((match) => match[1])).toEqual(['200', '400', '200']);
  });

  it('meet no server once there are too many lines', async () => {
    const { server } = await start({ limits: { connections: 1 } });
    const first = connect(server.address.port, '127.0.0.1');
    await new Promise<void>((resolve) => void first.once('connect', () => resolve()));
    // The server has seen the first line once it has answered on it.
    const answered = new Promise<void>((resolve) => void first.once('data', () => resolve()));
    first.write(request('{}'));
    await answered;
    expect(await conversation(server.url, (socket) => void socket.write(request('{}')))).toBe('');
    first.destroy();
  });
});

describe('more requests at once than are answered', () => {
  it('are told to come back', async () => {
    const { source, asked, letGo } = slowSource();
    const { post } = await start({
      limits: { evaluations: 1 },
      source,
    });
    const first = post(ONE);
    await asked;
    const second = await post(ONE);
    expect(second).toMatchObject({ status: 429, body: { errorDetails: expect.any(String) } });
    expect(second.headers.get('retry-after')).toBe('1');
    letGo();
    expect((await first).status).toBe(200);
    expect((await post(ONE)).status).toBe(200);
  });
});

describe('a server that is asked to stop', () => {
  it('answers what is under way and then takes nothing more', async () => {
    const { source, asked, letGo } = slowSource();
    const { post, server } = await start({ source });
    const first = post(ONE);
    await asked;
    const closed = server.close();
    letGo();
    expect((await first).status).toBe(200);
    await closed;
    await expect(post(ONE)).rejects.toThrow('fetch failed');
  });

  it('does not wait for a caller that never ends', async () => {
    const { source, asked } = slowSource();
    const { post, server } = await start({
      limits: { drainMs: 50 },
      source,
    });
    const first = post(ONE).then(
      () => 'answered',
      () => 'cut off',
    );
    await asked;
    await server.close();
    expect(await first).toBe('cut off');
  });
});
