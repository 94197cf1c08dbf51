import type { FindingRow } from './finding-row.ts';

/** What a rollback would lead to, and what the ledger says afterwards. */
export const ROLLBACK_FINDINGS = {
  rollback_would_corrupt_cluster: {
    group: 'rollback',
    effect: 'block',
    sentence: 'After this rollback servers would be wrong.',
    remedy: 'Do not press it. Take the wrong servers out of traffic, or stop the senders first.',
  },
  rollback_target_unknown: {
    group: 'rollback',
    effect: 'block',
    sentence: 'Nobody knows what the rollback would lead to.',
    remedy: 'Name a target manifest by digest, and give it with --to or --history.',
  },
  rollback_target_unproven: {
    group: 'rollback',
    effect: 'block',
    sentence: 'The target was never proven in this cluster.',
    remedy: 'Choose a target that was proven here, and give it with --history.',
  },
  rollback_target_missing: {
    group: 'rollback',
    effect: 'block',
    sentence: 'The target’s artifact no longer exists.',
    remedy: 'Choose a target whose artifact can still be had.',
  },
  rollback_target_refused: {
    group: 'rollback',
    effect: 'block',
    sentence: 'The target was refused before.',
    remedy: 'Choose another, or release it first.',
  },
  rollback_target_too_old: {
    group: 'rollback',
    effect: 'block',
    sentence: 'The target is older than the policy allows.',
    remedy: 'Choose a younger target; what was good then may not fit the world of today.',
  },
  rollback_from_node: {
    group: 'rollback',
    effect: 'block',
    sentence: 'The plan copies from a server as if it were the truth.',
    remedy: 'Go back to a signed manifest, never to what a server happens to run.',
  },
  not_proven: {
    group: 'after',
    effect: 'hold',
    sentence: 'Not every server has proven that it matches.',
    remedy: 'Keep the cluster out of live traffic until every server has shown its body.',
  },
  quarantined: {
    group: 'after',
    effect: 'block',
    sentence: 'The cluster is in quarantine.',
    remedy: 'Let every server prove itself, or let an operator release it with a signed reason.',
  },
  bypass_active: {
    group: 'after',
    effect: 'hold',
    sentence: 'A signed bypass is in force.',
    remedy: 'End the bypass as soon as you can; it is repeated here until then.',
  },
} as const satisfies Record<string, FindingRow>;
