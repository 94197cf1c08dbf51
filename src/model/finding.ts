import * as z from 'zod';
import { FlagName, Hostname, Text } from './text.ts';

type Row = {
  readonly group: 'evidence' | 'binary' | 'flags' | 'manifest' | 'rollback' | 'after';
  readonly effect: 'block' | 'hold';
  readonly sentence: string;
  readonly remedy: string;
};

/**
 * Every finding there is: its group, what it does to a verdict where it counts, what it means, and what to do. At the proof
 * gate every one of them that counts means QUARANTINE. Missing, stale or unreadable evidence is HOLD; a wrong state is BLOCK.
 */
export const FINDINGS = {
  node_silent: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A server of the inventory gave no report.',
    remedy: 'Run `haunted prove` on it, or find out why it does not answer; do not go on without it.',
  },
  proof_stale: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'The newest report of a server is older than the policy allows.',
    remedy: 'Ask the server again.',
  },
  proof_replayed: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A proof answers another event or another nonce.',
    remedy: 'Ask the server again with this event’s nonce, and find out who sent the old proof.',
  },
  proof_unsigned: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A report carries no signature and nobody vouches for it.',
    remedy:
      'Sign it on the node; for a report fetched over ssh let the policy say accept_transport; or say --accept-unsigned on your own account.',
  },
  proof_invalid: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A report cannot be accepted as evidence.',
    remedy: 'Read the reason, mend the key or the prover, and ask the server again.',
  },
  node_unlisted: {
    group: 'evidence',
    effect: 'block',
    sentence: 'A server that is not in the inventory says it belongs to the cluster.',
    remedy: 'Take it out of the cluster, or list it in a new manifest.',
  },
  equivocation: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'One server, one instant, two binaries.',
    remedy: 'Two machines share a name, or one lies: find both before going on.',
  },
  clock_skew: {
    group: 'evidence',
    effect: 'hold',
    sentence: 'A time lies in the future, or a server’s clock ran backwards.',
    remedy: 'Set the clock (NTP), then ask again.',
  },
  binary_mismatch: {
    group: 'binary',
    effect: 'block',
    sentence: 'A server does not run the manifest’s binary.',
    remedy: 'Drain it, install the manifest’s binary, restart, and let it prove itself.',
  },
  stale_process: {
    group: 'binary',
    effect: 'block',
    sentence: 'A new file lies on disk while the old code runs in memory.',
    remedy: 'Restart the service on that server, or put back the file that runs.',
  },
  config_mismatch: {
    group: 'binary',
    effect: 'block',
    sentence: 'A server does not run the manifest’s config.',
    remedy: 'Put the manifest’s config in place and restart, or make a manifest for this config.',
  },
  stale_config: {
    group: 'binary',
    effect: 'block',
    sentence: 'One config is in use while another lies on disk: a restart would load that one.',
    remedy: 'Put the config that should run on disk, then let the service load it.',
  },
  state_unreadable: {
    group: 'binary',
    effect: 'block',
    sentence: 'A state that no rollback takes back is not one that the binary can read.',
    remedy: 'First deploy a version that reads both forms, or bring the state to a form that it reads.',
  },
  split_vector: {
    group: 'binary',
    effect: 'block',
    sentence: 'Live traffic is served by more than one version, and nobody declared it.',
    remedy: 'Take the servers off the manifest out of traffic, or declare the split in a signed manifest.',
  },
  unknown_binary: {
    group: 'binary',
    effect: 'block',
    sentence:
      'No known manifest describes the binary a server runs, so nobody can say whose its switches are.',
    remedy: 'Give its manifest with --history, or take the server out.',
  },
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
} as const satisfies Record<string, Row>;

export type FindingCode = keyof typeof FINDINGS;
export const FINDING_CODES = Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]];

const Said = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/** One fact with its code, what was expected, what was found, where the bad flag lives, and what to do. */
export const Finding = z
  .strictObject({
    code: z
      .enum(FINDING_CODES)
      .meta({ description: 'Which kind of fact, from the closed table in model/finding.ts.' }),
    effect: z.enum(['block', 'hold', 'none']).meta({
      description:
        'What it did to this verdict. `none`: shown, but does not forbid, such as what is wrong now at the rollback gate.',
    }),
    phase: z
      .enum(['now', 'after_rollback'])
      .meta({ description: 'Whether it is so now or would be so after the simulated rollback.' }),
    hostname: Hostname.nullable().meta({
      description: 'The server; null when the fact is about the whole cluster.',
    }),
    flag: FlagName.nullable().meta({ description: 'The flag; null when no flag is concerned.' }),
    expected: Said.meta({ description: 'What should have been.' }),
    actual: Said.meta({ description: 'What was found.' }),
    where: z.array(Text).meta({
      description: 'Where the bad thing lives: code sites, the source that sets a switch, senders, files.',
    }),
    sentence: z
      .string()
      .meta({ description: 'The fact in one sentence for a person at three in the morning.' }),
    remedy: z.string().meta({ description: 'What to do about it.' }),
  })
  .meta({ id: 'Finding', description: 'One fact that the judge found.' });
export type Finding = z.infer<typeof Finding>;
