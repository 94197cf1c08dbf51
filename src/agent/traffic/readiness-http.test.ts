import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { readinessSwitch } from '../../../test/world/readiness-switch.ts';
import type { Door } from './haproxy-agent.ts';
import { serveReadiness } from './readiness-http.ts';
import type { ReadinessDoor } from './readiness-http.ts';

let door: Door | undefined;

afterEach(async () => {
  await door?.close();
  door = undefined;
});

async function open(parts: Partial<ReadinessDoor> = {}): Promise<void> {
  door = await serveReadiness({ source: readinessSwitch(), port: 0, ...parts });
}

async function ask(path: string, method = 'GET'): Promise<Response> {
  return await fetch(`http://127.0.0.1:${door?.port ?? 0}${path}`, {
    method,
    headers: { Connection: 'close' },
  });
}

function broken(): never {
  throw new Error('a bug');
}

/** What comes back for these bytes. */
async function send(bytes: string): Promise<string> {
  const caller = connect(door?.port ?? 0, '127.0.0.1');
  caller.write(bytes);
  return await text(caller);
}

describe('the HTTP door', () => {
  it.each([
    ['/health', 200, 'up\n'],
    ['/health?node=smars-01', 200, 'up\n'],
    ['/haproxy/health', 200, 'up\n'],
    ['/auth', 204, ''],
    ['/live', 200, 'live\n'],
    ['/', 404, 'There is nothing here.\n'],
    ['/status', 404, 'There is nothing here.\n'],
    ['/health/', 404, 'There is nothing here.\n'],
  ])('answers %s with %i for a server that may take traffic', async (path, status, body) => {
    await open();
    const answer = await ask(path);
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    expect(answer.headers.get('x-haunted-reason')).toBeNull();
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['/health', 503, 'down: lease over\n', 'lease over'],
    ['/haproxy/health', 503, 'down: lease over\n', 'lease over'],
    ['/auth', 403, '', 'lease over'],
    ['/live', 200, 'live\n', null],
  ])('answers %s with %i for one that may not', async (path, status, body, reason) => {
    const source = readinessSwitch();
    await open({ source });
    source.lapse('lease over\r\n');
    const answer = await ask(path);
    expect([answer.status, await answer.text()]).toEqual([status, body]);
    expect(answer.headers.get('x-haunted-reason')).toBe(reason);
  });

  it('answers HEAD without a body', async () => {
    await open({ source: readinessSwitch({ ready: false, reason: 'lease over' }) });
    const answer = await ask('/health', 'HEAD');
    expect([answer.status, await answer.text()]).toEqual([503, '']);
  });

  it.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    await open();
    const answer = await ask('/health', method);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  it('does not take the body of one request for the next request', async () => {
    await open();
    const body = 'GET /live HTTP/1.1\r\nHost: x\r\n\r\n';
    const answer = await send(
      `GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200']);
    expect(answer).toContain('Connection: close');
  });

  it('waits for no body that was announced', async () => {
    await open();
    const answer = await send('GET /health HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('refuses %s and goes on', async (_what, bytes, status) => {
    await open();
    expect(await send(bytes)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect((await ask('/health')).status).toBe(200);
  });

  it('answers while a crowd of callers says nothing', async () => {
    await open();
    const crowd = Array.from({ length: 300 }, () => connect(door?.port ?? 0, '127.0.0.1'));
    for (const caller of crowd) caller.on('error', () => caller.destroy());
    await once(crowd.at(-1) ?? connect(0), 'connect');
    expect((await ask('/health')).status).toBe(200);
    for (const caller of crowd) caller.destroy();
  });

  it('cuts a caller that begins a request and never ends it, and none that waits for its next one', async () => {
    await open();
    const [slow, kept] = [connect(door?.port ?? 0, '127.0.0.1'), connect(door?.port ?? 0, '127.0.0.1')];
    kept.write('GET /live HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(kept, 'data');
    slow.write('GET /live HTTP/1.1\r\n');
    await once(slow, 'close');
    kept.write('GET /live HTTP/1.1\r\nHost: a\r\n\r\n');
    const [said] = (await once(kept, 'data')) as [Buffer];
    expect(said.toString()).toMatch(/^HTTP\/1\.1 200 /);
    kept.destroy();
  });

  // By node’s own limits it would be looked for after 30 s, which is longer than this may take.
  it(
    'cuts a caller that is slow to ask a second time, though it sends a byte now and then',
    { timeout: 15_000 },
    async () => {
      await open();
      const caller = connect(door?.port ?? 0, '127.0.0.1');
      caller.on('error', () => caller.destroy());
      caller.write('GET /live HTTP/1.1\r\nHost: a\r\n\r\n');
      await once(caller, 'data');
      caller.write('GET /live HTTP/1.1\r\nX: ');
      const drops = setInterval(() => caller.write('x'), 100);
      await once(caller, 'close');
      clearInterval(drops);
      expect((await ask('/health')).status).toBe(200);
    },
  );

  it('answers requests that come in one piece, and goes on', async () => {
    await open();
    const caller = connect(door?.port ?? 0, '127.0.0.1');
    const one = 'GET /live HTTP/1.1\r\nHost: a\r\n\r\n';
    const last = 'GET /live HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
    caller.write(one + one + last.slice(0, 20));
    caller.write(last.slice(20));
    expect((await text(caller)).match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  it('shows the status', async () => {
    await open({ status: () => ({ node: 'smars-01' }) });
    const answer = await ask('/status');
    expect([answer.status, await answer.json()]).toEqual([200, { node: 'smars-01' }]);
  });

  it('answers for health when the status has a bug', async () => {
    await open({ status: broken });
    expect((await ask('/status')).status).toBe(500);
    expect((await ask('/health')).status).toBe(200);
  });

  it('ends kept connections when it is closed', async () => {
    await open();
    const caller = connect(door?.port ?? 0, '127.0.0.1');
    caller.write('GET /health HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(caller, 'data');
    const ended = once(caller, 'close');
    await door?.close();
    await ended;
    await expect(ask('/health')).rejects.toThrow('fetch failed');
  });
});
