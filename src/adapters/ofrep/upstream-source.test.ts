import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { flag } from '../../../test/world/documents.ts';
import { CONTRACT_FLAGS, flagSourceContract } from '../../../test/world/flag-source-contract.ts';
import { ofrepWorld, viewOf } from '../../../test/world/ofrep-world.ts';
import type { FlagSource } from '../../agent/ofrep/flag-source.ts';
import { Fault } from '../../fault.ts';
import { flagdSource } from '../flagd/flagd-source.ts';
import { upstreamSource } from './upstream-source.ts';

const FRESH = { etag: null, lastModified: null };
const ends: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function sourceAt(
  url: string,
  headers: () => Promise<Record<string, string>> = async () => ({}),
): FlagSource {
  return upstreamSource({ url, headers, timeoutMs: 200, maxBytes: 10_000 });
}

/** An upstream service that does as it is told. */
async function upstream(
  reply: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<string> {
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    request.on('end', () => reply(request, response, body));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function noSecret(): Promise<never> {
  throw new Fault('NOT_FOUND', 'There is no file /etc/secret.');
}

function json(status: number, value: unknown, headers: Record<string, string> = {}) {
  return (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
}

describe('an upstream service that is honest', () => {
  // Our own endpoint, in front of a flagd file, with a manifest that owns everything.
  flagSourceContract(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'upstream-'));
    const file = path.join(folder, 'flags.json');
    writeFileSync(file, JSON.stringify(CONTRACT_FLAGS));
    const source = await flagdSource({
      path: file,
      file,
      read: async () => CONTRACT_FLAGS,
      everyMs: 1_000,
      onReload: () => {},
    });
    const rows = Object.keys(CONTRACT_FLAGS.flags).map((name) => {
      const { type: _, ...row } = flag(name);
      return row;
    });
    const { server } = await ofrepWorld({ view: viewOf(rows), source });
    ends.push(server.close, source.close, () => rmSync(folder, { recursive: true }));
    return sourceAt(server.url);
  });

  it('is asked as OFREP says, with our secret', async () => {
    const asked: unknown[] = [];
    const url = await upstream((request, response, body) => {
      asked.push([request.method, request.url, request.headers['x-api-key'], JSON.parse(body)]);
      json(200, { key: 'a/b', reason: 'STATIC', value: true })(request, response);
    });
    const source = sourceAt(url, async () => ({ 'X-API-Key': 'secret' }));
    await source.evaluate('a/b', { targetingKey: 'u' });
    expect(asked).toEqual([
      ['POST', '/ofrep/v1/evaluate/flags/a%2Fb', 'secret', { context: { targetingKey: 'u' } }],
    ]);
  });

  it('may say that nothing changed, for the same context alone', async () => {
    const tags: (string | undefined)[] = [];
    const url = await upstream((request, response) => {
      const tag = request.headers['if-none-match'];
      tags.push(tag);
      if (tag === '"t1"') response.writeHead(304).end();
      else
        json(200, { flags: [{ key: 'f', reason: 'STATIC', value: 1 }] }, { ETag: '"t1"' })(request, response);
    });
    const source = sourceAt(url);
    const first = await source.evaluateAll(['f'], { a: 1 }, FRESH);
    const second = await source.evaluateAll(['f'], { a: 1 }, FRESH);
    await source.evaluateAll(['f'], { a: 2 }, FRESH);
    await source.evaluateAll(['f'], { a: 1 }, { etag: 'event', lastModified: null });
    expect(second).toEqual(first);
    expect(tags).toEqual([undefined, '"t1"', undefined, undefined]);
  });

  it.each([
    ['no reason, as in OFREP 0.1.0 and 0.2.0', { value: true }, { kind: 'value', value: true }],
    ['neither reason nor value, as in 0.2.0', {}, { kind: 'code_default' }],
    ['a reason of OpenFeature alone', { reason: 'DEFAULT', value: true }, { kind: 'value', value: true }],
  ])('may give %s: it is UNKNOWN to those who ask here', async (_, said, expected) => {
    const one = { key: 'f', ...said };
    const source = sourceAt(
      await upstream((request, response) => {
        json(200, request.url?.endsWith('/flags') === true ? { flags: [one] } : one)(request, response);
      }),
    );
    const evaluation = { ...expected, reason: 'UNKNOWN', variant: null, metadata: {} };
    expect(await source.evaluate('f', {})).toEqual(evaluation);
    const all = await source.evaluateAll(['f'], {}, FRESH);
    expect(all.kind === 'flags' ? all.byFlag.get('f') : null).toEqual(evaluation);
  });

  it('is told what an event said about the time of a change', async () => {
    const asked: unknown[] = [];
    const url = await upstream((request, response) => {
      asked.push(request.url);
      json(200, { flags: [] })(request, response);
    });
    await sourceAt(url).evaluateAll([], {}, { etag: 'ours', lastModified: '2026-02-20T21:28:18Z' });
    expect(asked).toEqual(['/ofrep/v1/evaluate/flags?flagConfigLastModified=2026-02-20T21%3A28%3A18Z']);
  });
});

const GOOD = { key: 'f', reason: 'STATIC', value: true };

