import * as z from 'zod';
import {
  BypassTaken,
  ChangeBegun,
  ChangeEnded,
  KillSwitched,
  LeaseGiven,
  ManifestAccepted,
  ProofTaken,
  QuarantineOpened,
  VerdictGiven,
} from './entry-bodies.ts';
import { RollbackType } from './incident-terms.ts';
import { Hostname, Instant, Name, Sha256 } from './text.ts';

const AT = { seq: z.int().min(1), time: Instant };
const At = z.strictObject(AT);

const manifest = ManifestAccepted.shape;
const proof = ProofTaken.shape;
const ended = ChangeEnded.shape;
const opened = QuarantineOpened.shape;
const verdict = VerdictGiven.shape;
const lease = LeaseGiven.shape;

const Change = z.strictObject({
  ...AT,
  ...ChangeBegun.shape,
  ended: z
    .strictObject({ ...AT, outcome: ended.outcome, exit_status: ended.exit_status, signal: ended.signal })
    .nullable(),
  asked: At.nullable(),
});

/** What a ledger says of one cluster, as a control plane tells it: maps as lists of their values. */
export const ClusterTold = z.strictObject({
  cluster: Name,
  in_force: Sha256.nullable(),
  manifests: z.array(
    z.strictObject({
      manifest_sha256: Sha256,
      accepted: z
        .strictObject({ ...AT, deployment_id: manifest.deployment_id, generation: manifest.generation })
        .nullable(),
      proven: At.nullable(),
      refused: z.strictObject({ ...AT, reason: z.string() }).nullable(),
    }),
  ),
  change: Change.nullable(),
  last_change: Change.nullable(),
  nodes: z.array(
    z.strictObject({
      hostname: Hostname,
      last: z.strictObject({
        ...AT,
        accepted: proof.accepted,
        event_id: proof.event_id,
        manifest_sha256: proof.manifest_sha256,
        binary_sha256: proof.binary_sha256,
        observed_at: proof.observed_at,
        sequence: z.number().nullable(),
        boot_id: z.string().nullable(),
      }),
      accepted: z
        .strictObject({ ...AT, event_id: proof.event_id, manifest_sha256: proof.manifest_sha256 })
        .nullable(),
    }),
  ),
  last_verdict: z
    .strictObject({
      ...AT,
      gate: verdict.gate,
      verdict: verdict.verdict,
      event_id: verdict.event_id,
      manifest_sha256: verdict.manifest_sha256,
    })
    .nullable(),
  last_no: z.strictObject({ ...AT, event_id: verdict.event_id }).nullable(),
  quarantines: z.array(
    z.strictObject({
      ...AT,
      quarantine: opened.quarantine,
      event_id: opened.event_id,
      manifest_sha256: opened.manifest_sha256,
      takes_out: opened.takes_out,
      reason: opened.reason,
      // None is left when all have proven themselves and nobody has asked them together yet.
      unproven: z.array(Hostname),
    }),
  ),
  leases: z.array(
    z.strictObject({
      ...AT,
      hostname: Hostname,
      state: lease.state,
      until: lease.until,
      proof_seq: z.int().min(1).nullable(),
    }),
  ),
  bypasses: z.array(z.strictObject({ ...AT, ...BypassTaken.shape })),
  kills: z.array(z.strictObject({ ...AT, ...KillSwitched.shape })),
  incidents: z.array(z.strictObject({ ...AT, change: Name, rollback_type: RollbackType })),
  oddities: z.array(z.strictObject({ seq: z.int().min(1), detail: z.string() })),
});
export type ClusterTold = z.infer<typeof ClusterTold>;

/** What a control plane says of the clusters somebody looks at. */
export const ClustersTold = z.strictObject({ clusters: z.array(ClusterTold) });
