import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { serveReadiness } from '../../src/agent/traffic/readiness-http.ts';
import type { Door } from '../../src/agent/traffic/haproxy-agent.ts';
import { countingServer } from '../world/counting-server.ts';
import type { CountingServer } from '../world/counting-server.ts';
import { loopbackNet } from '../world/haproxy.ts';
import { readinessSwitch } from '../world/readiness-switch.ts';
import type { ReadinessSwitch } from '../world/readiness-switch.ts';

const NGINX = '/usr/sbin/nginx';
const SHIPPED = path.join(import.meta.dirname, '..', '..', 'packaging', 'nginx', 'haunted.conf');
const isMissing = !existsSync(NGINX);
const HEALTH_PORT = 19_181;

let folder: string;
let host: string;
let nginx: ChildProcess;
let readiness: ReadinessSwitch;
let door: Door | undefined;
let service: CountingServer;

/** The shipped server block, at an address of its own, in the smallest configuration that can hold it. */
function configuration(): string {
  const block = readFileSync(SHIPPED, 'utf8')
    .replaceAll('listen 80', `listen ${host}:8000`)
    .replaceAll('127.0.0.1', host);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${folder};`,
  );
  return `daemon off; error_log stderr; pid ${folder}/nginx.pid; worker_processes 1; events {}
http { access_log off; ${paths.join(' ')}\n${block}\n}\n`;
}

async function ask(method = 'GET', body?: string): Promise<Response> {
  const init = body === undefined ? { method } : { method, body };
  return await fetch(`http://${host}:8000/?id=${Math.random()}`, {
    ...init,
    headers: { Connection: 'close', 'X-Long': 'x'.repeat(4_000) },
  });
}

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'haunted-nginx-'));
  host = `${loopbackNet()}.1`;
  readiness = readinessSwitch();
  service = await countingServer('smars-01', host, [8080]);
  door = await serveReadiness({ source: readiness, host, port: HEALTH_PORT });
  if (isMissing) return;
  writeFileSync(path.join(folder, 'nginx.conf'), configuration());
  nginx = spawn(NGINX, ['-p', folder, '-e', 'stderr', '-c', path.join(folder, 'nginx.conf')], {
    stdio: 'ignore',
  });
  while (!existsSync(path.join(folder, 'nginx.pid'))) {
    if (nginx.exitCode !== null) throw new Error('nginx ended');
    await pause(5);
  }
});

afterEach(async () => {
  if (!isMissing && nginx.exitCode === null) {
    const ended = once(nginx, 'exit');
    nginx.kill('SIGTERM');
    await ended;
  }
  await door?.close();
  await service.close();
  rmSync(folder, { recursive: true });
});

describe.skipIf(isMissing)(`nginx with the shipped configuration (skipped unless ${NGINX} is there)`, () => {
  it.each(['GET', 'POST'])('passes a %s on while the server may take traffic', async (method) => {
    const answer = await ask(method, method === 'POST' ? 'an order' : undefined);
    expect([answer.status, answer.headers.get('x-server')]).toEqual([200, 'smars-01']);
    expect(answer.headers.get('x-haunted-reason')).toBeNull();
  });

  it('refuses with 403 and says why from the moment the lease is over, and the service hears nothing', async () => {
    expect((await ask()).status).toBe(200);
    readiness.lapse('lease over');
    const answer = await ask();
    expect([answer.status, answer.headers.get('x-haunted-reason')]).toEqual([403, 'lease over']);
    expect(service.count()).toBe(1);
  });

  it('lets nobody reach the agent through it', async () => {
    const answer = await fetch(`http://${host}:8000/haunted`, { headers: { Connection: 'close' } });
    expect(answer.status).toBe(404);
  });

  it('refuses with 500 when the agent is gone, and passes again when it is back', async () => {
    await door?.close();
    expect((await ask()).status).toBe(500);
    expect(service.count()).toBe(0);
    door = await serveReadiness({ source: readiness, host, port: HEALTH_PORT });
    expect((await ask()).status).toBe(200);
  });

  it('refuses with 500 when the agent hangs', async () => {
    await door?.close();
    const silent = createServer((socket) => socket.on('error', () => socket.destroy()));
    silent.listen(HEALTH_PORT, host);
    await once(silent, 'listening');
    expect((await ask()).status).toBe(500);
    expect(service.count()).toBe(0);
    silent.close();
  });
});
