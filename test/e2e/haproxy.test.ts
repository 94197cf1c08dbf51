import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { ask } from '../world/client-loop.ts';
import { startCluster } from '../world/traffic-cluster.ts';
import type { Cluster } from '../world/traffic-cluster.ts';
import { HTTP_PORT, TCP_PORT, noHaproxy } from '../world/haproxy.ts';
import { openLine } from '../world/open-line.ts';
import type { OpenLine } from '../world/open-line.ts';
import { AGENT_PORT, HEALTH_PORT } from '../world/traffic-node.ts';
import type { TrafficNode } from '../world/traffic-node.ts';

let cluster: Cluster | undefined;

afterEach(async () => {
  await cluster?.close();
  cluster = undefined;
});

async function start(change?: (config: string) => string): Promise<Cluster> {
  cluster = await startCluster(change);
  return cluster;
}

/** A client of each kind: a connection for every request, one kept, one over mode tcp. */
async function startClients({ client, busy, nodes }: Cluster): Promise<void> {
  client();
  client({ isKept: true });
  client({ port: TCP_PORT });
  for (const node of nodes) await busy(node);
}

/** Only what was on its way to this server is cut, at most once for each client and each time. */
async function expectOthersWhole({ failures, loops }: Cluster, haunted: TrafficNode): Promise<void> {
  const { lost, unsent } = await failures(haunted);
  expect(lost).toEqual([]);
  expect(unsent.length).toBeLessThanOrEqual(loops.length);
}

/** A connection in mode tcp for each server. */
async function lineToEach({ haproxy }: Cluster): Promise<ReadonlyMap<string, OpenLine>> {
  const lines = new Map<string, OpenLine>();
  while (lines.size < 3) {
    const line = await openLine(haproxy.host, TCP_PORT);
    lines.set(await line.ask(), line);
  }
  return lines;
}

