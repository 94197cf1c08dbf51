import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { controlPlane, TOKEN } from '../../test/world/control-plane.ts';
import type { World } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { received, sealed } from '../../test/world/gated-cluster.ts';
import { BUILDER } from '../../test/world/trust.ts';
import { agentOf, joinAs, say } from '../../test/world/wire-agent.ts';
import type { WireAgent } from '../../test/world/wire-agent.ts';
import { trustedKey } from '../seal/keys.ts';
import { signReport } from '../seal/sign.ts';

const manifest = sealed({ generation: 1, binary_sha256: sha('a'), config_sha256: null });

let world: World;
let place: { readonly url: string; readonly cluster: string; readonly hostname: string };

beforeEach(async () => {
  world = await controlPlane();
  place = { url: world.server.url, cluster: 'smars', hostname: 'n1' };
});
afterEach(async () => await world.close());

const join = async (token: string, more: Partial<typeof place> = {}) =>
  await joinAs({ ...place, ...more }, token, sha('a'));

describe('joining', () => {
  it('pins the key that the server made', async () => {
    const { joined, agent } = await join(await world.token('n1'));
    expect(joined).toEqual({
      status: 201,
      body: { schema: 'haunted.joined/v1', cluster: 'smars', hostname: 'n1', keyid: agent.key.keyid },
    });
    const { body } = await world.operator('GET', '/v1/agents');
    expect(body['members']).toMatchObject([
      { hostname: 'n1', keyid: agent.key.keyid, connected: false, last_attempt_at: null, lease_until: null },
    ]);
  });

  it('works once with one token', async () => {
    const token = await world.token('n1');
    await join(token);
    expect((await join(token)).joined).toMatchObject({ status: 403, body: { code: 'NO_PERMISSION' } });
  });

  it.each([
    ['another host', { hostname: 'n2' }],
    ['another cluster', { cluster: 'other' }],
  ])('with a token of %s is refused, and the token stays good', async (_, more) => {
    const token = await world.token('n1');
    expect((await join(token, more)).joined).toMatchObject({ status: 403, body: { code: 'NO_PERMISSION' } });
    expect((await join(token)).joined.status).toBe(201);
  });

  it.each([
    ['a key that is none', { public_key: 'x' }, 400],
    [
      'a key that the keyring has in another role',
      { public_key: trustedKey(BUILDER, { from: null, until: null }).public_key },
      409,
    ],
    ['a field nobody knows', { role: 'builder' }, 400],
    ['a host name that is none', { hostname: 'n 1' }, 400],
    ['a token of two words', { token: 'two words that are long' }, 400],
  ])('with %s is refused', async (_, more, status) => {
    const { public_key } = trustedKey((await join(await world.token('n9'), { hostname: 'n9' })).agent.key, {
      from: null,
      until: null,
    });
    const token = await world.token('n1');
    const wish = {
      schema: 'haunted.join/v1',
      token,
      cluster: 'smars',
      hostname: 'n1',
      session: sha('5'),
      public_key,
      ...more,
    };
    const said = await say(place.url, { method: 'POST', path: '/v1/join', body: JSON.stringify(wish) });
    expect([said.status, said.body['schema']]).toEqual([status, 'haunted.fault/v1']);
  });

  it('again takes the place of key, session and stream', async () => {
    await world.server.gate.adopt(received(manifest), 'alice');
    const first = await world.agent('n1', sha('a'));
    expect((await first.prove()).body).toMatchObject({ accepted: true });
    const { agent } = await join(await world.token('n1'));
    expect(await first.prove()).toMatchObject({ status: 401, body: { code: 'NOT_ADMITTED' } });
    // The new session with the old key: the proof is nobody's.
    const mixed = agentOf(place, { key: first.key, session: agent.session, binary_sha256: sha('a') });
    expect(await mixed.prove()).toMatchObject({
      status: 200,
      body: { accepted: false, findings: ['proof_invalid'] },
    });
    expect((await agent.prove()).body).toMatchObject({ accepted: true });
    // What the old key signed before is still there to be read.
    const proofs = (await world.entries()).filter(({ kind }) => kind === 'proof');
    expect(proofs.length).toBeGreaterThanOrEqual(2);
  });
});

it('joining again also ends what the old session had begun to send', async () => {
  await world.server.gate.adopt(received(manifest), 'alice');
  const { agent } = await join(await world.token('n1'));
  const body = signReport(agent.report(), agent.key);
  const asked = request(new URL('/v1/proofs', place.url), {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${agent.session}`,
      'Haunted-Member': 'smars/n1',
      'Content-Length': Buffer.byteLength(body),
      Expect: '100-continue',
    },
    agent: false,
  });
  asked.flushHeaders();
  await once(asked, 'continue');
  await join(await world.token('n1'));
  asked.end(body);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(401);
});

const forge = (agent: WireAgent, member: string, session = agent.session) =>
  say(place.url, {
    method: 'POST',
    path: '/v1/proofs',
    headers: { Authorization: `Bearer ${session}`, 'Haunted-Member': member },
    body: '{}',
  });

describe('who is nobody', () => {
  it.each([
    ['no session', 'smars/n1', ''],
    ['a guessed session', 'smars/n1', 'guessed'],
    ['the session of another', 'smars/n2', null],
    ['the session for another cluster', 'other/n1', null],
    ['no name', '', null],
    ['a name that is not UTF-8', '%ff/%ff', null],
    ['the operators’ token', 'smars/n1', TOKEN],
  ])('with %s proves nothing', async (_, member, session) => {
    const { agent } = await join(await world.token('n1'));
    await join(await world.token('n2'), { hostname: 'n2' });
    expect(await forge(agent, member, session ?? agent.session)).toMatchObject({
      status: 401,
      body: { code: 'NOT_ADMITTED' },
    });
  });

  it.each(['/v1/agents', '/v1/ledger', '/v1/gate/look', '/v1/nothing', '/'])(
    'sees nothing of GET %s',
    async (path) => {
      const { agent } = await join(await world.token('n1'));
      const said = await say(place.url, { method: 'GET', path });
      expect(said).toMatchObject({ status: 401, body: { code: 'NOT_ADMITTED' } });
      expect((await agent.call('GET', path)).status).toBe(401);
    },
  );

  it('learns from /health that it is well, and no name', async () => {
    await world.agent('n1', sha('a'));
    const { status, body } = await say(place.url, { method: 'GET', path: '/health' });
    expect([status, body]).toEqual([
      200,
      {
        schema: 'haunted.health/v1',
        ok: true,
        version: '0',
        problem: null,
        ledger: { count: 0 },
        members: 1,
        connected: 1,
        stopping: false,
      },
    ]);
  });

  it('is turned away under another name of this machine, as a web page would come', async () => {
    const headers = { Host: 'gate.evil.example' };
    expect(await say(place.url, { method: 'GET', path: '/health', headers })).toMatchObject({ status: 403 });
  });
});
