import * as z from 'zod';
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
} from './entry-bodies.ts';
import { Instant, Name, Sha256 } from './text.ts';

const ENVELOPE = {
  schema: z.literal('haunted.ledger-entry/v1').meta({ description: 'Document type and version.' }),
  ledger: Name.meta({ description: 'The ledger it belongs to; named when the ledger is made.' }),
  seq: z.int().min(1).meta({ description: 'Counts the entries of the ledger from 1, without a gap.' }),
  previous: Sha256.nullable().meta({ description: 'The hash of the entry before it; null for the first.' }),
  time: Instant.meta({
    description: 'When it was appended, by the clock of who did. The order is told by seq.',
  }),
  hash: Sha256.meta({ description: 'sha256 of the RFC 8785 form of this entry without this field.' }),
};

// One strict object for each kind, so that a body can never be read as another kind’s.
function entryOf<K extends string, B extends z.ZodType>(kind: K, body: B) {
  const word = z.literal(kind).meta({ description: 'What happened.' });
  return z
    .strictObject({ ...ENVELOPE, kind: word, body })
    .meta({ id: `Entry_${kind}`, description: `An entry of the kind ${kind}.` });
}

/** One entry of the ledger. No action without one. */
export const LedgerEntry = z
  .union([
    entryOf('manifest_accepted', ManifestAccepted),
    entryOf('manifest_refused', ManifestRefused),
    entryOf('change_begun', ChangeBegun),
    entryOf('change_ended', ChangeEnded),
    entryOf('proof', ProofTaken),
    entryOf('verdict', VerdictGiven),
    entryOf('quarantine_opened', QuarantineOpened),
    entryOf('quarantine_released', QuarantineReleased),
    entryOf('lease', LeaseGiven),
    entryOf('bypass', BypassTaken),
    entryOf('kill', KillSwitched),
    entryOf('incident_classified', IncidentClassified),
  ])
  .meta({
    id: 'LedgerEntry',
    title: 'haunted.ledger-entry/v1',
    description: 'One entry of the append-only, hash-chained history.',
  });
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export type EntryKind = LedgerEntry['kind'];

type FactOf<K extends EntryKind> = K extends EntryKind
  ? { readonly kind: K; readonly body: Extract<LedgerEntry, { kind: K }>['body'] }
  : never;

/** What somebody wants written down: an entry before it has its place in the chain. */
export type Fact = FactOf<EntryKind>;
