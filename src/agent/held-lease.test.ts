import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProofAnswer } from '../model/agent-wire.ts';
import {
  leaseEnded,
  leaseLeft,
  looked,
  NO_LEASE,
  proofAnswered,
  proofSent,
  readinessUnder,
} from './held-lease.ts';
import type { HeldLease, SentProof, Shown } from './held-lease.ts';

const OLD: Shown = { binary_sha256: 'a'.repeat(64), config_sha256: null };
const NEW: Shown = { binary_sha256: 'b'.repeat(64), config_sha256: null };
const CONFIG: Shown = { ...OLD, config_sha256: 'c'.repeat(64) };

function granted(for_ms = 1_000, shown = OLD): ProofAnswer {
  const lease = { for_ms, until: '2026-01-01T00:00:00Z', ...shown };
  return { schema: 'haunted.proof-answer/v1', accepted: true, findings: [], reason: null, lease };
}

function refused(code = 'binary_mismatch'): ProofAnswer {
  return { ...granted(), accepted: false, findings: [code], reason: null, lease: null };
}

const QUARANTINED: ProofAnswer = { ...granted(), lease: null, reason: 'the cluster is in quarantine' };

function sendAt(lease: HeldLease, now: number): { lease: HeldLease; proof: SentProof } {
  return proofSent(looked(lease, lease.shown ?? OLD, 'changed'), now);
}

/** A lease of 1 s for a proof of OLD that was sent at 100. */
function holding(): HeldLease {
  const { lease, proof } = sendAt(NO_LEASE, 100);
  return proofAnswered(lease, proof, granted());
}

describe('a held lease', () => {
  it('is none before the first proof', () => {
    expect(readinessUnder(NO_LEASE, 0)).toEqual({ ready: false, reason: 'no lease: not proven yet' });
    expect(readinessUnder(sendAt(NO_LEASE, 0).lease, 0).ready).toBe(false);
  });

  it.each([
    [100, true, 1_000],
    [1_099, true, 1],
    [1_100, false, 0],
    [9_999, false, 0],
  ])('counts from when the proof was sent, whenever the answer came: at %i', (now, ready, left) => {
    expect(readinessUnder(holding(), now).ready).toBe(ready);
    expect(leaseLeft(holding(), now)).toBe(left);
  });

  it('that came after its end is none', () => {
    const { lease, proof } = sendAt(NO_LEASE, 100);
    expect(readinessUnder(proofAnswered(lease, proof, granted(0)), 100).ready).toBe(false);
  });

  it('lasts as long as the newest proof says, in whatever order the answers come', () => {
    const one = sendAt(NO_LEASE, 100);
    const two = sendAt(one.lease, 600);
    const inOrder = proofAnswered(proofAnswered(two.lease, one.proof, granted()), two.proof, granted());
    const turned = proofAnswered(proofAnswered(two.lease, two.proof, granted()), one.proof, granted());
    expect([leaseLeft(inOrder, 600), leaseLeft(turned, 600)]).toEqual([1_000, 1_000]);
  });

  it('is ended by a newer proof that was refused, and says why', () => {
    const { lease, proof } = sendAt(holding(), 200);
    expect(readinessUnder(proofAnswered(lease, proof, refused()), 200)).toEqual({
      ready: false,
      reason: 'no lease: binary_mismatch',
    });
  });

  it('is not ended by a proof that a newer one has overtaken, whichever answer comes first', () => {
    const one = sendAt(holding(), 200);
    const two = sendAt(one.lease, 210);
    const late = proofAnswered(two.lease, one.proof, refused('proof_replayed'));
    expect(readinessUnder(late, 220).ready).toBe(true);
    expect(readinessUnder(proofAnswered(late, two.proof, refused()), 220).ready).toBe(false);
    const none = proofAnswered(sendAt(NO_LEASE, 0).lease, one.proof, refused('proof_replayed'));
    expect(readinessUnder(none, 220)).toEqual({ ready: false, reason: 'no lease: proof_replayed' });
  });

  it('is not ended by an older one that was refused, and not given by an older one than that', () => {
    const one = sendAt(NO_LEASE, 100);
    const two = sendAt(one.lease, 200);
    const three = sendAt(two.lease, 300);
    const held = proofAnswered(proofAnswered(three.lease, three.proof, granted()), two.proof, refused());
    expect(readinessUnder(held, 300).ready).toBe(true);
    const none = proofAnswered(proofAnswered(three.lease, two.proof, refused()), one.proof, granted());
    expect(readinessUnder(none, 300).ready).toBe(false);
    expect(readinessUnder(proofAnswered(none, three.proof, granted()), 300).ready).toBe(true);
  });

  it('runs on when a newer proof was accepted and earned none', () => {
    const { lease, proof } = sendAt(holding(), 200);
    expect(leaseLeft(proofAnswered(lease, proof, QUARANTINED), 200)).toBe(900);
    const first = sendAt(NO_LEASE, 100);
    expect(readinessUnder(proofAnswered(first.lease, first.proof, QUARANTINED), 100)).toEqual({
      ready: false,
      reason: 'no lease: the cluster is in quarantine',
    });
  });

  it('is ended by the control plane, with what is under way', () => {
    const { lease, proof } = sendAt(holding(), 200);
    const ended = leaseEnded(lease, 'quarantine');
    expect(readinessUnder(ended, 200)).toEqual({ ready: false, reason: 'no lease: quarantine' });
    expect(readinessUnder(proofAnswered(ended, proof, granted()), 200).ready).toBe(false);
    const again = sendAt(ended, 300);
    expect(readinessUnder(proofAnswered(again.lease, again.proof, granted()), 300).ready).toBe(true);
  });

  it('keeps the reason of a refusal when it is told that there is no lease, and void is what is under way', () => {
    const first = sendAt(holding(), 200);
    const no = proofAnswered(first.lease, first.proof, refused());
    const { reason } = readinessUnder(no, 200);
    const second = sendAt(no, 300);
    const ended = leaseEnded(second.lease, 'quarantine');
    expect(readinessUnder(ended, 300)).toEqual({ ready: false, reason });
    expect(readinessUnder(proofAnswered(ended, second.proof, granted()), 300).ready).toBe(false);
  });

  it('says the newest of the reasons for which it was taken away, whatever was refused before it was earned', () => {
    const first = sendAt(holding(), 200);
    const second = sendAt(first.lease, 210);
    const earned = proofAnswered(second.lease, second.proof, granted());
    const late = proofAnswered(earned, first.proof, refused());
    expect(readinessUnder(late, 220).ready).toBe(true);
    const once = leaseEnded(late, 'quarantine');
    expect(readinessUnder(once, 220).reason).toBe('no lease: quarantine');
    expect(readinessUnder(leaseEnded(once, 'it is wrong'), 220).reason).toBe('no lease: it is wrong');
  });

  it.each([
    ['another binary', NEW],
    ['another config', CONFIG],
    ['nothing', null],
  ])('is ended by a look that shows %s, also when the old one is back', (_what, shown) => {
    const { lease, proof } = sendAt(holding(), 200);
    const other = looked(lease, shown, 'another binary runs');
    expect(readinessUnder(other, 200)).toEqual({ ready: false, reason: 'no lease: another binary runs' });
    const back = looked(other, OLD, 'changed back');
    expect(readinessUnder(proofAnswered(back, proof, granted()), 200).ready).toBe(false);
  });

  it('goes on while looks show the same', () => {
    expect(looked(holding(), { ...OLD }, 'changed')).toEqual(holding());
  });

  it.each([NEW, CONFIG])('gives no right to what it does not name', (named) => {
    const { lease, proof } = sendAt(NO_LEASE, 100);
    const held = proofAnswered(lease, proof, granted(1_000, named));
    expect(readinessUnder(held, 100).reason).toBe('no lease: it is for another binary or config');
    expect(leaseLeft(held, 100)).toBe(0);
  });
});

