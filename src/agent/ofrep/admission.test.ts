import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { flag } from '../../../test/world/documents.ts';
import { BulkSuccess } from '../../../test/world/ofrep-schema.ts';
import { memorySource, ofrepWorld, value, viewOf } from '../../../test/world/ofrep-world.ts';
import type { OfrepWorld, WorldOptions } from '../../../test/world/ofrep-world.ts';
import { isLoopback } from '../../http/callers.ts';
import { whyRefused } from './caller.ts';

const ONE = '/ofrep/v1/evaluate/flags/on';
const TOKEN = 'a-long-and-secret-word';

let folder = '';
let world: OfrepWorld | null = null;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ofrep-tls-'));
  const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost';
  execFileSync('openssl', [...words.split(' '), '-keyout', 'key.pem', '-out', 'cert.pem'], {
    cwd: folder,
    stdio: 'ignore',
  });
});
afterAll(() => rmSync(folder, { recursive: true }));
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

function tls(): { cert: string; key: string } {
  return {
    cert: readFileSync(path.join(folder, 'cert.pem'), 'utf8'),
    key: readFileSync(path.join(folder, 'key.pem'), 'utf8'),
  };
}

describe('a server with a token', () => {
  it.each([
    ['Bearer', { Authorization: `Bearer ${TOKEN}` }, 200],
    ['bearer in small letters', { Authorization: `bearer ${TOKEN}` }, 200],
    ['X-API-Key', { 'X-API-Key': TOKEN }, 200],
    ['nothing', {}, 401],
    ['another token', { Authorization: 'Bearer other' }, 401],
    ['the beginning of it', { 'X-API-Key': TOKEN.slice(0, -1) }, 401],
    ['more than it', { 'X-API-Key': `${TOKEN}x` }, 401],
    ['another scheme', { Authorization: `Basic ${TOKEN}` }, 401],
    ['an empty key', { 'X-API-Key': '' }, 401],
    ['a wrong Bearer beside the right key', { Authorization: 'Bearer x', 'X-API-Key': TOKEN }, 401],
  ])('shown %j', async (_, headers, status) => {
    const { post } = await start({ token: TOKEN });
    const answer = await post(ONE, {}, headers);
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
  });

  it.each(['/haunted/v1/flags', '/haunted/v1/events', '/haunted/v1/events?ticket=', '/nowhere'])(
    'gives nothing at %s without it',
    async (address) => {
      const { server } = await start({ token: TOKEN });
      expect((await fetch(`${server.url}${address}`)).status).toBe(401);
    },
  );

  it('gives those who showed it an address for the stream that works without headers, and for nothing else', async () => {
    const { server, post } = await start({ token: TOKEN });
    const { body } = await post('/ofrep/v1/evaluate/flags', {}, { 'X-API-Key': TOKEN });
    const [stream] = BulkSuccess.parse(body).eventStreams ?? [];
    const uri = stream?.endpoint.requestUri ?? '';
    expect(uri).not.toContain(TOKEN);
    const stop = new AbortController();
    const opened = await fetch(`${server.url}${uri}`, { signal: stop.signal });
    expect(opened.status).toBe(200);
    stop.abort();
    expect((await fetch(`${server.url}${uri.replace('events', 'flags')}`)).status).toBe(401);
    expect((await post(`${ONE}${uri.slice(uri.indexOf('?'))}`)).status).toBe(401);
  });
});

describe('a server without a token', () => {
  it.each([
    [undefined, null],
    ['localhost', null],
    ['LOCALHOST:8016', null],
    ['127.0.0.1:8016', null],
    ['[::1]:8016', null],
    ['10.1.2.3', null],
    ['flags.example.com', 403],
    ['localhost.example.com:8016', 403],
    ['', 403],
  ])('reached as %s', (host, status) => {
    const refused = whyRefused(host === undefined ? {} : { host }, { token: null, ticket: null });
    expect(refused?.status ?? null).toBe(status);
  });

  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['0.0.0.0', false],
    ['::', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example.com', false],
    ['example.com', false],
    ['', false],
  ])('%s is this machine alone: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is);
  });
});

describe('a server that other machines can reach', () => {
  it.each([
    ['without token and TLS', { token: null, tls: null }],
    ['without TLS', { token: TOKEN, tls: null }],
    ['without token', { token: null, tls: { cert: '', key: '' } }],
  ])('does not start %s', async (_, more) => {
    await expect(start({ host: '0.0.0.0', ...more })).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });

  it('answers over TLS to those with the token', async () => {
    const { server } = await start({ host: '0.0.0.0', token: TOKEN, tls: tls() });
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const call = request(
        {
          host: 'localhost',
          port: server.address.port,
          path: ONE,
          method: 'POST',
          ca: tls().cert,
          headers: { 'Content-Type': 'application/json', 'X-API-Key': TOKEN },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      call.once('error', reject);
      call.end('{}');
    });
    expect(status).toBe(200);
  });

  it('does not start with a certificate that is none', async () => {
    const broken = { cert: 'hello', key: 'hello' };
    await expect(start({ token: TOKEN, tls: broken })).rejects.toMatchObject({ code: 'BAD_INPUT' });
  });

  it('says so when the port is taken', async () => {
    const { server } = await start();
    const taken = ofrepWorld({
      view: viewOf([]),
      source: memorySource({}),
      port: server.address.port,
    });
    await expect(taken).rejects.toMatchObject({ code: 'BAD_USAGE' });
  });
});
