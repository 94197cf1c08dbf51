import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { joinWith } from '../world/haunted-agent.ts';
import { agentWorld } from '../world/agent-world.ts';

vi.setConfig({ testTimeout: 30_000 });

const { a, place, start, control, startAgent } = agentWorld();
const SOON = { timeout: 5_000, interval: 20 };

describe('the journal of an agent', () => {
  it('says each state once, however often it is refused and told that its lease ended', async () => {
    const service = await start(a().file, a().words);
    const pidFile = path.join(place(), 'smars.pid');
    writeFileSync(pidFile, String(service.pid));
    const made = {
      folder: place(),
      server: control().url,
      cluster: 'smars',
      hostname: 'smars-04',
      service: { pid_file: pidFile },
    };
    await joinWith(control().token('smars', 'smars-04'), made);
    const one = await startAgent(made);
    await one.next('proven');
    control().accepts = new Set();
    for (const event_id of ['round-1', 'round-2', 'round-3', 'round-4']) {
      control().say({ type: 'lease_ended', reason: 'the cluster is in quarantine' });
      control().say({ type: 'challenge', event_id, nonce: event_id, within_ms: 5_000 });
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