type Step =
  | { readonly kind: 'send' | 'end' }
  | { readonly kind: 'grant' | 'refuse'; readonly nth: number }
  | { readonly kind: 'look'; readonly shown: Shown | null };

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom<'send' | 'end'>('send', 'end') }),
    fc.record({ kind: fc.constantFrom<'grant' | 'refuse'>('grant', 'refuse'), nth: fc.nat(8) }),
    fc.record({ kind: fc.constant<'look'>('look'), shown: fc.constantFrom(OLD, NEW, null) }),
  ),
  { maxLength: 40 },
);

it('is ready only on an accepted proof of what is there, with no end, refusal or other look since it was sent', () => {
  fc.assert(
    fc.property(steps, (given: readonly Step[]) => {
      let lease = NO_LEASE;
      const proofs: { proof: SentProof; shown: Shown; isGranted: boolean; isVoid: boolean }[] = [];
      for (const [now, step] of given.entries()) {
        const { shown } = lease;
        if (step.kind === 'send' && shown !== null) {
          const { proof, lease: after } = proofSent(lease, now);
          lease = after;
          proofs.push({ proof, shown, isGranted: false, isVoid: false });
        } else if (step.kind === 'end') {
          lease = leaseEnded(lease, 'ended');
          for (const each of proofs) each.isVoid = true;
        } else if (step.kind === 'look') {
          lease = looked(lease, step.shown, 'other');
          if (step.shown !== shown) for (const each of proofs) each.isVoid = true;
        } else if (step.kind === 'grant' || step.kind === 'refuse') {
          const sent = proofs[step.nth];
          if (sent === undefined) continue;
          const answer = step.kind === 'grant' ? granted(20, sent.shown) : refused();
          lease = proofAnswered(lease, sent.proof, answer);
          if (step.kind === 'grant') sent.isGranted ||= !sent.isVoid;
          else for (const each of proofs.slice(0, step.nth + 1)) each.isVoid = true;
        }
        const rightful = proofs.some(
          (each) =>
            each.isGranted && !each.isVoid && now < each.proof.sentMs + 20 && each.shown === lease.shown,
        );
        expect(readinessUnder(lease, now).ready).toBe(rightful);
      }
    }),
  );
});
