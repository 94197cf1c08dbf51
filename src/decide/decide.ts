import type { Intent } from '../model/intent.ts';
import type { Policy } from '../model/policy.ts';
import type { Verdict } from '../model/verdict.ts';
import type { Evidence } from '../model/verified.ts';
import { decideActivate } from './gate-activate.ts';
import { decideDeploy } from './gate-deploy.ts';
import { decideProof } from './gate-proof.ts';
import { decideRollback } from './gate-rollback.ts';

/**
 * May this be done? The one judgement of the product: evidence and an intent in, a verdict out. Pure and total: no clock, no
 * randomness, nothing read or written, never throws on parsed input, and the order of the evidence never matters.
 *
 * `now` is in milliseconds since the epoch.
 */
export function decide(evidence: Evidence, intent: Intent, policy: Policy, now: number): Verdict {
  switch (intent.gate) {
    case 'deploy':
      return decideDeploy(evidence, intent, policy, now);
    case 'activate':
      return decideActivate(evidence, intent, policy, now);
    case 'rollback':
      return decideRollback(evidence, intent, policy, now);
    case 'proof':
      return decideProof(evidence, intent, policy, now);
  }
}
