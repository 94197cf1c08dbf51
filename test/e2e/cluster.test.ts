import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ClientLoop } from '../world/client-loop.ts';
import { noHaproxy } from '../world/haproxy.ts';
import { faketime, netCluster } from '../world/net-cluster.ts';
import type { NetCluster } from '../world/net-cluster.ts';
import { HAS_NETNS } from '../world/net-hosts.ts';
import { LEASE_S, NAMES } from '../world/net-team.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';

/**
 * One cluster through one long night: three hosts with addresses of their own, real services, agents, a control plane with TLS, a real HAProxy, and a
 * client that counts every answer. The tests are its hours, in order: each begins with every server proven, and leaves it so.
 */
const isPossible = HAS_NETNS && HAS_COMPILER && noHaproxy === null;
const [ONE, TWO, THREE] = NAMES;

// Without root there are no network namespaces; without a compiler no two executables that differ.
describe.skipIf(!isPossible)('a cluster on hosts of its own', { timeout: 180_000 }, () => {
  let world: NetCluster;
  let client: ClientLoop;
  beforeAll(async () => {
    world = await netCluster();
    client = world.client();
  }, 300_000);
  afterAll(async () => await world.close());
  afterEach(async () => {
    for (const name of NAMES) await up(name);
    const verified = await world.haunted('ledger', 'verify', '--ledger', 'ledger.db');
    if (verified.code !== 0) throw new Error(`${verified.out}${verified.err}`);
  });

  const reaches = async (name: string, status: RegExp): Promise<void> =>
    await expect.poll(() => world.haproxy.status('smars', name), { timeout: 60_000 }).toMatch(status);
  const up = async (name: string): Promise<void> => await reaches(name, /^UP$/);
  const down = async (name: string): Promise<void> => await reaches(name, /^DOWN/);
  const deploy = async (manifest: string, ...command: string[]) =>
    await world.haunted('deploy', '--manifest', manifest, '--', ...command);
  const answersOf = (server: string): number => client.answers.get(server) ?? 0;
  const all = (): number => [...client.answers.values()].reduce((sum, count) => sum + count, 0);
  /** Nothing more comes from this server while the others answer two hundred times. */
  const isQuiet = async (server: string): Promise<boolean> => {
    const [before, sum] = [answersOf(server), all()];
    while (all() < sum + 200) await pause(5);
    return answersOf(server) === before;
  };
  const part = (name: string) => {
    const agent = world.agents.get(name);
    if (agent === undefined) throw new Error(name);
    return agent;
  };

  it('deploys: no answer of the old version after the verdict', async () => {
    const pressed = await deploy('m2.json', './go.sh', '2', ...NAMES);
    expect([pressed.code, pressed.out]).toEqual([0, expect.stringContaining('PROVEN')]);
    for (const name of NAMES) await up(name);
    for (const name of NAMES) expect(await isQuiet(`${name}@1`)).toBe(true);
    for (const name of NAMES) expect(answersOf(`${name}@2`)).toBeGreaterThan(0);
  });

  it('takes the server that was left behind out of traffic, and no other', async () => {
    const pressed = await deploy('m3.json', './go.sh', '3', ONE, TWO);
    expect([pressed.code, pressed.out]).toEqual([4, expect.stringContaining(THREE)]);
    await down(THREE);
    const sticky = world.client({ isKept: true, cookie: `SRV=${THREE}` });
    expect(await isQuiet(`${THREE}@2`)).toBe(true);
    await sticky.stop();
    expect(sticky.answers.get(`${THREE}@2`)).toBeUndefined();
    expect((await deploy('m4.json', 'true')).code).toBe(2);
    await world.go('3', THREE);
    expect((await world.haunted('resume')).code).toBe(0);
    expect((await world.haunted('quarantine', 'list')).code).toBe(0);
  });

  it('takes out a server whose process was restarted onto a replaced file, before anybody asks', async () => {
    await world.go('1', TWO);
    await down(TWO);
    expect(await isQuiet(`${TWO}@1`)).toBe(true);
    await expect
      .poll(async () => (await world.haunted('quarantine', 'list')).code, { timeout: 30_000 })
      .toBe(4);
    expect(world.serve.said()).toContain('PAGE');
    expect(await world.haproxy.status('smars', ONE)).toBe('UP');
    await world.go('3', TWO);
    expect((await world.haunted('resume')).code).toBe(0);
  });

  it('takes out a server whose agent was killed, and holds the next deployment', async () => {
    await part(ONE).kill();
    await down(ONE);
    expect(await isQuiet(`${ONE}@3`)).toBe(true);
    const held = await world.haunted('deploy', '--manifest', 'm4.json', '--dry-run');
    expect([held.code, held.out]).toEqual([3, expect.stringContaining('node_silent')]);
    await part(ONE).start();
  });

  it('lets a frozen server back only after a new proof', async () => {
    const service = world.pidOf(TWO);
    part(TWO).signal('SIGSTOP');
    process.kill(service, 'SIGSTOP');
    await down(TWO);
    await pause(LEASE_S * 1_000);
    const before = answersOf(`${TWO}@3`);
    const heard = part(TWO).said().length;
    process.kill(service, 'SIGCONT');
    part(TWO).signal('SIGCONT');
    await up(TWO);
    expect(part(TWO).said().slice(heard)).toContain('"event":"down"');
    expect(answersOf(`${TWO}@3`)).toBeGreaterThanOrEqual(before);
  });

  it('takes out a server that is cut off, and lets it back when it is healed and proven', async () => {
    world.hosts.cut(THREE);
    await down(THREE);
    expect(await isQuiet(`${THREE}@3`)).toBe(true);
    world.hosts.heal(THREE);
  });

  it.skipIf(!faketime.isThere)('lengthens no lease when a clock is set back', async () => {
    const clock = path.join(world.folder, 'clock');
    writeFileSync(clock, '+0');
    await part(ONE).kill();
    await part(ONE).start(faketime.env(clock));
    await up(ONE);
    writeFileSync(clock, '-2h');
    await down(ONE);
    const listed = await world.haunted('agent', 'list');
    expect(listed.out).toMatch(new RegExp(`${ONE} .* none +(?:clock_skew|proof_[a-z]+)`));
    writeFileSync(clock, '+0');
    await up(ONE);
    await part(ONE).kill();
    await part(ONE).start();
  });

  it.each([
    ['two deployments', ['deploy', '--manifest', 'm4.json']],
    ['a deployment and a rollback', ['rollback', '--to', 'm1.json']],
  ])('lets one of %s that are pressed at once through', async (_, other) => {
    const go = `go-${other.length}-${other[0]}`;
    const until = ['--', 'sh', '-c', `until [ -e ${go} ]; do sleep 0.05; done; exit 1`];
    const both = [
      world.haunted('deploy', '--manifest', 'm4.json', ...until),
      world.haunted(...other, ...until),
    ];
    const first = await Promise.race(both);
    // A rollback that has begun also takes the other its way back, and that is a block.
    expect([2, 3]).toContain(first.code);
    expect(first.out).toContain('not_proven');
    writeFileSync(path.join(world.folder, go), '');
    const codes = (await Promise.all(both)).map(({ code }) => code ?? -1);
    // Its command failed and did nothing: every server proves what was there before.
    expect(codes.toSorted((a, b) => a - b)).toEqual([1, first.code]);
    // Had the rollback been let through, what it was to leave would count as refused.
    const draft = readFileSync(path.join(world.folder, 'draft3.json'), 'utf8');
    const { manifest_sha256: sha } = JSON.parse(draft) as { manifest_sha256: string };
    await world.haunted(
      'manifest',
      'release',
      sha.slice(0, 8),
      '--key',
      'operator.key',
      '--reason',
      'it is well',
    );
  });

  it('goes on when the control plane dies while the command runs', async () => {
    const running = path.join(world.folder, 'running');
    const script = `touch running; until [ -e finish ]; do sleep 0.05; done; ./go.sh 4 ${NAMES.join(' ')}`;
    const child = world.start('deploy', '--manifest', 'm4.json', '--', 'sh', '-c', script);
    let err = '';
    child.stderr?.on('data', (data: Buffer) => (err += data.toString()));
    await expect.poll(() => existsSync(running), { timeout: 60_000 }).toBe(true);
    await world.serve.kill();
    writeFileSync(path.join(world.folder, 'finish'), '');
    const [code] = (await once(child, 'close')) as [number];
    expect([code, err]).toEqual([1, expect.stringContaining('[UNREACHABLE]')]);
    // Nobody gives leases now, and nobody has one without.
    for (const name of NAMES) await down(name);
    const nothing = await deploy('m4.json', 'touch', 'never');
    expect([nothing.code, existsSync(path.join(world.folder, 'never'))]).toEqual([1, false]);
    await world.serve.start();
    await expect
      .poll(async () => (await world.haunted('agent', 'list')).out.match(/ yes /g)?.length, {
        timeout: 60_000,
      })
      .toBe(3);
    const asked = await world.haunted('resume');
    const [, change = ''] = /--abandon (deploy-\S+?)`/.exec(asked.err) ?? [];
    expect([asked.code, change]).toEqual([3, expect.stringMatching(/^deploy-/)]);
    const ended = await world.haunted('resume', '--abandon', change, '--reason', 'the control plane died');
    expect([ended.code, ended.out]).toEqual([0, expect.stringContaining('PROVEN')]);
  });

  it('rolls back, and says what it was', async () => {
    const words = ['rollback', '--to', 'm3.json', '--reason', 'orders look wrong'];
    const pressed = await world.haunted(...words, '--', './go.sh', '3', ...NAMES);
    expect([pressed.code, pressed.out]).toEqual([0, expect.stringContaining('rollback    clean')]);
  });

  it('leaves proven servers their traffic for one lease when the control plane dies', async () => {
    await world.serve.kill();
    expect(await world.haproxy.status('smars', ONE)).toBe('UP');
    const before = answersOf(`${ONE}@3`);
    await expect.poll(() => answersOf(`${ONE}@3`)).toBeGreaterThan(before);
    for (const name of NAMES) await down(name);
    await world.serve.start();
  });
});
