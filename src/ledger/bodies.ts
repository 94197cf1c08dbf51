import {
  BypassTaken,
  ChangeBegun,
  ChangeEnded,
  IncidentClassified,
  KillSwitched,
  LeaseGiven,
  ManifestAccepted,
  ManifestRefused,
  ProofTaken,
  QuarantineOpened,
  QuarantineReleased,
  VerdictGiven,
} from '../model/entry-bodies.ts';
import type { EntryKind } from '../model/entry.ts';
import type { DocumentSchema } from '../seal/parse-document.ts';

/** The schema of each kind's body: a table is asked once where a union of twelve would be tried one after the other. */
export const BODY_BY_KIND: Readonly<Record<EntryKind, DocumentSchema<unknown>>> = {
  manifest_accepted: ManifestAccepted,
  manifest_refused: ManifestRefused,
  change_begun: ChangeBegun,
  change_ended: ChangeEnded,
  proof: ProofTaken,
  verdict: VerdictGiven,
  quarantine_opened: QuarantineOpened,
  quarantine_released: QuarantineReleased,
  lease: LeaseGiven,
  bypass: BypassTaken,
  kill: KillSwitched,
  incident_classified: IncidentClassified,
};