describe('an upstream service that is not', () => {
  it.each<[string, (request: IncomingMessage, response: ServerResponse) => void, string]>([
    ['hangs', () => {}, 'did not answer within 200 ms'],
    [
      'hangs in the middle',
      (_, response) => void response.writeHead(200).write('{"key":'),
      'did not answer within',
    ],
    ['hangs up', (_, response) => void response.destroy(), 'cannot be asked'],
    ['is huge', json(200, { ...GOOD, variant: 'x'.repeat(20_000) }), 'sent more than 10000 bytes'],
    ['is no JSON', json(200, '<html>'), 'with a body that'],
    ['is half a JSON', json(200, '{"key":"f"'), 'with a body that'],
    [
      'says a key twice',
      json(200, '{"key":"f","reason":"STATIC","value":true,"value":false}'),
      'with a body that',
    ],
    ['is a list', json(200, []), 'no evaluation'],
    ['speaks of another flag', json(200, { ...GOOD, key: 'g' }), 'answered about "g"'],
    ['speaks of no flag', json(200, { reason: 'STATIC', value: true }), 'answered about "undefined"'],
    [
      'gives a reason that is no word',
      json(200, { ...GOOD, reason: null }),
      'a reason that goes with no value',
    ],
    [
      'gives an error as a reason',
      json(200, { ...GOOD, reason: 'ERROR' }),
      'a reason that goes with no value',
    ],
    ['gives null', json(200, { ...GOOD, value: null }), 'a value that OFREP does not know'],
    ['gives a list', json(200, { ...GOOD, value: [true] }), 'a value that OFREP does not know'],
    ['says 200 and means an error', json(200, { key: 'f', errorCode: 'GENERAL' }), '200 with an error'],
    ['says 304 unasked', (_, response) => void response.writeHead(304).end(), 'answered 304'],
    ['breaks', json(500, { errorDetails: 'secret inner words' }), 'answered 500'],
    ['sends elsewhere', json(302, {}, { Location: 'http://127.0.0.1:1/' }), 'sends us elsewhere (302)'],
    ['wants another secret', json(401, {}), 'does not let us in (401)'],
    ['forbids it', json(403, {}), 'does not let us in (403)'],
    ['is a proxy without a service', json(404, { message: 'no route' }), 'answered 404 without saying'],
    [
      'finds another flag missing',
      json(404, { key: 'g', errorCode: 'FLAG_NOT_FOUND' }),
      'answered 404 without',
    ],
    ['speaks of something else in bad words', json(400, 'oops'), 'with a body that'],
  ])('%s: no value, and a sentence', async (_, reply, words) => {
    const source = sourceAt(await upstream(reply));
    expect(await source.evaluate('f', {})).toEqual({
      kind: 'unavailable',
      detail: expect.stringContaining(words),
      retryAfter: null,
    });
  });

  it('is down', async () => {
    const url = await upstream(() => {});
    await ends.pop()?.();
    expect(await sourceAt(url).evaluate('f', {})).toMatchObject({
      kind: 'unavailable',
      detail: 'The flag service behind this node cannot be asked (ECONNREFUSED).',
    });
  });

  it.each([
    ['30', '30'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    ['soon', '1'],
    [undefined, '1'],
  ])('asks for patience (%s)', async (header, retryAfter) => {
    const headers: Record<string, string> = header === undefined ? {} : { 'Retry-After': header };
    const source = sourceAt(await upstream(json(429, {}, headers)));
    expect(await source.evaluate('f', {})).toMatchObject({ kind: 'unavailable', retryAfter });
    expect(await source.evaluateAll(['f'], {}, FRESH)).toMatchObject({ kind: 'unavailable', retryAfter });
  });

  it.each([
    ['a code of OFREP', 'TARGETING_KEY_MISSING', 'TARGETING_KEY_MISSING'],
    ['a code of its own', 'ON_HOLIDAY', 'GENERAL'],
  ])('fails with %s', async (_, errorCode, code) => {
    const body = { key: 'f', errorCode, errorDetails: 'two\nlines\u202e' };
    const source = sourceAt(await upstream(json(400, body)));
    expect(await source.evaluate('f', {})).toEqual({
      kind: 'failed',
      code,
      detail: 'The flag service behind this node said: "two\\nlines\\u202e".',
    });
    expect(await source.evaluateAll(['f'], {}, FRESH)).toMatchObject({ kind: 'failed', code });
  });

  it.each<[string, unknown, number, object]>([
    ['no list', { flags: {} }, 200, { kind: 'unavailable' }],
    ['an entry without a name', { flags: [{ reason: 'STATIC' }] }, 200, { kind: 'unavailable' }],
    ['nothing that is known', { oops: 1 }, 400, { kind: 'unavailable' }],
    ['a 304 unasked', '', 304, { kind: 'unavailable' }],
  ])('answers all with %s', async (_, body, status, expected) => {
    const source = sourceAt(await upstream(json(status, body)));
    expect(await source.evaluateAll(['f'], {}, FRESH)).toMatchObject(expected);
  });

  it('names one flag twice: that one has no value, the others have', async () => {
    const flags = [GOOD, { ...GOOD, value: false }, { ...GOOD, key: 'g' }];
    const all = await sourceAt(await upstream(json(200, { flags }))).evaluateAll(['f', 'g'], {}, FRESH);
    const byFlag = all.kind === 'flags' ? all.byFlag : new Map();
    expect(byFlag.get('f')).toMatchObject({ kind: 'unavailable' });
    expect(byFlag.get('g')).toMatchObject({ kind: 'value', value: true });
  });

  it('cannot be asked without the secret', async () => {
    const said = await sourceAt('http://127.0.0.1:9', noSecret).evaluate('f', {});
    expect(said).toMatchObject({
      kind: 'unavailable',
      detail: expect.stringContaining('--upstream-auth-file'),
    });
    expect(JSON.stringify(said)).not.toContain('/etc/secret');
  });
});
