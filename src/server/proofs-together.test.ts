import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adopted, controlPlane, fleetOf } from '../../test/world/control-plane.ts';
import type { World } from '../../test/world/control-plane.ts';
import { sha } from '../../test/world/documents.ts';
import { sealed } from '../../test/world/gated-cluster.ts';
import { agentOf } from '../../test/world/wire-agent.ts';
import type { WireAgent } from '../../test/world/wire-agent.ts';
import { signReport } from '../seal/sign.ts';

const manifest = sealed({ generation: 1, binary_sha256: sha('a') });
const LIMITS = { proofBytes: 8_000, together: 4, togetherBytes: 64_000 };

let world: World;
let [first, second]: WireAgent[] = [];

beforeEach(async () => {
  world = await controlPlane({ limits: LIMITS });
  const agents = await fleetOf(world, manifest);
  [first, second] = agents;
  await adopted(world, agents, manifest);
});
afterEach(async () => await world.close());

function one(): WireAgent {
  if (first === undefined) throw new Error('nobody joined');
  return first;
}
function two(): WireAgent {
  if (second === undefined) throw new Error('one joined');
  return second;
}

/** What an agent sends for one of its services. */
function lineOf(agent: WireAgent, changed: object = {}): string {
  const { cluster, hostname, session, key } = agent;
  const proof = signReport(agent.report(), key);
  return JSON.stringify({ cluster, hostname, session, proof, ...changed });
}

async function send(body: string, as = one()): ReturnType<WireAgent['call']> {
  return await as.call('POST', '/v1/proofs/together', body);
}

describe('proofs of several members in one request', () => {
  it('each earn a lease, and each is in the ledger when it is answered', async () => {
    const before = (await world.entries()).filter(({ kind }) => kind === 'proof').length;
    const { status, body } = await send(`${lineOf(one())}\n${lineOf(two())}\n`);
    expect(status).toBe(200);
    expect(body['answers']).toMatchObject([
      { accepted: true, lease: { binary_sha256: sha('a') } },
      { accepted: true, lease: { binary_sha256: sha('a') } },
    ]);
    expect((await world.entries()).filter(({ kind }) => kind === 'proof')).toHaveLength(before + 2);
  });

  it('of one member are taken in the order in which they stand', async () => {
    const { body } = await send([lineOf(one()), lineOf(one()), lineOf(one())].join('\n'));
    expect(body).toMatchObject({ answers: [{ accepted: true }, { accepted: true }, { accepted: true }] });
  });
});

describe('what is wrong with one line is told of that line', () => {
  it.each([
    ['a session that is not its own', () => lineOf(two(), { session: 'guessed' }), 'NOT_ADMITTED'],
    ['a server that never joined', () => lineOf(two(), { hostname: 'n77' }), 'NOT_ADMITTED'],
    ['no JSON', () => '{"cluster":', 'BAD_INPUT'],
    ['a list', () => '[]', 'BAD_INPUT'],
    ['a key twice', () => '{"cluster":"a","cluster":"b"}', 'BAD_INPUT'],
    ['a key that nobody knows', () => lineOf(two(), { more: 1 }), 'BAD_INPUT'],
    ['a proof that is no text', () => lineOf(two(), { proof: {} }), 'BAD_INPUT'],
    ['a session with a space in it', () => lineOf(two(), { session: 'a b' }), 'BAD_INPUT'],
    ['a proof that is too large', () => lineOf(two(), { proof: 'x'.repeat(8_001) }), 'TOO_LARGE'],
  ])('%s', async (_, line, code) => {
    const { status, body } = await send(`${line()}\n${lineOf(one())}\n`);
    expect(status).toBe(200);
    expect(body['answers']).toMatchObject([{ schema: 'haunted.fault/v1', code }, { accepted: true }]);
  });

  it('a proof signed by another server is refused like any other', async () => {
    const { cluster, hostname, session } = two();
    const proof = signReport({ ...one().report(), hostname }, { ...one().key, hostname });
    const { body } = await send(`${JSON.stringify({ cluster, hostname, session, proof })}\n`);
    expect(body['answers']).toMatchObject([{ accepted: false, findings: ['proof_invalid'] }]);
  });
});

describe('the whole request is refused', () => {
  it.each([
    ['without a line', '', 400, 'BAD_INPUT'],
    ['of empty lines', '\n\n', 400, 'BAD_INPUT'],
    ['with one line too many', '{}\n{}\n{}\n{}\n{}\n', 413, 'TOO_LARGE'],
    ['that is too large', `${'x'.repeat(64_001)}\n`, 413, 'TOO_LARGE'],
  ])('%s', async (_, text, status, code) => {
    const said = await send(text);
    expect([said.status, said.body['code']]).toEqual([status, code]);
  });

  it('unless it comes under the session of a member, whoever its lines speak for', async () => {
    const stranger = agentOf(two(), { ...two(), session: 'guessed', binary_sha256: sha('a') });
    const said = await send(`${lineOf(one())}\n`, stranger);
    expect([said.status, said.body['code']]).toEqual([401, 'NOT_ADMITTED']);
  });

  it('and takes as many lines as it may hold', async () => {
    const { status, body } = await send(
      [lineOf(one()), lineOf(two()), lineOf(one()), lineOf(two())].join('\n'),
    );
    expect([status, body['answers']]).toMatchObject([200, { length: 4 }]);
  });
});
