import path from 'node:path';
import { writeFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { joinWith } from '../world/haunted-agent.ts';
import { agentWorld } from '../world/agent-world.ts';

vi.setConfig({ testTimeout: 30_000 });

/** One agent that answers for several services. */
const { a, place, start, control, startAgent } = agentWorld();

const SOON = { timeout: 10_000, interval: 20 };

it('sends the proofs that keep up leases together, and holds each lease on its own', async () => {
  const { pid } = await start(a().file, a().words);
  writeFileSync(path.join(place(), 'smars.pid'), String(pid));
  control().proveEveryMs = 1_000;
  const service = { pid_file: path.join(place(), 'smars.pid') };
  const [first, ...beside] = ['smars-04', 'smars-05', 'smars-06'].map((hostname) => ({ hostname, service }));
  const setting = { folder: place(), server: control().url, cluster: 'smars', hostname: 'smars-04', service };
  for (const { hostname } of [first, ...beside].filter((each) => each !== undefined))
    await joinWith(control().token('smars', hostname), { ...setting, hostname });
  const one = await startAgent({ ...setting, beside });
  await expect.poll(async () => (await one.asked()).status, SOON).toBe(200);
  await expect.poll(control().together, SOON).toBeGreaterThan(2);
  expect(new Set(control().reports.map(({ hostname }) => hostname)).size).toBe(3);
  expect((await one.status()).last_answer).toMatchObject({ accepted: true });
  control().accepts = new Set();
  await expect.poll(async () => (await one.asked()).reason, SOON).toBe('no lease: binary_mismatch');
});

it('tells the control plane why it cannot prove one of them, each reason once, and goes on with the others', async () => {
  const service = await start(a().file, a().words);
  const pidFile = path.join(place(), 'smars.pid');
  writeFileSync(pidFile, String(service.pid));
  const setting = { folder: place(), server: control().url, cluster: 'smars', hostname: 'smars-04' };
  const down = { hostname: 'smars-05', service: { pid_file: path.join(place(), 'nobody.pid') } };
  for (const hostname of ['smars-04', 'smars-05'])
    await joinWith(control().token('smars', hostname), { ...setting, hostname, service: {} });
  const one = await startAgent({ ...setting, service: { pid_file: pidFile }, beside: [down] });
  await expect.poll(async () => (await one.asked()).status, SOON).toBe(200);
  await expect.poll(() => control().troubles, SOON).toEqual([expect.stringContaining('nobody.pid')]);
  await service.stop();
  await expect.poll(() => control().troubles, SOON).toHaveLength(2);
  expect(control().troubles[1]).toContain('No running process');
});
