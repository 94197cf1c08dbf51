import * as z from 'zod';
import { LIMITS } from './limits.ts';
import { RollbackType } from './incident-terms.ts';
import { Hostname, Instant, Name, Sha256, Text } from './text.ts';
import { VERDICT_WORDS } from './verdict.ts';

const Cluster = Name.meta({ description: 'The cluster the entry is about.' });
const Change = Name.meta({
  description: 'The event id of the change: one deployment, activation or rollback.',
});
const EventId = Name.nullable().meta({
  description: 'The event it belongs to; null when it belongs to none.',
});
const Reason = Text.min(1).meta({ description: 'Why, in one line.' });
const Keyid = Sha256.meta({ description: 'The key that signed it.' });
const Codes = z
  .array(Name)
  .max(LIMITS.list)
  .meta({ description: 'Codes of what was found; empty for nothing.' });

// Kept as text: a signature is over bytes, and one text is hashed in a fraction of the time of the same fields.
const Document = z.string().nullable().meta({
  description:
    'The document as it was received or signed, an envelope or bare JSON as text; null when it is not kept.',
});

const Hosts = z.array(Hostname).max(LIMITS.inventory);

/** A manifest was let in: it may be deployed, or the cluster runs it already. */
export const ManifestAccepted = z
  .strictObject({
    cluster: Cluster,
    manifest_sha256: Sha256.meta({ description: 'The manifest.' }),
    deployment_id: Name.meta({ description: 'Name of the deployment.' }),
    generation: z.int().min(1).meta({ description: 'The manifest’s generation.' }),
    standing: z.enum(['candidate', 'in_force']).meta({
      description:
        'candidate: may be deployed. in_force: it is what the cluster has to run from now on, without a change.',
    }),
    document: Document,
  })
  .meta({ id: 'ManifestAccepted', description: 'A manifest was let in.' });

/** A manifest may not be deployed again until it is released. */
export const ManifestRefused = z
  .strictObject({
    cluster: Cluster,
    manifest_sha256: Sha256.meta({ description: 'The manifest.' }),
    mark: z.enum(['refused', 'released']).meta({
      description: 'refused: may not be deployed again. released: the mark is taken away.',
    }),
    event_id: EventId,
    reason: Reason,
    keyid: Keyid.nullable().meta({
      description: 'The operator’s key that signed it; null when a gate marked it.',
    }),
    document: Document,
  })
  .meta({
    id: 'ManifestRefused',
    description: 'A mark that keeps a manifest from being deployed, or its end.',
  });

/** Somebody was let through the gate, and the command starts now. */
export const ChangeBegun = z
  .strictObject({
    cluster: Cluster,
    change: Change,
    action: z.enum(['deploy', 'activate', 'rollback']).meta({ description: 'What is being done.' }),
    manifest_sha256: Sha256.meta({ description: 'The manifest the cluster shall run afterwards.' }),
    from_manifest_sha256: Sha256.nullable().meta({
      description: 'The manifest in force before; null for none.',
    }),
    nonce: Name.meta({ description: 'What every server is asked with when the command has ended.' }),
    actor: Name.meta({ description: 'Who pressed the button.' }),
    reason: Text.nullable().meta({ description: 'Why, in their words; null when nothing was said.' }),
    document: Document,
  })
  .meta({ id: 'ChangeBegun', description: 'A deployment, activation or rollback starts.' });

/** The command is over. Says how it ended, not whether the cluster is right: that is for proofs. */
export const ChangeEnded = z
  .strictObject({
    cluster: Cluster,
    change: Change,
    outcome: z.enum(['done', 'failed', 'interrupted', 'abandoned']).meta({
      description:
        'done: the command ended well. failed: it did not. interrupted: it was stopped. abandoned: nobody knows how it ended.',
    }),
    exit_status: z
      .int()
      .min(0)
      .max(255)
      .nullable()
      .meta({ description: 'The command’s exit status; null when it has none.' }),
    signal: Name.nullable().meta({ description: 'The signal that ended the command; null for none.' }),
    reason: Text.nullable().meta({ description: 'What else is known, in one line; null for nothing.' }),
  })
  .meta({ id: 'ChangeEnded', description: 'A deployment, activation or rollback is over.' });

/** What one server showed, and whether it counts. */
export const ProofTaken = z
  .strictObject({
    cluster: Cluster,
    hostname: Hostname,
    event_id: EventId,
    nonce: Name.nullable().meta({ description: 'The nonce it answers; null when nobody asked.' }),
    manifest_sha256: Sha256.nullable().meta({
      description: 'The manifest it was held against; null for none.',
    }),
    observed_at: Instant.meta({ description: 'When the server looked, by its own clock.' }),
    sequence: z.int().min(0).optional().meta({
      description:
        'Its number among the reports of the server; grows within a boot. Absent where nobody kept it.',
    }),
    boot_id: Text.nullable().optional().meta({ description: 'The boot that number belongs to.' }),
    binary_sha256: Sha256.meta({ description: 'What runs there.' }),
    config_sha256: Sha256.nullable().meta({ description: 'The config in use; null when not reported.' }),
    accepted: z
      .boolean()
      .meta({ description: 'Whether it shows that the server runs that manifest, coherently.' }),
    findings: Codes,
    document: Document,
  })
  .meta({ id: 'ProofTaken', description: 'What one server showed.' });

