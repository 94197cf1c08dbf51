import * as z from 'zod';
import { FINDING_CODES } from './finding.ts';
import { RollbackType } from './incident-terms.ts';
import { Instant, Name, Sha256, Text } from './text.ts';

const SAID = {
  schema: z.literal('haunted.operator-word/v1').meta({ description: 'Document type and version.' }),
  word: Name.meta({ description: 'The name of this word; one name counts once.' }),
  cluster: Name.meta({ description: 'The cluster it is about.' }),
  reason: Text.min(1).meta({ description: 'Why, in one line.' }),
  said_at: Instant.meta({ description: 'When it was signed.' }),
  until: Instant.meta({ description: 'When it stops counting.' }),
};

const About = <K extends string>(kind: K) =>
  z.literal(kind).meta({ description: 'What the operator takes on their own account.' });

/** Something an operator takes on their own account. It counts only signed, and only until it ends. */
export const OperatorWord = z
  .discriminatedUnion('kind', [
    z
      .strictObject({
        ...SAID,
        kind: About('bypass'),
        findings: z
          .array(z.enum(FINDING_CODES))
          .max(FINDING_CODES.length)
          .meta({ description: 'The codes it lets pass; empty for all of them.' }),
      })
      .meta({ id: 'BypassWord', description: 'Findings pass for a while, and are shown all the same.' }),
    z
      .strictObject({
        ...SAID,
        kind: About('release_quarantine'),
        quarantine: Name.meta({ description: 'The quarantine that ends.' }),
      })
      .meta({ id: 'ReleaseQuarantineWord', description: 'A quarantine ends without a proof.' }),
    z
      .strictObject({
        ...SAID,
        kind: About('release_manifest'),
        manifest_sha256: Sha256.meta({ description: 'The manifest that may be deployed again.' }),
      })
      .meta({ id: 'ReleaseManifestWord', description: 'A refused manifest may be deployed again.' }),
    z
      .strictObject({
        ...SAID,
        kind: About('classify'),
        change: Name.meta({ description: 'The rollback, by the event id of its change.' }),
        rollback_type: RollbackType,
      })
      .meta({
        id: 'ClassifyWord',
        description: 'What a rollback turned out to be, in a person’s judgement.',
      }),
  ])
  .meta({
    id: 'OperatorWord',
    title: 'haunted.operator-word/v1',
    description: 'Something an operator takes on their own account.',
  });
export type OperatorWord = z.infer<typeof OperatorWord>;
