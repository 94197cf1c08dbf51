import type { RollbackType } from '../model/incident-terms.ts';

/** What is known of a rollback when every server was asked after it. Counts are of servers. */
export type RollbackFacts = {
  readonly servers: number;
  /** Haunted before the button, as the gate counted them; null when nobody counted. */
  readonly wrong_before: number | null;
  /** Shown to be wrong afterwards. */
  readonly wrong_after: number;
  /** Without a proof that counts afterwards. */
  readonly silent_after: number;
  /** Of those that showed anything, the ones on the target’s binary and config. */
  readonly on_target: number;
  /** Which manifest every server proved: the target, the one before, or none. */
  readonly proven: 'target' | 'former' | 'neither';
};

export type Classified = { readonly rollback_type: RollbackType; readonly facts: readonly string[] };

/**
 * What did this rollback turn out to be, by what the ledger knows? Only what was seen counts: servers that said nothing make it
 * `unknown`, not wrong. What an operator did beside it (killed, paused, scoped) is theirs to say. Words: docs/rollback-types.md.
 */
export function classifyRollback(facts: RollbackFacts): Classified {
  const { servers, wrong_before: before, wrong_after: after, silent_after: silent } = facts;
  return {
    rollback_type: typeOf(facts),
    facts: [
      `${before === null ? 'an unknown number' : before} of ${servers} servers were wrong before`,
      `${after} of ${servers} were wrong after`,
      `${silent} of ${servers} showed nothing after`,
      `${facts.on_target} of ${servers} run the target`,
      PROVEN[facts.proven],
    ],
  };
}

const PROVEN: Readonly<Record<RollbackFacts['proven'], string>> = {
  target: 'every server proved the target',
  former: 'every server proved the manifest before',
  neither: 'no manifest was proven',
};

function typeOf(facts: RollbackFacts): RollbackType {
  if (facts.proven === 'target') return 'clean';
  if (facts.proven === 'former') return 'failed_to_apply';
  if (facts.wrong_before !== null && facts.wrong_after > facts.wrong_before) return 'promoted_wrong_state';
  if (facts.wrong_after === 0) return 'unknown';
  // The code is where it should be, and something else is not: the other half of the state lives on another clock.
  return facts.on_target === facts.servers ? 'persisted_elsewhere' : 'buried';
}
