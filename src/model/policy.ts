import * as z from 'zod';
import { ReportMethod } from './node-report.ts';

/** How strict a cluster wants its gate; every field has a default, so `{}` is a whole policy. */
export const Policy = z
  .strictObject({
    schema: z.literal('haunted.policy/v1').optional().meta({ description: 'Document type and version.' }),
    max_proof_age_s: z
      .int()
      .min(1)
      .max(31_536_000)
      .default(300)
      .meta({ description: 'How old a report may be, in seconds.' }),
    max_clock_skew_s: z
      .int()
      .min(0)
      .max(86_400)
      .default(30)
      .meta({ description: 'How far ahead of the gate’s clock a report may be, in seconds.' }),
    max_target_age_days: z
      .int()
      .min(1)
      .max(36_500)
      .default(90)
      .meta({ description: 'How old a rollback target may be, in days.' }),
    max_target_age_hours: z.int().min(1).max(876_000).nullable().default(null).meta({
      description:
        'How old a rollback target may be, in hours, where days are too coarse; null for the days alone.',
    }),
    require_owner: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether every bound flag needs a known owner.' }),
    require_verification: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether every bound flag needs `verified`.' }),
    accept_methods: z.array(ReportMethod).default(['proc_exe', 'oci_digest', 'tree_digest']).meta({
      description: 'Ways of taking the digest that count as proof; all but self_report by default.',
    }),
    accept_transport: z
      .array(z.enum(['ssh']))
      .default([])
      .meta({ description: 'Transports whose word is enough for an unsigned report; none by default.' }),
    allow_declared_split: z
      .boolean()
      .default(true)
      .meta({ description: 'Whether a manifest may declare a split.' }),
    on_dormant_bound: z
      .enum(['block', 'hold', 'warn'])
      .default('block')
      .meta({ description: 'What a bound dormant flag does to the verdict.' }),
  })
  .meta({ id: 'Policy', title: 'haunted.policy/v1', description: 'How strict the gate is.' });
export type Policy = z.infer<typeof Policy>;

/** The policy of a cluster that has written none. */
export const DEFAULT_POLICY: Policy = Policy.parse({});
