import { execFile } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NODES } from '../world/pressed.ts';
import { servedTeam } from '../world/served-team.ts';
import type { ServedTeam } from '../world/served-team.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';

const run = promisify(execFile);
const LEASE_S = 12;
const SOON = { timeout: 30_000, interval: 50 };

// Without a C compiler there are no two executables that differ.
describe.skipIf(!HAS_COMPILER)('an agent and its control plane', { timeout: 180_000 }, () => {
  let world: ServedTeam;
  const go = async (version: string, ...nodes: string[]): Promise<void> =>
    void (await run('./go.sh', [version, ...nodes], { cwd: world.folder }));
  const allAre = async (status: number): Promise<void> => {
    for (const node of NODES)
      await expect
        .poll(async () => (await world.asked(node)).status, { ...SOON, message: node })
        .toBe(status);
  };

  beforeAll(async () => {
    world = await servedTeam(LEASE_S);
    await world.startAll();
  }, 180_000);
  afterAll(() => world.close());

  it('keeps the key of each server to itself, in a file of its own', async () => {
    const files = readdirSync(path.join(world.folder, 'agent')).filter((name) => name.startsWith('member-'));
    expect(files).toHaveLength(NODES.length);
    for (const file of files) {
      expect(statSync(path.join(world.folder, 'agent', file)).mode & 0o777).toBe(0o600);
      const { key, session } = JSON.parse(readFileSync(path.join(world.folder, 'agent', file), 'utf8')) as {
        key: { private_key: string };
        session: string;
      };
      const ledger = readFileSync(path.join(world.folder, 'ledger.db'), 'latin1');
      expect(ledger).not.toContain(session);
      expect(ledger).not.toContain(key.private_key.split('\n')[1]);
    }
  });

  it('lets no server take traffic before anybody said what it has to run', async () => {
    for (const node of NODES) expect((await world.asked(node)).status).toBe(503);
  });

  it('proves every server, and each gets its lease', async () => {
    const adopted = await world.operator('adopt', '--manifest', 'm1.json');
    expect(adopted).toMatchObject({ code: 0 });
    await allAre(200);
    const { out } = await world.operator('agent', 'list', '--format', 'json');
    const { members } = JSON.parse(out) as { members: Record<string, unknown>[] };
    expect(members).toMatchObject(
      NODES.map((hostname) => ({
        hostname,
        connected: true,
        last_problem: null,
        lease_until: expect.any(String) as string,
      })),
    );
  });

  it('refuses a token that was used, and keeps the server that used it', async () => {
    const again = await world.join('n1', 'n1.token');
    expect(again.code).toBe(1);
    expect(again.err).toContain('[NO_PERMISSION]');
    expect(again.err).toContain('The membership from before is kept.');
    expect(again.err).not.toContain(readFileSync(path.join(world.folder, 'n1.token'), 'utf8').trim());
    expect((await world.asked('n1')).status).toBe(200);
  });

  it('proves a deployment, and the servers take traffic with the new binary', async () => {
    const deployed = await world.operator('deploy', '--manifest', 'm2.json', '--', './go.sh', '2', ...NODES);
    expect(deployed).toMatchObject({ code: 0, out: expect.stringContaining('PROVEN') as string });
    await allAre(200);
  });

  it('takes a server out that was restarted onto another file, and no other', async () => {
    await go('1', 'n2');
    await expect.poll(async () => (await world.asked('n2')).reason, SOON).toContain('binary_mismatch');
    expect([(await world.asked('n1')).status, (await world.asked('n3')).status]).toEqual([200, 200]);
    const { out } = await world.operator('quarantine', 'list');
    expect(out).toContain('smars');
    await go('2', 'n2');
    await allAre(200);
    await expect
      .poll(async () => (await world.operator('quarantine', 'list')).out, { ...SOON, interval: 1_000 })
      .not.toContain('n2');
  });

  it('tells the control plane of a file that was replaced under a running process', async () => {
    const file = path.join(world.folder, 'n3', 'svc');
    copyFileSync(path.join(world.folder, 'svc1'), `${file}.new`);
    renameSync(`${file}.new`, file);
    await expect.poll(async () => (await world.asked('n3')).reason, SOON).toContain('stale_process');
    await go('2', 'n3');
    await allAre(200);
  });

  it('is silent while it is frozen, and vouches for nothing old when it goes on', async () => {
    world.agent().child.kill('SIGSTOP');
    await new Promise((resolve) => void setTimeout(resolve, LEASE_S * 1_000));
    // Nobody can prove anything meanwhile, so that what is answered is what is left of before.
    world.server().child.kill('SIGSTOP');
    world.agent().child.kill('SIGCONT');
    for (const node of NODES) expect((await world.asked(node)).status).toBe(503);
    world.server().child.kill('SIGCONT');
    await allAre(200);
  });

  it('keeps the leases while the control plane is away, until they end, and is proven when it is back', async () => {
    for (const node of NODES)
      await expect
        .poll(async () => (await world.status(node)).lease?.left_ms ?? 0, SOON)
        .toBeGreaterThan(LEASE_S * 500);
    world.server().child.kill('SIGKILL');
    await expect.poll(async () => (await world.status('n1')).connected, SOON).toBe(false);
    for (const node of NODES) expect(await world.asked(node)).toEqual({ status: 200, reason: null });
    await allAre(503);
    expect((await world.asked('n1')).reason).toContain('the lease ran out');
    await world.serve();
    await allAre(200);
  });

  it('takes its doors with it when it is killed, and its leases run out; started anew it proves again', async () => {
    world.agent().child.kill('SIGKILL');
    await allAre(0);
    await expect
      .poll(
        async () => {
          const { out } = await world.operator('agent', 'list', '--format', 'json');
          const { members } = JSON.parse(out) as { members: { lease_until: string | null }[] };
          return members.map(({ lease_until }) => lease_until);
        },
        { ...SOON, interval: 1_000 },
      )
      .toEqual(NODES.map(() => null));
    await world.startAgent();
    await allAre(200);
  });

  it('has a new key after it joined again, and the old one no longer counts', async () => {
    const before = (await world.status('n1')).keyid;
    expect(await world.join('n1', await world.token('n1'))).toMatchObject({ code: 0 });
    // The agent that runs takes the new one up by itself, and the server is in traffic all the while.
    const joined = await world.agent().next('rejoined');
    expect(joined.sentence).toContain('n1 of smars: it has joined again');
    const { keyid, last_success_at } = await world.status('n1');
    expect(keyid).not.toBe(before);
    await expect.poll(async () => (await world.status('n1')).last_success_at, SOON).not.toBe(last_success_at);
    expect(await world.asked('n1')).toEqual({ status: 200, reason: null });
    const events = world
      .agent()
      .lines()
      .map(({ event }) => event);
    expect(events.slice(events.indexOf('rejoined'))).not.toContain('down');
  });
});
