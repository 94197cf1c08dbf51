import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { joinWith, startHauntedAgent } from '../world/haunted-agent.ts';
import type { HauntedAgent } from '../world/haunted-agent.ts';
import { proverWorld, sha256 } from '../world/prover.ts';
import { smallControlPlane } from '../world/small-control-plane.ts';
import type { SmallControlPlane } from '../world/small-control-plane.ts';

vi.setConfig({ testTimeout: 30_000 });

const { a, place, start } = proverWorld();
const SOON = { timeout: 5_000, interval: 20 };
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

describe('the journal of an agent', () => {
  it('says each state once, however often it is refused and told that its lease ended', async () => {
    const service = await start(a().file, a().words);
    const pidFile = path.join(place(), 'smars.pid');
    writeFileSync(pidFile, String(service.pid));
    const made = {
      folder: place(),
      server: control.url,
      cluster: 'smars',
      hostname: 'smars-04',
      service: { pid_file: pidFile },
    };
    await joinWith(control.token('smars', 'smars-04'), made);
    agent = await startHauntedAgent(made);
    const one = agent;
    await one.next('proven');
    control.accepts = new Set();
    for (const event_id of ['round-1', 'round-2', 'round-3', 'round-4']) {
      control.say({ type: 'lease_ended', reason: 'the cluster is in quarantine' });
      control.say({ type: 'challenge', event_id, nonce: event_id, within_ms: 5_000 });
      await expect
        .poll(async () => (await one.status()).last_challenge, SOON)
        .toMatchObject({ event_id, outcome: 'refused' });
    }
    expect(await one.asked()).toEqual({ status: 503, reason: 'no lease: binary_mismatch' });
    const said = one.lines().map(({ event }) => event);
    expect(said.filter((event) => event !== 'asked').slice(said.indexOf('up'))).toEqual([
      'up',
      'proven',
      'down',
      'lease_ended',
      'down',
      'refused',
    ]);
  });
});
