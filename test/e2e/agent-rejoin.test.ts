import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinWith, startHauntedAgent } from '../world/haunted-agent.ts';
import type { AgentSetting, HauntedAgent } from '../world/haunted-agent.ts';
import { proverWorld, sha256 } from '../world/prover.ts';
import { smallControlPlane } from '../world/small-control-plane.ts';
import type { SmallControlPlane } from '../world/small-control-plane.ts';

vi.setConfig({ testTimeout: 30_000 });

const { a, place, start } = proverWorld();
let control: SmallControlPlane;
let agent: HauntedAgent;

const SOON = { timeout: 10_000, interval: 20 };

function setting(): AgentSetting {
  const service = { pid_file: path.join(place(), 'smars.pid') };
  return { folder: place(), server: control.url, cluster: 'smars', hostname: 'smars-04', service };
}

async function joins(): Promise<void> {
  const { code, stderr } = await joinWith(control.token('smars', 'smars-04'), setting());
  if (code !== 0) throw new Error(stderr);
}

beforeEach(async () => {
  control = await smallControlPlane();
  control.accepts = new Set([sha256(a().file)]);
  const service = await start(a().file, a().words);
  writeFileSync(path.join(place(), 'smars.pid'), String(service.pid));
  await joins();
  agent = await startHauntedAgent(setting());
  await vi.waitUntil(async () => (await agent.asked()).status === 200, SOON);
});
afterEach(async () => {
  agent.child.kill('SIGKILL');
  await agent.ended;
  await control.stop();
});

describe('an agent whose server joins again beside it', () => {
  it('goes on with the new key, and takes traffic all the while', async () => {
    const { keyid } = await agent.status();
    await joins();
    await agent.next('rejoined');
    const before = control.reports.length;
    await expect.poll(() => control.reports.length, SOON).toBeGreaterThan(before);
    const status = await agent.status();
    expect(status).toMatchObject({ connected: true, ready: true, problem: null });
    expect(status.keyid).not.toBe(keyid);
    expect(agent.lines().map(({ event }) => event)).not.toContain('down');
  });

  it('was admitted no more and said what to do, and goes on by itself once it is done', async () => {
    const { members } = await control.stop();
    members.clear();
    control = await smallControlPlane({ port: Number(new URL(control.url).port), members });
    control.accepts = new Set([sha256(a().file)]);
    const problem = async (): Promise<string | null> => (await agent.status()).problem;
    await expect.poll(problem, SOON).toBe('This session does not count. Join again with a new token.');
    await joins();
    await agent.next('rejoined');
    await expect.poll(() => control.reports.length, SOON).toBeGreaterThan(0);
    expect(await agent.asked()).toMatchObject({ status: 200 });
  });

  it('says what is wrong with a membership that it may not use, and holds what it has', async () => {
    const state = path.join(place(), 'state');
    const [file = ''] = readdirSync(state).filter((name) => name.startsWith('member-'));
    const kept = path.join(state, file);
    chmodSync(kept, 0o644);
    const { members } = await control.stop();
    members.clear();
    control = await smallControlPlane({ port: Number(new URL(control.url).port), members });
    const problem = async (): Promise<string | null> => (await agent.status()).problem;
    await expect.poll(problem, SOON).toContain('join again with a new token');
    expect(await agent.asked()).toMatchObject({ status: 200 });
  });
});
