import { copyFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { smallControlPlane } from '../world/small-control-plane.ts';
import type { SmallControlPlane } from '../world/small-control-plane.ts';
import { joinWith, startHauntedAgent } from '../world/haunted-agent.ts';
import type { AgentSetting, HauntedAgent } from '../world/haunted-agent.ts';
import type { LiveService } from '../world/live-service.ts';
import { proverWorld, sha256 } from '../world/prover.ts';
import { HAS_COMPILER } from '../world/service-binary.ts';
import type { ServiceBinary } from '../world/service-binary.ts';

vi.setConfig({ testTimeout: 30_000 });

/** The loop of the agent against a control plane in this process, which can be held up and made to say what a real one says seldom. */
const { a, b, place, start } = proverWorld();
let control: SmallControlPlane;
let agent: HauntedAgent | undefined;

beforeEach(async () => {
  control = await smallControlPlane();
  control.accepts = new Set([sha256(a().file)]);
});
afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  agent = undefined;
  await control.stop();
});

const WITHIN_A_SECOND = { timeout: 5_000, interval: 20 };

function setting(more: Partial<AgentSetting> = {}): AgentSetting {
  const service = { pid_file: path.join(place(), 'smars.pid') };
  return { folder: place(), server: control.url, cluster: 'smars', hostname: 'smars-04', service, ...more };
}

/** Puts a build where deploys put it, as they do: beside it, and renamed. */
function deploy(which: ServiceBinary): string {
  const file = path.join(place(), 'smars');
  copyFileSync(which.file, `${file}.new`);
  renameSync(`${file}.new`, file);
  return file;
}

/** Deploys and starts a build. */
async function running(which = a(), words: readonly string[] = []): Promise<LiveService> {
  const service = await start(deploy(which), [...which.words, ...words]);
  writeFileSync(path.join(place(), 'smars.pid'), String(service.pid));
  return service;
}

async function joined(more: Partial<AgentSetting> = {}): Promise<HauntedAgent> {
  const made = setting(more);
  await joinWith(control.token('smars', 'smars-04'), made);
  agent = await startHauntedAgent(made);
  return agent;
}

async function up(one: HauntedAgent): Promise<void> {
  await expect.poll(async () => (await one.asked()).status, WITHIN_A_SECOND).toBe(200);
}

async function down(one: HauntedAgent): Promise<string | null> {
  await expect.poll(async () => (await one.asked()).status, WITHIN_A_SECOND).toBe(503);
  return (await one.asked()).reason;
}

describe('an agent', () => {
  it('holds a lease for what runs, and says so at its doors', async () => {
    await running();
    const one = await joined();
    await up(one);
    expect(await one.status()).toMatchObject({
      ready: true,
      connected: true,
      lease: { binary_sha256: sha256(a().file) },
      last_look: { binary_sha256: sha256(a().file), code: null },
      last_answer: { accepted: true },
      problem: null,
    });
  });

  it('counts a lease from when it sent the proof, however late the answer is', async () => {
    await running();
    const held = Promise.withResolvers<void>();
    control.hold = held.promise;
    control.leaseMs = 300;
    const one = await joined();
    await expect.poll(() => control.came(), WITHIN_A_SECOND).toBe(1);
    // The lease is a time, so the time has to pass; the next proof, which the agent sends when it has none, is never answered.
    await new Promise((resolve) => void setTimeout(resolve, control.leaseMs));
    control.hold = Promise.withResolvers<void>().promise;
    held.resolve();
    await one.next('proven');
    expect(await one.asked()).toMatchObject({
      status: 503,
      reason: expect.stringContaining('ran out') as string,
    });
  });

  it('takes no refused proof for one', async () => {
    await running(b());
    const one = await joined();
    await one.next('refused');
    expect(await down(one)).toBe('no lease: binary_mismatch');
    expect(await one.status()).toMatchObject({
      lease: null,
      last_success_at: null,
      last_answer: { accepted: false, findings: ['binary_mismatch'] },
      problem: expect.stringContaining('binary_mismatch') as string,
    });
  });

  it('drops the lease when the control plane says so', async () => {
    await running();
    const one = await joined();
    await up(one);
    control.say({ type: 'lease_ended', reason: 'the cluster is in quarantine' });
    expect(await down(one)).toBe('no lease: the cluster is in quarantine');
  });
});

