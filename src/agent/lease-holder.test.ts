import { describe, expect, it } from 'vitest';
import { heldClock } from '../../test/world/held-clock.ts';
import type { ProofAnswer } from '../model/agent-wire.ts';
import { leaseEnded, looked, proofAnswered, proofSent } from './held-lease.ts';
import { leaseHolder } from './lease-holder.ts';
import type { LeaseHolder } from './lease-holder.ts';
import type { Readiness } from './traffic/readiness.ts';

const SHOWN = { binary_sha256: 'a'.repeat(64), config_sha256: null };

function answer(for_ms: number): ProofAnswer {
  const lease = { for_ms, until: '2026-01-01T00:00:00Z', ...SHOWN };
  return { schema: 'haunted.proof-answer/v1', accepted: true, findings: [], reason: null, lease };
}

function prove(holder: LeaseHolder, now: number, for_ms: number): void {
  holder.update((lease) => looked(lease, SHOWN, 'changed'));
  const { lease, proof } = proofSent(holder.lease(), now);
  holder.update(() => proofAnswered(lease, proof, answer(for_ms)));
}

function world() {
  const clock = heldClock();
  const holder = leaseHolder(clock);
  const told: Readiness[] = [];
  const ignore = holder.onChange((readiness) => told.push(readiness));
  return { clock, holder, told, ignore };
}

describe('whoever holds a lease', () => {
  it('tells when it comes and when it runs out', async () => {
    const { clock, holder, told } = world();
    prove(holder, 0, 1_000);
    expect(told.map(({ ready }) => ready)).toEqual([true]);
    await clock.pass(999);
    expect(holder.current().ready).toBe(true);
    await clock.pass(1);
    expect(holder.current().ready).toBe(false);
    expect(told.map(({ ready }) => ready)).toEqual([true, false]);
  });

  it('does not tell of a lease that is only longer, and tells of its later end', async () => {
    const { clock, holder, told } = world();
    prove(holder, 0, 1_000);
    await clock.pass(600);
    prove(holder, 600, 1_000);
    await clock.pass(999);
    expect(told.map(({ ready }) => ready)).toEqual([true]);
    await clock.pass(21);
    expect(told.map(({ ready }) => ready)).toEqual([true, false]);
  });

  it('tells of another reason', () => {
    const { holder, told } = world();
    holder.update((lease) => leaseEnded(lease, 'quarantine'));
    holder.update((lease) => leaseEnded(lease, 'quarantine'));
    holder.update((lease) => leaseEnded(lease, 'bypass over'));
    expect(told.map(({ reason }) => reason)).toEqual(['no lease: quarantine', 'no lease: bypass over']);
  });

  it('tells nobody who left, and waits for nothing once it is closed', () => {
    const { clock, holder, told, ignore } = world();
    prove(holder, 0, 1_000);
    ignore();
    holder.update((lease) => leaseEnded(lease, 'quarantine'));
    expect(told).toHaveLength(1);
    prove(holder, 0, 1_000);
    holder.close();
    expect(clock.waiting()).toEqual([]);
  });
});
