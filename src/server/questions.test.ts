import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adopted, controlPlane, fleetOf } from '../../test/world/control-plane.ts';
import type { World } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { DONE, FAILED, sealed, wish } from '../../test/world/gated-cluster.ts';
import type { WireAgent } from '../../test/world/wire-agent.ts';
import type { Settled } from '../gate/gate.ts';

const old = sealed({ generation: 1, binary_sha256: sha('a') });
const next = sealed({
  generation: 2,
  binary_sha256: sha('b'),
  rollback_target_manifest_sha256: old.manifest_sha256,
});

let world: World;
let agents: readonly WireAgent[];

const nth = (at: number): WireAgent => {
  const agent = agents[at];
  if (agent === undefined) throw new Error(`there is no agent ${at}`);
  return agent;
};
const run = (binary_sha256: string, which: readonly WireAgent[] = agents): void => {
  for (const agent of which) agent.runs = { ...agent.runs, binary_sha256 };
};
const why = (settled: Settled, host: string): string =>
  settled.verdict.findings.find(({ code, hostname }) => code === 'node_silent' && hostname === host)
    ?.sentence ?? '';

beforeEach(async () => {
  world = await controlPlane();
  agents = await fleetOf(world, old);
  await adopted(world, agents, old);
});
afterEach(async () => await world.close());

describe('servers that are asked', () => {
  it('answer in two phases, and nobody waits for the deadline', async () => {
    const started = performance.now();
    expect(await world.server.gate.prove('smars')).toMatchObject({ verdict: { verdict: 'PROVEN' } });
    expect(performance.now() - started).toBeLessThan(1_000);
    const challenge = nth(0).lines.findLast(({ type }) => type === 'challenge');
    expect(challenge).toMatchObject({ type: 'challenge', within_ms: expect.any(Number) as number });
  });

  it.each([
    ['says nothing', 'did not acknowledge'],
    ['only acknowledges', 'acknowledged the challenge and sent no proof'],
  ] as const)('and one that %s is silent, in its own words', async (manner, sentence) => {
    nth(2).manner = manner;
    const settled = await world.server.gate.prove('smars');
    expect(settled.verdict.verdict).toBe('QUARANTINE');
    expect(why(settled, 'n3')).toContain(sentence);
    const { body } = await world.operator('GET', '/v1/agents');
    const [, , third] = body['members'] as readonly { readonly last_problem: string }[];
    expect(third?.last_problem).toContain(sentence);
  });

  it('and one whose agent cannot look says why at once', async () => {
    nth(2).manner = { problem: 'CAP_SYS_PTRACE is missing' };
    const started = performance.now();
    const settled = await world.server.gate.prove('smars');
    expect(why(settled, 'n3')).toContain('CAP_SYS_PTRACE is missing');
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('and one that is not connected has until the deadline to come back', async () => {
    nth(2).disconnect();
    await expect.poll(() => world.operator('GET', '/health')).toMatchObject({ body: { connected: 2 } });
    const proven = world.server.gate.prove('smars');
    await nth(2).connect();
    expect(await proven).toMatchObject({ verdict: { verdict: 'PROVEN' } });
    nth(2).disconnect();
    await expect.poll(() => world.operator('GET', '/health')).toMatchObject({ body: { connected: 2 } });
    expect(why(await world.server.gate.prove('smars'), 'n3')).toContain('not connected');
  });

  it('and one that never joined is not waited for', async () => {
    const more = sealed({ ...next, cluster_inventory: ['n1', 'n2', 'n3', 'n4'] });
    const { verdict } = await world.server.gate.begin(wish('activate', more));
    expect(verdict.findings.map(({ sentence }) => sentence).join(' ')).toContain('no agent of n4 has joined');
  });

  it('are asked on the newer of two streams', async () => {
    const [first] = [nth(0)];
    await first.connect();
    const before = first.lines.filter(({ type }) => type === 'challenge').length;
    expect(await world.server.gate.prove('smars')).toMatchObject({ verdict: { verdict: 'PROVEN' } });
    expect(first.lines.filter(({ type }) => type === 'challenge')).toHaveLength(before + 1);
    expect((await world.operator('GET', '/health')).body).toMatchObject({ connected: 3 });
  });
});

describe('what an event does to leases', () => {
  it('ends them at once on the stream of a server that shows another binary', async () => {
    run(sha('d'), [nth(1)]);
    const settled = await world.server.gate.prove('smars');
    expect(settled.leased).toEqual(['n1', 'n3']);
    await expect.poll(() => nth(1).lines.some(({ type }) => type === 'lease_ended')).toBe(true);
    expect(nth(1).answers.at(-1)).toMatchObject({ accepted: false, lease: null });
    expect(nth(0).lines.some(({ type }) => type === 'lease_ended')).toBe(false);
  });

  it('gives them at once after a deployment, by asking for one more proof', async () => {
    const { change } = await world.server.gate.begin(wish('deploy', next));
    run(sha('b'));
    for (const agent of agents) await agent.prove();
    expect(agents.map(({ answers }) => answers.at(-1)?.lease)).toEqual([null, null, null]);
    const settled = await world.server.gate.end('smars', change?.change ?? '', DONE);
    expect(settled).toMatchObject({ verdict: { verdict: 'PROVEN' }, leased: ['n1', 'n2', 'n3'] });
    for (const agent of agents)
      await expect.poll(() => agent.answers.at(-1)?.lease).toMatchObject({ binary_sha256: sha('b') });
  });

  it('opens no quarantine for each server while a command that failed is still asked about', async () => {
    const { change } = await world.server.gate.begin(wish('deploy', next));
    run(sha('b'));
    const settled = await world.server.gate.end('smars', change?.change ?? '', FAILED);
    expect(settled).toMatchObject({
      verdict: { verdict: 'PROVEN' },
      in_force: next.manifest_sha256,
      released: [],
    });
    expect((await world.entries()).map(({ kind }) => kind)).not.toContain('quarantine_opened');
  });

  it('answers a proof that was asked for with what is left of the lease', async () => {
    const { body } = await nth(0).prove();
    expect(body).toMatchObject({ accepted: true, lease: { for_ms: 30_000 } });
    await world.server.gate.prove('smars');
    const answer = nth(0).answers.at(-1);
    expect(answer?.lease?.for_ms).toBeLessThanOrEqual(30_000);
    expect(answer?.lease?.binary_sha256).toBe(sha('a'));
  });
});
