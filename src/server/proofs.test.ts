import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adopted, controlPlane, fleetOf } from '../../test/world/control-plane.ts';
import type { World } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { received, sealed } from '../../test/world/gated-cluster.ts';
import type { WireAgent } from '../../test/world/wire-agent.ts';
import { signReport } from '../seal/sign.ts';

const manifest = sealed({ generation: 1, binary_sha256: sha('a') });

let world: World;
let first: WireAgent;
let second: WireAgent;

beforeEach(async () => {
  world = await controlPlane({ limits: { proofBytes: 256 * 1024 } });
  const agents = await fleetOf(world, manifest);
  const [one, two] = agents;
  if (one === undefined || two === undefined) throw new Error('nobody joined');
  [first, second] = [one, two];
  await adopted(world, agents, manifest);
});
afterEach(async () => await world.close());

const proofs = async (): Promise<number> =>
  (await world.entries()).filter(({ kind }) => kind === 'proof').length;
const send = async (text: string) => await first.call('POST', '/v1/proofs', text);

describe('a proof that nobody asked for', () => {
  it('earns a lease, is in the ledger when it is answered, and is noted', async () => {
    const before = await proofs();
    expect(await first.prove()).toMatchObject({
      status: 200,
      body: {
        accepted: true,
        findings: [],
        reason: null,
        lease: { for_ms: 30_000, binary_sha256: sha('a') },
      },
    });
    expect(await proofs()).toBe(before + 1);
    const { body } = await world.operator('GET', '/v1/agents');
    const [row] = body['members'] as readonly { last_success_at: string; lease_until: string }[];
    expect([row?.last_success_at, row?.lease_until]).not.toContain(null);
  });

  it('of another binary is refused, ends the lease on the stream, and pages', async () => {
    first.runs = { ...first.runs, binary_sha256: sha('d') };
    expect(await first.prove()).toMatchObject({ status: 200, body: { accepted: false, lease: null } });
    await expect.poll(() => first.lines.some(({ type }) => type === 'lease_ended')).toBe(true);
    expect(world.pages).toHaveLength(1);
    expect(world.orders.at(-1)).toMatchObject({ take: [{ hostname: 'n1' }] });
  });

  it('shown twice counts once', async () => {
    const text = signReport(first.report(), first.key);
    expect((await send(text)).body).toMatchObject({ accepted: true });
    const before = await proofs();
    expect((await send(text)).body).toMatchObject({
      accepted: false,
      findings: ['proof_replayed'],
      lease: null,
    });
    expect(await proofs()).toBe(before);
  });

  it('that carries the challenge of an event nobody waits for is one like any other', async () => {
    expect((await first.prove({ event_id: 'deploy-0', nonce: 'guessed' })).body).toMatchObject({
      accepted: true,
    });
  });
});

describe('what is no proof of this server', () => {
  it.each([
    ['signed by another server in its own name', () => signReport(second.report(), second.key), 'n2'],
    [
      'of another cluster',
      () => signReport({ ...first.report(), cluster: 'other' }, first.key),
      'proof_invalid',
    ],
    [
      'signed by another server in this name',
      () => signReport({ ...second.report(), hostname: 'n1' }, { ...second.key, hostname: 'n1' }),
      'not in the keyring',
    ],
    [
      'signed by this server in the name of another',
      () => signReport(second.report(), { ...first.key, hostname: 'n2' }),
      'in the name of n2',
    ],
    ['without a signature', () => JSON.stringify(first.report()), 'no signature'],
    ['an empty object', () => '{}', ''],
    ['no JSON', () => '{"payload":', ''],
    ['a number', () => '4711', ''],
    ['a key twice', () => '{"payloadType":"a","payloadType":"b"}', ''],
    ['nested too deep', () => `${'['.repeat(100)}${']'.repeat(100)}`, ''],
    ['bytes that are no text', () => '\u0000\u0001', ''],
    [
      'an envelope with its signature changed',
      () => signReport(first.report(), first.key).replace(/"sig":"...../, '"sig":"AAAAA'),
      'does not match',
    ],
  ])('is refused: %s', async (_, text, said) => {
    const before = (await world.entries()).length;
    const { status, body } = await send(text());
    expect([status, body['accepted'], body['lease']]).toEqual([200, false, null]);
    expect(`${String(body['reason'])} ${String(body['findings'])}`).toContain(said === 'n2' ? '' : said);
    expect((await world.entries()).filter(({ kind }) => kind === 'lease').length).toBeLessThanOrEqual(before);
    const accepted = (await world.entries())
      .slice(before)
      .some((entry) => entry.kind === 'proof' && entry.body.accepted);
    expect(accepted).toBe(false);
  });

  it('is refused before it is read when it is too large, and the server goes on', async () => {
    const { status, body } = await send(`{"payload":"${'A'.repeat(300_000)}"}`).catch(() => ({
      status: 413,
      body: { code: 'TOO_LARGE' },
    }));
    expect([status, body['code']]).toEqual([413, 'TOO_LARGE']);
    expect((await first.prove()).body).toMatchObject({ accepted: true });
  });
});

it('is a fault where nobody said what the cluster has to run', async () => {
  const stranger = await world.agent('n1', sha('a'), 'other');
  expect(await stranger.prove()).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  const { body } = await world.operator('GET', '/v1/agents');
  const row = (body['members'] as readonly { cluster: string }[]).find(({ cluster }) => cluster === 'other');
  expect(row).toMatchObject({
    last_success_at: null,
    last_problem: expect.stringContaining('has to run') as string,
  });
  expect(row).not.toMatchObject({ last_attempt_at: null });
});

it('in too great numbers is told to come again, and nothing is lost', async () => {
  const small = await controlPlane({ limits: { proofs: 1 } });
  const [one] = await fleetOf(small, manifest);
  await small.server.gate.adopt(received(manifest), 'alice');
  const said = await Promise.all(Array.from({ length: 20 }, async () => await one?.prove()));
  const codes = said.map((each) => each?.status);
  expect(new Set(codes)).toEqual(new Set([200, 503]));
  expect(said.find((each) => each?.status === 503)?.body).toMatchObject({ code: 'OVERLOADED' });
  // Servers that were asked to prove themselves once more may still be at it.
  await expect.poll(async () => (await one?.prove())?.status).toBe(200);
  await small.close();
});

it('that cannot be made is listed with its reason, and takes no lease from anybody', async () => {
  expect((await first.call('POST', '/v1/agent/trouble', '{"problem":"no right to look"}')).status).toBe(204);
  const { body } = await world.operator('GET', '/v1/agents');
  const [row] = body['members'] as readonly Record<string, unknown>[];
  expect(row).toMatchObject({ hostname: 'n1', last_problem: 'no right to look' });
  expect(row?.['lease_until']).not.toBeNull();
});

it.each([
  ['with a line break in it', '{"problem":"a\\nb"}'],
  ['that is none', '{}'],
  ['with more to it', '{"problem":"a","more":1}'],
])('a reason %s is refused', async (_, text) => {
  expect(await first.call('POST', '/v1/agent/trouble', text)).toMatchObject({
    status: 400,
    body: { code: 'BAD_INPUT' },
  });
});