describe('an agent whose proofs nobody asks for in this hour', () => {
  it('drops the lease when the process ends, and proves the next one', async () => {
    const first = await running();
    const one = await joined();
    await up(one);
    await first.stop();
    expect(await down(one)).toBe('no lease: no process of the service runs');
    await running();
    await up(one);
  });

  it('drops the lease of a service that was restarted onto a replaced file', async () => {
    const first = await running();
    const one = await joined();
    await up(one);
    deploy(b());
    await first.stop();
    await running(b());
    await one.next('refused');
    expect(await down(one)).toBe('no lease: binary_mismatch');
    expect(control.reports.at(-1)?.binary_sha256).toBe(sha256(b().file));
  });

  it('tells of a file that was replaced under the running process', async () => {
    await running();
    const one = await joined();
    await up(one);
    deploy(b());
    await expect
      .poll(() => control.reports.at(-1)?.binary_on_disk_sha256, WITHIN_A_SECOND)
      .toBe(sha256(b().file));
    expect(control.reports.at(-1)?.binary_sha256).toBe(sha256(a().file));
    // Whether that is in order is not for the agent to say.
    expect((await one.asked()).status).toBe(200);
  });

  it.skipIf(!HAS_COMPILER)('drops the lease of a process that became another program', async () => {
    const service = await running();
    const one = await joined();
    await up(one);
    service.child.stdin.write(`${b().file}\n`);
    await one.next('refused');
    expect(await down(one)).toBe('no lease: binary_mismatch');
  });

  it.skipIf(!HAS_COMPILER)('drops the lease when a worker of another binary comes', async () => {
    await running(a(), ['workers', '2']);
    const one = await joined();
    await up(one);
    const { pid } = await start(a().file, [...a().words, 'worker-of', b().file]);
    writeFileSync(path.join(place(), 'smars.pid'), String(pid));
    expect(await down(one)).toBe('no lease: unproven: its processes do not show one binary');
    expect((await one.status()).last_look?.code).toBe('AMBIGUOUS');
  });

  it('drops the lease when the config is another one, and proves that', async () => {
    await running();
    const file = path.join(place(), 'smars.conf');
    writeFileSync(file, 'rlp = off');
    const service = { pid_file: path.join(place(), 'smars.pid'), config_files: [file] };
    const one = await joined({ service });
    await up(one);
    const before = (await one.status()).lease?.config_sha256;
    const held = Promise.withResolvers<void>();
    control.hold = held.promise;
    writeFileSync(file, 'rlp = on');
    expect(await down(one)).toBe('no lease: another config is there and not proven yet');
    held.resolve();
    await up(one);
    expect((await one.status()).lease?.config_sha256).not.toBe(before);
  });

  it('keeps a lease when it cannot tell, and never prolongs it', async () => {
    await running();
    const file = path.join(place(), 'smars.conf');
    writeFileSync(file, 'rlp = off');
    control.leaseMs = 3_000;
    const service = { pid_file: path.join(place(), 'smars.pid'), config_files: [file] };
    const one = await joined({ service });
    await up(one);
    rmSync(file);
    await one.next('unproven');
    expect((await one.asked()).status).toBe(200);
    expect(await down(one)).toBe('the lease ran out: unproven: what runs cannot be told (NOT_FOUND)');
    writeFileSync(file, 'rlp = off');
    await up(one);
  });
});

describe('an agent that is asked', () => {
  it('says that it is here, then shows what runs, with the nonce', async () => {
    await running();
    const one = await joined();
    await up(one);
    control.say({ type: 'challenge', event_id: 'deploy-42', nonce: 'n-1', within_ms: 5_000 });
    const asked = (): readonly unknown[] => control.reports.flatMap(({ challenge }) => challenge ?? []);
    await expect.poll(asked, WITHIN_A_SECOND).toEqual([{ event_id: 'deploy-42', nonce: 'n-1' }]);
    expect(control.acks).toEqual([{ event_id: 'deploy-42', nonce: 'n-1' }]);
    await expect
      .poll(async () => (await one.status()).last_challenge, WITHIN_A_SECOND)
      .toMatchObject({ event_id: 'deploy-42', outcome: 'proven' });
  });

  it('says why there will be no proof when there is nothing to show', async () => {
    const service = await running();
    const one = await joined();
    await up(one);
    await service.stop();
    await one.next('unproven');
    const before = control.reports.length;
    control.say({ type: 'challenge', event_id: 'deploy-42', nonce: 'n-1', within_ms: 5_000 });
    await expect
      .poll(async () => (await one.status()).last_challenge?.outcome, WITHIN_A_SECOND)
      .toBe('no_proof');
    expect(control.acks).toEqual([
      { event_id: 'deploy-42', nonce: 'n-1' },
      {
        event_id: 'deploy-42',
        nonce: 'n-1',
        problem: expect.stringContaining('No running process') as string,
      },
    ]);
    expect(control.reports.length).toBe(before);
  });
});

describe('an agent whose control plane is away', () => {
  it('keeps the lease until it ends, and is proven again when it is back', async () => {
    await running();
    control.leaseMs = 3_000;
    const one = await joined();
    await up(one);
    const { members } = await control.stop();
    await one.next('disconnected');
    expect((await one.asked()).status).toBe(200);
    expect((await one.status()).connected).toBe(false);
    expect(await down(one)).toContain('the lease ran out');
    control = await smallControlPlane({ port: Number(new URL(control.url).port), members });
    control.accepts = new Set([sha256(a().file)]);
    await up(one);
    expect((await one.status()).connected).toBe(true);
  });

  it.each([
    ['a line that is none', '{"type":"open_everything"}\n', 'is none of an agent'],
    ['a line without an end', 'x'.repeat(100_000), 'no end'],
    ['no JSON', 'lease\n', 'is none of an agent'],
  ])('and in its place somebody says %s: leaves it and comes back', async (_what, text, sentence) => {
    await running();
    const one = await joined();
    await up(one);
    control.shout(text);
    expect((await one.next('disconnected')).sentence).toContain(sentence);
    await one.next('connected');
    expect((await one.asked()).status).toBe(200);
  });
});

describe('an agent that is frozen', () => {
  it('says nothing, and nothing old once it goes on', async () => {
    await running();
    control.leaseMs = 1_000;
    const one = await joined();
    await up(one);
    one.child.kill('SIGSTOP');
    await new Promise((resolve) => void setTimeout(resolve, control.leaseMs));
    control.accepts = new Set();
    one.child.kill('SIGCONT');
    // The first answer after it: the lease was counted by the clock of the machine, not by the turns of the agent.
    expect((await one.asked()).status).toBe(503);
  });
});