/** The checks that docs/haproxy.md shows for asking the agent and the service. */
function askBoth(config: string): string {
  const page = readFileSync(path.join(import.meta.dirname, '..', '..', 'docs', 'haproxy.md'), 'utf8');
  const both = /```\n(http-check connect[^`]*)```/.exec(page)?.[1] ?? '';
  return config.replace(/ *http-check send.*\n *http-check expect.*\n/, both);
}

const skipped = noHaproxy === null ? '' : ` (skipped: ${noHaproxy})`;

describe.skipIf(noHaproxy !== null)(`HAProxy with the shipped configuration${skipped}`, () => {
  it('sends a haunted server nothing more, loses no request on the others, and takes it back', async () => {
    const world = await start();
    const [, haunted] = world.nodes;
    await startClients(world);
    haunted.readiness.down('no lease: binary_mismatch');
    await world.quiet(haunted);
    expect(await world.haproxy.status('smars', 'smars-02')).toMatch(/^DOWN/);
    expect(await world.haproxy.command('show stat')).toContain('no lease: binary_mismatch');
    const count = haunted.service.count();
    await world.quiet(haunted);
    expect(haunted.service.count()).toBe(count);
    haunted.readiness.up();
    await world.busy(haunted);
    await expectOthersWhole(world, haunted);
  });

  it('cuts clients with a sticky cookie and with a kept connection', async () => {
    const world = await start();
    const [, haunted] = world.nodes;
    let cookie = '';
    while (cookie !== 'SRV=smars-02')
      ({ cookie } = await ask({ host: world.haproxy.host, port: HTTP_PORT }, 'x'));
    const sticky = world.client({ cookie });
    const kept = world.client({ cookie, isKept: true });
    world.client();
    await world.busy(haunted, 50);
    expect([...sticky.answers.keys(), ...kept.answers.keys()]).toEqual(['smars-02', 'smars-02']);
    haunted.readiness.down('haunted');
    await world.quiet(haunted);
    expect(sticky.answers.size).toBeGreaterThan(1);
    expect(kept.answers.size).toBeGreaterThan(1);
    await expectOthersWhole(world, haunted);
  });

  it('cuts open connections of mode tcp to that server and to no other', async () => {
    const world = await start();
    const lines = await lineToEach(world);
    world.nodes[1].readiness.down('haunted');
    await lines.get('smars-02')?.closed;
    expect(await lines.get('smars-01')?.ask()).toBe('smars-01');
    expect(await lines.get('smars-03')?.ask()).toBe('smars-03');
    for (const line of lines.values()) line.end();
  });

  it('leaves an operator’s maint alone while the agent says up', async () => {
    const world = await start();
    const [, server] = world.nodes;
    await startClients(world);
    for (const backend of ['smars', 'smars_tcp'])
      await world.haproxy.command(`set server ${backend}/smars-02 state maint`);
    await world.quiet(server);
    // Long enough for polls that see it: 200 requests elsewhere.
    server.readiness.down('for a moment');
    await world.quiet(server);
    server.readiness.up();
    await world.quiet(server);
    await world.haproxy.reload();
    await world.quiet(server);
    expect(await world.haproxy.status('smars', 'smars-02')).toBe('MAINT');
    for (const backend of ['smars', 'smars_tcp'])
      await world.haproxy.command(`set server ${backend}/smars-02 state ready`);
    await world.busy(server);
    await expectOthersWhole(world, server);
  });

  it('sends nothing to a server whose agent died', async () => {
    const world = await start();
    const [, server] = world.nodes;
    await startClients(world);
    await server.killAgent();
    await world.quiet(server);
    expect(await world.haproxy.status('smars', 'smars-02')).toBe('DOWN');
    await expectOthersWhole(world, server);
  });

  it('sends nothing to a server whose agent hangs', async () => {
    const world = await start();
    const [, server] = world.nodes;
    await startClients(world);
    await server.killAgent();
    // What a stopped process looks like from outside: the kernel takes connections, and nobody answers.
    const silent = [AGENT_PORT, HEALTH_PORT].map((port) =>
      createServer((socket) => socket.on('error', () => socket.destroy())).listen(port, server.address),
    );
    await world.quiet(server);
    expect(await world.haproxy.status('smars', 'smars-02')).toBe('DOWN');
    await expectOthersWhole(world, server);
    for (const listener of silent) listener.close();
  });

  it('may ask the service itself beside the agent', async () => {
    const world = await start(askBoth);
    const [sick, haunted] = world.nodes;
    await sick.service.close();
    await world.haproxy.reaches('smars', 'smars-01', /^DOWN/);
    haunted.readiness.down('haunted');
    await world.haproxy.reaches('smars', 'smars-02', /^DOWN/);
    expect(await world.haproxy.status('smars', 'smars-03')).toBe('UP');
  });

  it('keeps a haunted server out over reloads with a dead agent', async () => {
    const world = await start();
    const [, haunted] = world.nodes;
    await startClients(world);
    haunted.readiness.down('haunted');
    await world.quiet(haunted);
    await haunted.killAgent();
    const count = haunted.service.count();
    for (let at = 0; at < 3; at += 1) {
      await world.haproxy.reload();
      expect(await world.haproxy.status('smars', 'smars-02')).toMatch(/^DOWN/);
      await world.quiet(haunted);
    }
    expect(haunted.service.count()).toBe(count);
    await expectOthersWhole(world, haunted);
  });

  it('takes a haunted server out again when a reload forgot it', async () => {
    const world = await start();
    const [, haunted] = world.nodes;
    await startClients(world);
    haunted.readiness.down('haunted');
    await world.quiet(haunted);
    await haunted.killAgent();
    await world.haproxy.reload(false);
    await world.haproxy.reaches('smars', 'smars-02', /^DOWN/);
    await world.haproxy.reaches('smars_tcp', 'smars-02', /^DOWN/);
    await world.quiet(haunted);
    expect(await world.haproxy.status('smars', 'smars-02')).toBe('DOWN');
    await expectOthersWhole(world, haunted);
  });

  it('ends connections that are older than a reload, which nobody checks any more', async () => {
    const world = await start((config) => config.replace('hard-stop-after 10s', 'hard-stop-after 1s'));
    const lines = await lineToEach(world);
    await world.haproxy.reload();
    expect([...lines.values()].map((line) => line.isOpen())).toEqual([true, true, true]);
    world.nodes[1].readiness.down('haunted');
    await Promise.all([...lines.values()].map(async (line) => await line.closed));
    expect([...lines.values()].map((line) => line.isOpen())).toEqual([false, false, false]);
  });

  it('answers 503 when every server is haunted', async () => {
    const world = await start();
    for (const node of world.nodes) node.readiness.down('haunted');
    for (const name of ['smars-01', 'smars-02', 'smars-03'])
      await world.haproxy.reaches('smars', name, /^DOWN/);
    expect(await ask({ host: world.haproxy.host, port: HTTP_PORT }, 'x')).toMatchObject({
      problem: 'status 503',
    });
  });
});
