import * as z from 'zod';
import { Instant, Name, Sha256 } from './text.ts';

/** How far a ledger had come at a moment. Signed, it shows later whether entries were taken off its end, or rewritten. */
export const LedgerCheckpoint = z
  .strictObject({
    schema: z.literal('haunted.ledger-checkpoint/v1').meta({ description: 'Document type and version.' }),
    ledger: Name.meta({ description: 'The ledger.' }),
    count: z.int().min(1).meta({ description: 'How many entries it held.' }),
    head: Sha256.meta({ description: 'The hash of the last of them.' }),
    time: Instant.meta({ description: 'When it was looked at.' }),
  })
  .meta({
    id: 'LedgerCheckpoint',
    title: 'haunted.ledger-checkpoint/v1',
    description: 'How far a ledger had come at a moment.',
  });
export type LedgerCheckpoint = z.infer<typeof LedgerCheckpoint>;
