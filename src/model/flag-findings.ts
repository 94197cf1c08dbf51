import type { FindingRow } from './finding-row.ts';

/** Whose switches are set, and what the manifest says of them. */
export const FLAG_FINDINGS = {
  orphan_flag: {
    group: 'flags',
    effect: 'block',
    sentence: 'A switch is bound and the running binary cannot prove that it owns it.',
    remedy: 'Unset the switch at its source, or deploy a binary whose table owns it.',
  },
  flag_reused: {
    group: 'flags',
    effect: 'block',
    sentence: 'One flag name has two meanings.',
    remedy: 'Give the new function a name of its own; do not reuse the switch.',
  },
  flag_resurrected: {
    group: 'flags',
    effect: 'block',
    sentence: 'A flag that was removed has come back.',
    remedy: 'Use a new name; a tombstone stays a tombstone.',
  },
  flag_removed_too_early: {
    group: 'flags',
    effect: 'block',
    sentence: 'A flag is removed while a running binary still reads it.',
    remedy: 'First deploy a version in which nothing sets the flag (dormant), then remove it.',
  },
  dormant_flag_bound: {
    group: 'flags',
    effect: 'block',
    sentence: 'Something sets a flag whose code should be asleep.',
    remedy: 'Unset it at its source, then delete the code or shackle the switch.',
  },
  flag_owner_unknown: {
    group: 'flags',
    effect: 'block',
    sentence: 'A bound flag has no owner.',
    remedy: 'Find the owner and write the name into the flag ownership table.',
  },
  flag_unverified: {
    group: 'flags',
    effect: 'block',
    sentence: 'A bound flag was never verified against the code.',
    remedy: 'Check what the code does with it, and mark the row verified.',
  },
  flag_type_changed: {
    group: 'flags',
    effect: 'block',
    sentence: 'A flag changed its type under the same name.',
    remedy: 'Use a new name for the new type.',
  },
  undeclared_flag_bound: {
    group: 'flags',
    effect: 'block',
    sentence: 'A switch is set on a server and no manifest in force says what it means.',
    remedy: 'Unset it, or declare it in the manifest’s flag ownership table.',
  },
  sender_still_emits: {
    group: 'flags',
    effect: 'block',
    sentence: 'A sender still emits a flag that the servers would no longer understand.',
    remedy: 'Stop the sender first and list the flag in withdraw_flags.',
  },
  manifest_invalid: {
    group: 'manifest',
    effect: 'block',
    sentence: 'The manifest contradicts itself.',
    remedy: 'Make it again with `haunted manifest create`.',
  },
  manifest_untrusted: {
    group: 'manifest',
    effect: 'block',
    sentence: 'Nobody who may do so has signed the manifest.',
    remedy: 'Let the builder sign it, or mend the keyring.',
  },
  manifest_superseded: {
    group: 'manifest',
    effect: 'block',
    sentence: 'The manifest is of an older generation: a stale plan.',
    remedy: 'Make the manifest again on top of what is in force now.',
  },
  manifest_expired: {
    group: 'manifest',
    effect: 'block',
    sentence: 'The manifest is no longer in force.',
    remedy: 'Make a new one.',
  },
  parts_do_not_fit: {
    group: 'manifest',
    effect: 'block',
    sentence: 'A part of the manifest needs an interface that no other part of it provides.',
    remedy: 'Put parts together that were made for one another, and make the manifest again.',
  },
  mutable_reference: {
    group: 'manifest',
    effect: 'block',
    sentence: 'The target is named by something that moves.',
    remedy: 'Name the target by its digest.',
  },
} as const satisfies Record<string, FindingRow>;