/** What a gate answered. */
export const VerdictGiven = z
  .strictObject({
    cluster: Cluster,
    event_id: EventId,
    gate: z.enum(['deploy', 'activate', 'rollback', 'proof']).meta({ description: 'Which gate was asked.' }),
    verdict: z.enum(VERDICT_WORDS).meta({ description: 'The answer.' }),
    manifest_sha256: Sha256.nullable().meta({
      description: 'The manifest judged; null when none could be read.',
    }),
    wrong_now: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'Haunted servers at that moment; null when not counted.' }),
    wrong_after: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'Haunted servers after the simulated rollback; null for none.' }),
    findings: Codes,
    document: Document,
  })
  .meta({ id: 'VerdictGiven', description: 'What a gate answered.' });

/** A cluster has not shown its body. */
export const QuarantineOpened = z
  .strictObject({
    cluster: Cluster,
    quarantine: Name.meta({ description: 'Name of this quarantine.' }),
    event_id: EventId,
    manifest_sha256: Sha256.nullable().meta({
      description: 'What the servers have to prove; null when nobody knows.',
    }),
    unproven: Hosts.min(1).meta({ description: 'The servers that have not proven it.' }),
    takes_out: z.enum(['unproven', 'all']).meta({ description: 'Which servers take no live traffic.' }),
    reason: Reason,
  })
  .meta({ id: 'QuarantineOpened', description: 'A cluster has not shown its body.' });

/** A quarantine ends, by proof or by an operator's signed word and by nothing else. */
export const QuarantineReleased = z
  .strictObject({
    cluster: Cluster,
    quarantine: Name.meta({ description: 'Name of the quarantine.' }),
    release: z
      .union([
        z
          .strictObject({
            by: z.literal('proof').meta({ description: 'Every server has proven itself.' }),
            event_id: Name.meta({ description: 'The event whose verdict was PROVEN.' }),
          })
          .meta({ id: 'ReleaseByProof', description: 'Every server has proven itself.' }),
        z
          .strictObject({
            by: z.literal('operator').meta({ description: 'An operator takes it on their own account.' }),
            keyid: Keyid,
            reason: Reason,
            document: z.string().min(1).meta({ description: 'The signed word, an envelope as text.' }),
          })
          .meta({ id: 'ReleaseByOperator', description: 'An operator’s signed word.' }),
      ])
      .meta({ description: 'What ended it.' }),
  })
  .meta({ id: 'QuarantineReleased', description: 'A quarantine ends.' });

/** The right to take live traffic, given or taken away. */
export const LeaseGiven = z
  .strictObject({
    cluster: Cluster,
    state: z
      .enum(['held', 'ended'])
      .meta({ description: 'held: given or prolonged. ended: taken away before its time.' }),
    nodes: z
      .array(
        z
          .strictObject({
            hostname: Hostname,
            proof_seq: z.int().min(1).nullable().meta({
              description: 'The entry of the accepted proof it rests on; null when it is taken away.',
            }),
          })
          .meta({ id: 'LeasedNode', description: 'One server and the proof its lease rests on.' }),
      )
      .min(1)
      .max(LIMITS.inventory)
      .meta({ description: 'The servers.' }),
    until: Instant.meta({ description: 'When it runs out, or when it was taken away.' }),
    reason: Text.nullable().meta({ description: 'Why it was taken away; null when it was given.' }),
  })
  .meta({ id: 'LeaseGiven', description: 'The right to take live traffic.' });

/** An operator lets findings pass for a while, under their name. */
export const BypassTaken = z
  .strictObject({
    cluster: Cluster,
    bypass: Name.meta({ description: 'Name of this bypass.' }),
    keyid: Keyid,
    reason: Reason,
    until: Instant.meta({ description: 'When it ends.' }),
    findings: Codes.meta({ description: 'The codes it lets pass; empty for all of them.' }),
    document: z.string().min(1).meta({ description: 'The signed bypass, an envelope as text.' }),
  })
  .meta({ id: 'BypassTaken', description: 'An operator lets findings pass for a while.' });

/** The kill switch moved. */
export const KillSwitched = z
  .strictObject({
    cluster: Cluster,
    switch: Name.meta({ description: 'Name of the kill switch.' }),
    state: z.enum(['tripped', 'reset', 'drilled']).meta({
      description:
        'tripped: everything behind it stops. reset: it may go on. drilled: it was tried, and nothing stopped.',
    }),
    actor: Name.meta({ description: 'Who or what did it.' }),
    reason: Reason,
  })
  .meta({ id: 'KillSwitched', description: 'The kill switch moved.' });

/** What a rollback turned out to be; a later entry of the same change corrects an earlier one. */
export const IncidentClassified = z
  .strictObject({
    cluster: Cluster,
    change: Change,
    rollback_type: RollbackType,
    facts: z
      .array(Text.min(1))
      .max(LIMITS.list)
      .meta({ description: 'What it was read from, one line each.' }),
    corrects: z
      .int()
      .min(1)
      .nullable()
      .meta({ description: 'The entry that it corrects; null for the first word.' }),
    keyid: Keyid.nullable().meta({
      description: 'The key of who corrected it; null when haunted classified it.',
    }),
    document: Document,
  })
  .meta({ id: 'IncidentClassified', description: 'What a rollback turned out to be.' });
