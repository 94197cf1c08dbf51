import * as z from 'zod';
import type { FindingRow } from './finding-row.ts';
import { FLAG_FINDINGS } from './flag-findings.ts';
import { ROLLBACK_FINDINGS } from './rollback-findings.ts';
import { SERVER_FINDINGS } from './server-findings.ts';
import { FlagName, Hostname, Text } from './text.ts';

/**
 * Every finding there is: its group, what it does to a verdict where it counts, what it means, and what to do. At the proof
 * gate every one of them that counts means QUARANTINE. Missing, stale or unreadable evidence is HOLD; a wrong state is BLOCK.
 */
export const FINDINGS = {
  ...SERVER_FINDINGS,
  ...FLAG_FINDINGS,
  ...ROLLBACK_FINDINGS,
} as const satisfies Record<string, FindingRow>;

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
