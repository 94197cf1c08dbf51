import { describe, expect, it } from 'vitest';
import { report, sha } from '../../test/world/documents.ts';
import { heldClock } from '../../test/world/held-clock.ts';
import type { ProofAnswer } from '../model/agent-wire.ts';
import { newPrivateKey, signingKey } from '../seal/keys.ts';
import { leaseHolder } from './lease-holder.ts';
import type { Challenge, ControlPlane, Look, Trail } from './ports.ts';
import { proveService } from './prove-service.ts';

const EVERY_MS = 10_000;
const QUESTION = { type: 'challenge', event_id: 'deploy-42', nonce: 'n-1', within_ms: 5_000 } as const;
const TRAIL: Trail = {
  processes: [],
  joiners: { anybody: false, children: false, groups: [], command: null },
  files: [],
  trees: [],
};
const ACCEPTED: ProofAnswer = {
  schema: 'haunted.proof-answer/v1',
  accepted: true,
  findings: [],
  reason: null,
  lease: { for_ms: 30_000, until: '2026-01-01T00:00:00Z', binary_sha256: sha('a'), config_sha256: null },
};

type Sent = { readonly sequence: number; readonly nonce: string | null; readonly when: 'now' | 'soon' };

/** A prover over a control plane that accepts everything, and whose hearing of a question can be held up. */
function world() {
  const clock = heldClock();
  const sent: Sent[] = [];
  const acks: string[] = [];
  const troubles: string[] = [];
  let hear = Promise.resolve();
  let looking = Promise.resolve();
  let problem: string | null = null;
  let sequence = 0;
  const look = async (challenge: Challenge | null): Promise<Look> => {
    if (problem !== null) return { ok: false, code: 'NO_PERMISSION', problem, trail: TRAIL };
    sequence += 1;
    const shown = report('n1', sha('a'), { sequence, challenge, config_sha256: null });
    await looking;
    return { ok: true, report: shown, trail: TRAIL };
  };
  const control: ControlPlane = {
    join: () => Promise.reject(new Error('nobody joins')),
    stream: () => Promise.reject(new Error('nobody listens')),
    ack: async (_, { problem: why }) => {
      acks.push(why ?? 'heard');
      await hear;
    },
    trouble: async (_, { problem: why }) => void troubles.push(why),
    prove: async (_, envelope, when) => {
      const { payload } = JSON.parse(envelope) as { readonly payload: string };
      const { predicate } = JSON.parse(Buffer.from(payload, 'base64').toString()) as {
        readonly predicate: { readonly sequence: number; readonly challenge: Challenge | null };
      };
      sent.push({ sequence: predicate.sequence, nonce: predicate.challenge?.nonce ?? null, when });
      return ACCEPTED;
    },
  };
  const key = signingKey(newPrivateKey({ role: 'node', name: 'n1', hostname: 'n1' }, 0), 'The key');
  const prover = proveService({
    credentials: () => ({ member: { cluster: 'smars', hostname: 'n1', session: 's' }, key }),
    observer: { look },
    watch: () => ({ follow: () => undefined, close: () => undefined }),
    control,
    clock,
    holder: leaseHolder(clock),
    onNews: () => undefined,
  });
  return {
    clock,
    prover,
    sent,
    acks,
    troubles,
    holdHearing: (until: Promise<void>) => void (hear = until),
    holdLooks: (until: Promise<void>) => void (looking = until),
    cannotLook: (why: string | null) => void (problem = why),
  };
}

describe('a prover', () => {
  it('is due at the multiples of its interval since the agent began, whenever it last proved itself', async () => {
    const { clock, prover, sent } = world();
    prover.start();
    await clock.pass(3_000);
    prover.every(EVERY_MS);
    await clock.pass(6_999);
    expect(sent).toHaveLength(2);
    await clock.pass(1);
    expect(sent).toHaveLength(3);
    await clock.pass(EVERY_MS);
    expect(sent).toHaveLength(4);
    prover.close();
  });

  it('lets wait only what keeps up a lease', async () => {
    const { clock, prover, sent } = world();
    prover.start();
    await clock.pass(1);
    prover.challenge(QUESTION);
    await clock.pass(1);
    await clock.pass(EVERY_MS);
    expect(sent).toEqual([
      { sequence: 1, nonce: null, when: 'now' },
      { sequence: 2, nonce: 'n-1', when: 'now' },
      { sequence: 3, nonce: null, when: 'soon' },
    ]);
    prover.close();
  });

  it('sends no unasked look before the answer to a question that came with it, which would be old then', async () => {
    const { clock, prover, sent, holdHearing } = world();
    const heard = Promise.withResolvers<void>();
    holdHearing(heard.promise);
    // As they stand on the stream of an agent that comes back while a question waits.
    prover.every(EVERY_MS);
    prover.challenge(QUESTION);
    await clock.pass(1_000);
    expect(sent).toEqual([]);
    heard.resolve();
    await clock.pass(1);
    expect(sent.map(({ nonce }) => nonce)).toEqual(['n-1', null]);
    expect(sent.map(({ sequence }) => sequence)).toEqual([1, 2]);
    prover.close();
  });

  it('stays due when it was due while a question waited for its look', async () => {
    const { clock, prover, sent, holdLooks } = world();
    const looked = Promise.withResolvers<void>();
    prover.start();
    await clock.pass(EVERY_MS - 1);
    holdLooks(looked.promise);
    prover.every(EVERY_MS);
    await clock.pass(0);
    prover.challenge(QUESTION);
    await clock.pass(1);
    looked.resolve();
    await clock.pass(EVERY_MS - 1);
    expect(sent.map(({ nonce }) => nonce)).toEqual([null, null, 'n-1']);
    await clock.pass(1);
    expect(sent.map(({ nonce }) => nonce)).toEqual([null, null, 'n-1', null]);
    prover.close();
  });

  it('tells why it cannot look, each reason once, and again after it could', async () => {
    const { clock, prover, troubles, cannotLook } = world();
    cannotLook('no right');
    prover.start();
    await clock.pass(30_000);
    cannotLook('another reason');
    await clock.pass(10_000);
    cannotLook(null);
    await clock.pass(10_000);
    cannotLook('no right');
    await clock.pass(10_000);
    expect(troubles).toEqual(['no right', 'another reason', 'no right']);
    prover.close();
  });
});
